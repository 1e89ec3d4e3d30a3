"""A cashier who knows the events alone: what is owed, what came, and what pays for what.

It shares no code with the rules. What it holds is the second half of `domain.md` 6.
"""

import datetime
import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ledger.events.codec import AnyEvent


@dataclass
class Cashier:
    """Invoices, credit notes, receipts, refunds and write-offs, and what is open of each.

    `due` is what an approved claim is still to be invoiced for, by funder; `moves` is what moved a
    funder's outstanding balance, its open credit notes and its unallocated credit, on which day.
    """

    due: Counter[str] = field(default_factory=Counter)
    owed: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunded: Counter[str] = field(default_factory=Counter)
    asked: dict[str, tuple[str, Any]] = field(default_factory=dict)
    moves: list[tuple[str, datetime.date, int, int, int]] = field(default_factory=list)

    def read_all(self, events: Iterable[AnyEvent]) -> None:
        """Take the events of one fact, and object to whatever about them cannot be."""
        for event in events:
            self.read(event)
        assert not +self.due, "an approved claim is invoiced at once and whole"
        assert not -self.due

    def read(self, event: AnyEvent) -> None:
        """Take the next event, where it is about anything that is kept here."""
        taken = getattr(self, "_" + event.type.replace(".", "_"), None)
        if taken is not None:
            taken(event, event.data)

    def _invoice_issued(self, event: AnyEvent, said: Any) -> None:
        self.due[said.funder] -= said.amount_minor
        self._moved(event, said.funder, outstanding=said.amount_minor)
        self.owed[said.invoice] = document(event)

    def _credit_note_issued(self, event: AnyEvent, said: Any) -> None:
        self.due[said.funder] += said.amount_minor
        amount = said.amount_minor
        self._moved(event, said.funder, outstanding=-amount, credit=amount)
        self.notes[said.credit_note] = document(event)

    def _receipt_recorded(self, event: AnyEvent, said: Any) -> None:
        self.receipts[said.receipt] = {**document(event), "version": event.version, "void": False}
        self._moved(event, said.funder, unallocated=said.amount_minor)

    def _fact_voided(self, _event: AnyEvent, said: Any) -> None:
        for receipt in self.receipts.values():
            if receipt["version"] == said.version:
                assert receipt["open"] == receipt["amount"], "money that pays an invoice came"
                receipt.update(void=True, open=0)
                self.moves.append((receipt["funder"], receipt["day"], 0, 0, -receipt["amount"]))
                assert self.unallocated(receipt["funder"]) >= 0

    def _receipt_allocated(self, event: AnyEvent, said: Any) -> None:
        self._settles(event, self.receipts[said.receipt])
        funder, amount = self.receipts[said.receipt]["funder"], said.amount_minor
        self._moved(event, funder, outstanding=-amount, unallocated=-amount)
        assert self.unallocated(funder) >= 0

    def _credit_applied(self, event: AnyEvent, said: Any) -> None:
        self._settles(event, self.notes[said.credit_note])
        self._moved(event, self.notes[said.credit_note]["funder"], credit=-said.amount_minor)

    def _settles(self, event: AnyEvent, source: dict[str, Any]) -> None:
        said, invoice = event.data, self.owed[event.data.invoice]
        assert invoice["funder"] == source["funder"], "a funder pays its own invoices"
        for side in (source, invoice):
            side["open"] -= said.amount_minor
            assert side["open"] >= 0, "nothing is settled twice"
            assert event.effective_on >= side["day"], "nothing is settled before it was there"

    def _refund_paid(self, event: AnyEvent, said: Any) -> None:
        self.refunded[said.funder] += said.amount_minor
        self._moved(event, said.funder, unallocated=-said.amount_minor)
        assert self.unallocated(said.funder) >= 0

    def _write_off_requested(self, event: AnyEvent, said: Any) -> None:
        self.asked[said.write_off] = (event.actor, said)

    def _invoice_written_off(self, event: AnyEvent, said: Any) -> None:
        asker, asked = self.asked.pop(said.write_off)
        assert event.actor != asker, "who asked cannot approve"
        assert (said.invoice, said.amount_minor) == (asked.invoice, asked.amount_minor)
        self._moved(event, said.funder, outstanding=-said.amount_minor)
        self.owed[said.invoice]["open"] -= said.amount_minor
        assert self.owed[said.invoice]["open"] >= 0
        assert event.effective_on >= self.owed[said.invoice]["day"]

    def _moved(
        self,
        event: AnyEvent,
        funder: str,
        *,
        outstanding: int = 0,
        credit: int = 0,
        unallocated: int = 0,
    ) -> None:
        self.moves.append((funder, event.effective_on, outstanding, credit, unallocated))

    def must_be_nobodys_debtor(self) -> None:
        """On no day is credit below nothing, nor what is outstanding, but for credit notes."""
        sums: dict[str, list[int]] = {}
        days = itertools.groupby(sorted(self.moves, key=lambda move: move[1]), lambda move: move[1])
        for day, moves in days:
            for funder, _, *amounts in moves:
                before = sums.get(funder, [0, 0, 0])
                sums[funder] = [sum(pair) for pair in zip(before, amounts, strict=True)]
            for funder, (outstanding, credit, unallocated) in sums.items():
                assert unallocated >= 0, f"{funder} is owed less than nothing on {day}"
                assert credit >= 0, f"{funder} has credit notes of less than nothing on {day}"
                assert outstanding + credit >= 0, f"{funder} owes less than nothing on {day}"

    def received(self, funder: str) -> int:
        """What came from a funder and was not voided."""
        kept = self.receipts.values()
        return sum(r["amount"] for r in kept if r["funder"] == funder and not r["void"])

    def allocated(self, funder: str) -> int:
        """What of it pays invoices."""
        kept = self.receipts.values()
        return sum(r["amount"] - r["open"] for r in kept if r["funder"] == funder and not r["void"])

    def unallocated(self, funder: str) -> int:
        """What of it is the funder's still."""
        return self.received(funder) - self.allocated(funder) - self.refunded[funder]


def document(event: AnyEvent) -> dict[str, Any]:
    """An invoice, a credit note or a receipt, of which nothing is settled yet."""
    amount = event.data.amount_minor
    assert amount > 0
    return {
        "funder": event.data.funder,
        "amount": amount,
        "open": amount,
        "day": event.effective_on,
    }
