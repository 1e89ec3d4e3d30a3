"""Cash and what it settles (`domain.md` 6): no paper settles more than it is, each funder adds up.

outstanding = invoiced - credited - allocated, and received = allocated + unallocated + refunded.
Write-offs come off what is outstanding as well. What stands on the left is read off the journal,
what stands on the right is added up from the papers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from projections.bundle.checker.books import Sums, decimal
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, Event

RECEIVABLE: Final = "assets:receivable"
CREDIT_OF_FUNDER: Final = "liabilities:funder-credit"
Months = Mapping[tuple[str, str, str, str], Sums]


@dataclass
class Settled:
    """An invoice, a credit note or a receipt: of whom, how much, and what of it is settled."""

    funder: str
    amount: int
    used: int = 0


@dataclass
class Sides:
    """What a funder was charged and what it paid, added up."""

    invoiced: int = 0
    credited: int = 0
    written_off: int = 0
    allocated: int = 0
    received: int = 0
    refunded: int = 0


@dataclass
class Cash:
    """Follows invoices, credit notes, receipts and refunds."""

    findings: Findings
    sides: dict[str, Sides] = field(default_factory=dict)
    invoices: dict[str, Settled] = field(default_factory=dict)
    notes: dict[str, Settled] = field(default_factory=dict)
    receipts: dict[str, Settled] = field(default_factory=dict)
    recorded: dict[int, Settled] = field(default_factory=dict)

    def follow(self, event: Event) -> None:
        """Take the next event."""
        reader = CASH_READERS.get(event["type"])
        if reader is not None:
            reader(self, event)

    def side(self, funder: str) -> Sides:
        """What is known of a funder."""
        return self.sides.setdefault(funder, Sides())

    def issued(self, event: Event) -> None:
        """An invoice."""
        said = event["data"]
        self.invoices[said["invoice"]] = Settled(said["funder"], said["amount_minor"])
        self.side(said["funder"]).invoiced += said["amount_minor"]

    def credited(self, event: Event) -> None:
        """A credit note."""
        said = event["data"]
        self.notes[said["credit_note"]] = Settled(said["funder"], said["amount_minor"])
        self.side(said["funder"]).credited += said["amount_minor"]

    def written_off(self, event: Event) -> None:
        """A part of an invoice that nobody pays."""
        invoice, amount = self.invoices[event["data"]["invoice"]], event["data"]["amount_minor"]
        self.side(invoice.funder).written_off += amount
        self._use(event, invoice, amount)

    def applied(self, event: Event) -> None:
        """A credit note set against an invoice: the funder has both, so nothing else moves."""
        said = event["data"]
        note, invoice = self.notes[said["credit_note"]], self.invoices[said["invoice"]]
        self._same_funder(event, note, invoice)
        for paper in (note, invoice):
            self._use(event, paper, said["amount_minor"])

    def note_refunded(self, event: Event) -> None:
        """A credit note paid out."""
        note, amount = self.notes[event["data"]["credit_note"]], event["data"]["amount_minor"]
        self.side(note.funder).credited -= amount
        self._use(event, note, amount)

    def received(self, event: Event) -> None:
        """Money from a funder."""
        said = event["data"]
        receipt = Settled(said["funder"], said["amount_minor"])
        self.receipts[said["receipt"]] = self.recorded[event["version"]] = receipt
        self.side(receipt.funder).received += receipt.amount

    def allocated(self, event: Event) -> None:
        """A receipt set against an invoice, or taken back from it."""
        said = event["data"]
        amount = said["amount_minor"] * (1 if event["type"] == "receipt.allocated" else -1)
        receipt, invoice = self.receipts[said["receipt"]], self.invoices[said["invoice"]]
        self._same_funder(event, receipt, invoice)
        self.side(receipt.funder).allocated += amount
        for paper in (receipt, invoice):
            self._use(event, paper, amount)

    def refunded(self, event: Event) -> None:
        """What was in credit, paid back."""
        said = event["data"]
        side = self.side(said["funder"])
        side.refunded += said["amount_minor"]
        self._not_below_nothing(event, side)

    def voided(self, event: Event) -> None:
        """A receipt that was wrong; nothing of it may be allocated."""
        receipt = self.recorded.get(event["data"]["version"])
        if receipt is not None:
            side = self.side(receipt.funder)
            side.received -= receipt.amount
            if receipt.used:
                self._fault(event, "a receipt is voided that is allocated")
            self._not_below_nothing(event, side)

    def _use(self, event: Event, paper: Settled, amount: int) -> None:
        paper.used += amount
        if not 0 <= paper.used <= paper.amount:
            self._fault(event, f"{decimal(paper.used)} of {decimal(paper.amount)} are settled")

    def _same_funder(self, event: Event, one: Settled, other: Settled) -> None:
        if one.funder != other.funder:
            self._fault(event, f"what is of {one.funder} settles what {other.funder} owes")

    def _not_below_nothing(self, event: Event, side: Sides) -> None:
        if side.received - side.allocated - side.refunded < 0:
            self._fault(event, "more is taken from a funder's credit than there is")

    def _fault(self, event: Event, what: str) -> None:
        version = event["version"]
        self.findings.fault(EVENTS, f"{event['type']}: {what}", line=version, version=version)

    def check(self, months: Months) -> None:
        """Compare what the journal has of each funder with what its papers add up to."""
        balances: dict[tuple[str, str], int] = {}
        for (_, _, account, _), sums in months.items():
            stem, _, whose = account.rpartition(":")
            key = (stem, whose)
            balances[key] = balances.get(key, 0) + sums.debit - sums.credit
        for funder, side in sorted(self.sides.items()):
            self.findings.count("funders whose cash adds up")
            outstanding = side.invoiced - side.credited - side.allocated - side.written_off
            unallocated = side.received - side.allocated - side.refunded
            for name, told, due in (
                ("outstanding", balances.get((RECEIVABLE, funder), 0), outstanding),
                ("unallocated", -balances.get((CREDIT_OF_FUNDER, funder), 0), unallocated),
            ):
                if told != due:
                    what = f"{funder}: {decimal(told)} {name} in the journal"
                    self.findings.fault(EVENTS, f"{what}, its papers come to {decimal(due)}")


CASH_READERS: Final[dict[str, Callable[[Cash, Event], None]]] = {
    "invoice.issued": Cash.issued,
    "credit_note.issued": Cash.credited,
    "invoice.written_off": Cash.written_off,
    "credit.applied": Cash.applied,
    "credit.refunded": Cash.note_refunded,
    "receipt.recorded": Cash.received,
    "receipt.allocated": Cash.allocated,
    "receipt.unallocated": Cash.allocated,
    "refund.paid": Cash.refunded,
    "fact.voided": Cash.voided,
}
