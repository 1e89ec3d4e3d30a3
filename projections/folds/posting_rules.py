"""The posting rules as a table: which account is debited and which credited (`domain.md` 8).

An account is a pattern over what the event carries: F its funder, C its contract, P its partner,
A its bank account. `detail` says why, so that the released and the reversed part of one account
can be told apart. Opposite rules are written by turning the entry around, never by hand.
"""

import datetime
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple

from ledger.invariants import ensure


class Rule(NamedTuple):
    """Which account is debited, which is credited, and why."""

    debit: str
    credit: str
    detail: str


RELEASED: Final = Rule("assets:accrued-income:{funder}", "income:outcomes:{contract}", "released")
SETTLED: Final = Rule("liabilities:payable:{partner}", "assets:bank:{bank_account}", "settled")
ALLOCATED: Final = Rule(
    "liabilities:funder-credit:{funder}", "assets:receivable:{funder}", "allocated"
)
RULES: Final = {
    "payment.released": RELEASED,
    "payment.reversed": RELEASED._replace(detail="reversed"),
    "invoice.issued": Rule(
        "assets:receivable:{funder}", "assets:accrued-income:{funder}", "invoiced"
    ),
    "credit_note.issued": Rule(
        "assets:accrued-income:{funder}", "assets:receivable:{funder}", "credited"
    ),
    "claim.reduced": Rule(
        "income:outcomes:{contract}", "assets:accrued-income:{funder}", "deducted"
    ),
    "invoice.written_off": Rule(  # 0033: a loss, not less income
        "expenses:write-offs:{funder}", "assets:receivable:{funder}", "written-off"
    ),
    "receipt.recorded": Rule(
        "assets:bank:{bank_account}", "liabilities:funder-credit:{funder}", "received"
    ),
    "receipt.allocated": ALLOCATED,
    "receipt.unallocated": ALLOCATED._replace(detail="allocation-reversed"),
    "refund.paid": Rule(
        "liabilities:funder-credit:{funder}", "assets:bank:{bank_account}", "refunded"
    ),
    "credit.refunded": Rule(
        "assets:receivable:{funder}", "assets:bank:{bank_account}", "credit-refunded"
    ),
    "fee.accrued": Rule(
        "expenses:partner-fees:{partner}", "liabilities:accrued-fees:{partner}", "order:{order}"
    ),
    "fee.reversed": Rule(
        "expenses:partner-fees:{partner}", "liabilities:accrued-fees:{partner}", "order:{order}"
    ),
    "fee.invoiced": Rule(
        "liabilities:accrued-fees:{partner}", "liabilities:payable:{partner}", "invoiced"
    ),
    "fee.credited": Rule(
        "liabilities:payable:{partner}", "liabilities:accrued-fees:{partner}", "credited"
    ),
    "partner.settled": SETTLED,
    "partner.unsettled": SETTLED._replace(detail="returned"),
    "fee.paid": Rule("liabilities:payable:{partner}", "assets:bank:{bank_account}", "paid"),
}


@lru_cache(maxsize=4_096)
def _named(
    rule: Rule,
    funder: str | None,
    contract: str,
    partner: str | None,
    bank_account: str | None,
    order: str | None,
) -> Rule:
    """A rule with its patterns filled in. Few names are in many entries: each is filled once."""
    names = {
        "funder": funder,
        "contract": contract,
        "partner": partner,
        "bank_account": bank_account,
        "order": order,
    }
    return Rule(*(pattern.format(**names) for pattern in rule))


class Line(NamedTuple):
    """One posting: debit positive, credit negative, in minor units."""

    account: str
    fund: str
    detail: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal. An entry that does not balance by fund cannot be made."""

    version: int
    effective_on: datetime.date
    contract: str
    lines: tuple[Line, ...]
    funder: str | None = None
    partner: str | None = None
    child: str | None = None

    def __post_init__(self) -> None:
        """Hold that each fund of the entry balances by itself."""
        sums: dict[str, int] = {}
        for line in self.lines:
            sums[line.fund] = sums.get(line.fund, 0) + line.amount_minor
        ensure(not any(sums.values()), "every entry balances in each of its funds")

    def opposite(self, *, version: int) -> "Entry":
        """The exact opposite, on the same day, known from a later version."""
        lines = tuple(line._replace(amount_minor=-line.amount_minor) for line in self.lines)
        return replace(self, version=version, lines=lines)


class Transaction(NamedTuple):
    """What the rules need to know of an event that moves money within one fund."""

    type: str
    version: int
    effective_on: datetime.date
    contract: str
    fund: str
    amount_minor: int
    funder: str | None = None
    partner: str | None = None
    bank_account: str | None = None
    order: str | None = None
    child: str | None = None

    def entry(self) -> Entry:
        """Post it by the rule of its type. A reversal's amount is negative already."""
        debit, credit, detail = _named(
            RULES[self.type],
            self.funder,
            self.contract,
            self.partner,
            self.bank_account,
            self.order,
        )
        return Entry(
            version=self.version,
            effective_on=self.effective_on,
            contract=self.contract,
            lines=(
                Line(debit, self.fund, detail, self.amount_minor),
                Line(credit, self.fund, detail, -self.amount_minor),
            ),
            funder=self.funder,
            partner=self.partner,
            child=self.child,
        )
