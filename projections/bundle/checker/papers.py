"""The smaller tables, made again from the events: invoices, open items, partners, payments."""

from collections.abc import Callable
from typing import Any, Final

from projections.bundle.checker.books import Books, Cells, compare_table, decimal
from projections.bundle.checker.contents import Contents
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import Event

COLUMNS: Final = {
    "GL_Trial_Balance": (
        *("Business_Unit_Code", "Segment01_Fund", "GL_Account_Number", "Fiscal_Year", "Period"),
        *("Amount_Beginning", "Amount_Debit", "Amount_Credit", "Amount_Ending"),
        "Amount_Currency",
    ),
    "GL_Chart_Of_Accounts": (
        *("GL_Account_Number", "GL_Account_Name", "Account_Type", "Account_Subtype"),
    ),
    "AR_Invoices_Generated": (
        *("Invoice_ID", "Invoice_Type", "Invoice_Reference", "Business_Unit_Code"),
        *("Segment01_Fund", "Customer_Account_ID", "Invoice_Date", "Invoice_Due_Date"),
        *("Invoice_Amount", "Amount_Currency", "Claim_ID", "Journal_ID"),
    ),
    "AR_Open_Accounts": (
        *("Invoice_ID", "Business_Unit_Code", "Customer_Account_ID", "Transaction_Due_Date"),
        *("Original_Amount", "Allocated_Amount", "Credited_Amount", "Written_Off_Amount"),
        *("Refunded_Amount", "Balance_Amount", "Amount_Currency", "Journal_ID"),
    ),
    "AR_Cash_Received": (
        *("Receipt_ID", "Business_Unit_Code", "Customer_Account_ID", "Receipt_Date"),
        *("Bank_Account_ID", "Receipt_Amount", "Allocated_Amount", "Voided_Indicator"),
        *("Amount_Currency", "Journal_ID"),
    ),
    "AP_Invoices_Received": (
        *("Invoice_ID", "Invoice_Type", "Business_Unit_Code", "Supplier_Account_ID"),
        *("Invoice_Date", "Invoice_Amount", "Amount_Currency", "Journal_ID"),
    ),
    "AP_Open_Accounts": (
        *("Supplier_Account_ID", "Business_Unit_Code", "Segment01_Fund", "Accrued_Amount"),
        *("Payable_Amount", "Balance_Amount", "Amount_Currency"),
    ),
    "BAS_Customer": (
        *("Customer_Account_ID", "Customer_Account_Name", "Customer_Type"),
        *("Business_Unit_Code", "Segment01_Fund", "Journal_ID"),
    ),
    "BAS_Supplier": (
        *("Supplier_Account_ID", "Supplier_Account_Name", "Purchase_Order_ID"),
        *("Business_Unit_Code", "Segment01_Fund", "Journal_ID"),
    ),
    "BAS_Business_Unit": (
        *("Business_Unit_Code", "Business_Unit_Name", "Effective_Date", "Inactive_Date"),
        "Journal_ID",
    ),
    "OC_Payments": (
        *("Payment_ID", "Transaction_Type", "Business_Unit_Code", "Trigger_ID", "Child_ID"),
        *("Effective_Date", "Amount", "Funded_Amount", "Unfunded_Amount", "Amount_Currency"),
        "Journal_ID",
    ),
    "OC_Period_Closings": (
        *("Journal_ID", "Business_Unit_Code", "Period_From", "Period_To", "Hardness"),
        *("GL_Account_Number", "Segment01_Fund", "Balance_Amount", "Amount_Currency"),
    ),
}
KINDS_OF_ACCOUNTS: Final = {
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


class Papers:
    """Follows the events, and knows at the end what every smaller table must say."""

    def __init__(self, manifest: dict[str, Any]) -> None:
        """Begin with empty tables."""
        self._money: str = manifest["ledger"]["currency"]
        self._rows: dict[str, list[Cells]] = {name: [] for name in COLUMNS}
        self._funds: dict[tuple[str, str], str] = {}
        self._sent: dict[str, dict[str, Any]] = {}
        self._receipts: dict[str, dict[str, Any]] = {}
        self._all_receipts: dict[int, dict[str, Any]] = {}

    def follow(self, event: Event) -> None:
        """Take the next event."""
        reader = READERS.get(event["type"])
        if reader is not None:
            reader(self, event, event["data"])

    def signed(self, event: Event, said: Event) -> None:
        """A contract."""
        cells = [said["contract"], said["title"], said["starts_on"], said["ends_on"]]
        self._rows["BAS_Business_Unit"].append([*cells, str(event["version"])])

    def joined(self, event: Event, said: Event) -> None:
        """A funder of a contract."""
        self._funds[said["contract"], said["funder"]] = said["fund"]
        cells = [said["funder"], said["name"], said["kind"], said["contract"], said["fund"]]
        self._rows["BAS_Customer"].append([*cells, str(event["version"])])

    def placed(self, event: Event, said: Event) -> None:
        """An order with a partner."""
        cells = [said["partner"], said.get("name") or "", said["order"], said["contract"]]
        self._rows["BAS_Supplier"].append([*cells, said["fund"], str(event["version"])])

    def paid(self, event: Event, said: Event) -> None:
        """A payment released or reversed."""
        kind = "release" if event["type"] == "payment.released" else "reversal"
        cells = [said["payment"], kind, said["contract"], said["trigger"], said.get("child", "")]
        amounts = [said["amount_minor"], said["funded_minor"], said["unfunded_minor"]]
        row = [*cells, event["effective_on"], *map(decimal, amounts), self._money]
        self._rows["OC_Payments"].append([*row, str(event["version"])])

    def closed(self, event: Event, said: Event) -> None:
        """A closing: a row for each account of its trial balance."""
        first = [str(event["version"]), said.get("contract") or "", said["from"], said["to"]]
        for one in said["trial_balance"]:
            amount = decimal(one["balance_minor"])
            cells = [*first, said["hardness"], one["account"], one["fund"], amount, self._money]
            self._rows["OC_Period_Closings"].append(cells)

    def billed(self, event: Event, said: Event) -> None:
        """An invoice or a credit note of a partner."""
        kind = "invoice" if event["type"] == "fee.invoiced" else "credit_note"
        cells = [said[kind], kind, said["contract"], said["partner"], event["effective_on"]]
        row = [*cells, decimal(said["amount_minor"]), self._money, str(event["version"])]
        self._rows["AP_Invoices_Received"].append(row)

    def issued(self, event: Event, said: Event) -> None:
        """An invoice or a credit note to a funder."""
        kind = "invoice" if event["type"] == "invoice.issued" else "credit_note"
        amount = said["amount_minor"] * (1 if kind == "invoice" else -1)
        due = said.get("due_on", event["effective_on"])
        name, contract, funder = said[kind], said["contract"], said["funder"]
        fund = self._funds.get((contract, funder), "general")
        cells = [name, kind, said["reference"], contract, fund, funder, event["effective_on"], due]
        row = [*cells, decimal(amount), self._money, said["claim"], str(event["version"])]
        self._rows["AR_Invoices_Generated"].append(row)
        self._sent[name] = {
            "first": [name, contract, funder, due],
            "amounts": [amount, 0, 0, 0, 0],
            "version": event["version"],
        }

    def written_off(self, _: Event, said: Event) -> None:
        """A part of an invoice that nobody pays."""
        self._sent[said["invoice"]]["amounts"][3] += said["amount_minor"]

    def credit_applied(self, _: Event, said: Event) -> None:
        """A part of a credit note set against an invoice."""
        self._sent[said["invoice"]]["amounts"][2] += said["amount_minor"]
        self._sent[said["credit_note"]]["amounts"][2] -= said["amount_minor"]

    def credit_refunded(self, _: Event, said: Event) -> None:
        """A part of a credit note paid out."""
        self._sent[said["credit_note"]]["amounts"][4] -= said["amount_minor"]

    def received(self, event: Event, said: Event) -> None:
        """Money from a funder."""
        first = [said["receipt"], said["contract"], said["funder"], event["effective_on"]]
        self._receipts[said["receipt"]] = self._all_receipts[event["version"]] = {
            "first": [*first, said["bank_account"], decimal(said["amount_minor"])],
            "allocated": 0,
            "voided": "N",
        }

    def allocated(self, event: Event, said: Event) -> None:
        """A part of a receipt set against an invoice, or taken back from it."""
        amount = said["amount_minor"] * (1 if event["type"] == "receipt.allocated" else -1)
        self._sent[said["invoice"]]["amounts"][1] += amount
        self._receipts[said["receipt"]]["allocated"] += amount

    def voided(self, _: Event, said: Event) -> None:
        """A receipt that was wrong."""
        if said["version"] in self._all_receipts:
            self._all_receipts[said["version"]]["voided"] = "Y"

    def check(self, contents: Contents, books: Books, findings: Findings) -> None:
        """Compare every table."""
        for paper in self._sent.values():
            balance = paper["amounts"][0] - sum(paper["amounts"][1:])
            amounts = [decimal(amount) for amount in [*paper["amounts"], balance]]
            row = [*paper["first"], *amounts, self._money, str(paper["version"])]
            self._rows["AR_Open_Accounts"].append(row)
        for version, one in self._all_receipts.items():
            row = [*one["first"], decimal(one["allocated"]), one["voided"], self._money]
            self._rows["AR_Cash_Received"].append([*row, str(version)])
        self._from_books(books)
        for name, columns in COLUMNS.items():
            compare_table(contents, f"tables/{name}.csv", columns, self._rows[name], findings)

    def _from_books(self, books: Books) -> None:
        """Trial balance, chart of accounts, and what partners are owed."""
        balances: dict[tuple[str, str, str], int] = {}
        for key, sums in sorted(books.by_month.items()):
            *place, month = key
            place_key = (key[0], key[1], key[2])
            before = balances.get(place_key, 0)
            balances[place_key] = before + sums.debit - sums.credit
            amounts = (before, sums.debit, sums.credit, balances[place_key])
            row = [*place, month[:4], month[5:], *map(decimal, amounts), self._money]
            self._rows["GL_Trial_Balance"].append(row)
        owed: dict[tuple[str, str, str], list[int]] = {}
        for (contract, fund, account), balance in balances.items():
            stem, _, partner = account.rpartition(":")
            if stem in ("liabilities:accrued-fees", "liabilities:payable"):
                pair = owed.setdefault((partner, contract, fund), [0, 0])
                pair[stem == "liabilities:payable"] -= balance
        for owed_key, pair in sorted(owed.items()):
            amounts_owed = [decimal(amount) for amount in (*pair, sum(pair))]
            self._rows["AP_Open_Accounts"].append([*owed_key, *amounts_owed, self._money])
        for account in sorted({account for _, _, account in balances}):
            stem, _, whose = account.rpartition(":")
            name, kind, subtype = KINDS_OF_ACCOUNTS[stem]
            self._rows["GL_Chart_Of_Accounts"].append([account, f"{name} {whose}", kind, subtype])


READERS: Final[dict[str, Callable[[Papers, Event, Event], None]]] = {
    "contract.signed": Papers.signed,
    "funder.joined": Papers.joined,
    "order.placed": Papers.placed,
    "payment.released": Papers.paid,
    "payment.reversed": Papers.paid,
    "period.closed": Papers.closed,
    "fee.invoiced": Papers.billed,
    "fee.credited": Papers.billed,
    "invoice.issued": Papers.issued,
    "credit_note.issued": Papers.issued,
    "invoice.written_off": Papers.written_off,
    "credit.applied": Papers.credit_applied,
    "receipt.recorded": Papers.received,
    "receipt.allocated": Papers.allocated,
    "receipt.unallocated": Papers.allocated,
    "credit.refunded": Papers.credit_refunded,
    "fact.voided": Papers.voided,
}
