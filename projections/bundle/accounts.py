"""The chart of accounts: what kind of account each stem is, and what it is called."""

from typing import Final

STEMS: Final = {
    "assets:accrued-income": ("Accrued income from", "Assets", "Receivables"),
    "assets:receivable": ("Receivable from", "Assets", "Receivables"),
    "assets:bank": ("Bank account", "Assets", "Cash"),
    "liabilities:funder-credit": ("Unallocated credit of", "Liabilities", "Deferred income"),
    "liabilities:accrued-fees": ("Fees accrued to", "Liabilities", "Accruals"),
    "liabilities:payable": ("Payable to", "Liabilities", "Payables"),
    "income:outcomes": ("Outcomes payments under", "Revenue", "Charitable activities"),
    "expenses:partner-fees": ("Fees of", "Expenses", "Charitable activities"),
    "expenses:write-offs": ("Written off of", "Expenses", "Write-offs"),
}


def account_row(account: str) -> tuple[str, str, str, str]:
    """The number of an account, its name, its type and its subtype."""
    stem, _, whose = account.rpartition(":")
    name, kind, subtype = STEMS[stem]
    return account, f"{name} {whose}", kind, subtype
