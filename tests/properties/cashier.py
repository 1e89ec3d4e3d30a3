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

    `paid` is what a receipt or a credit note pays of an invoice, by the day on which that changed;
    `due` is what an approved claim is still to be invoiced for, by funder; `moves` is what moved a
    funder's outstanding balance, its open credit notes and its unallocated credit, on which day.
    """

    due: Counter[str] = field(default_factory=Counter)
    owed: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunded: Counter[str] = field(default_factory=Counter)
    paid_out: Counter[str] = field(default_factory=Counter)
    paid: dict[tuple[str, str], list[tuple[datetime.date, int]]] = field(default_factory=dict)
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
                assert set(running(receipt["moves"])) == {receipt["amount"]}, (
                    "money that pays an invoice on some day came"
                )
                receipt.update(void=True, open=0)
                self.moves.append((receipt["funder"], receipt["day"], 0, 0, -receipt["amount"]))
                assert self.unallocated(receipt["funder"]) >= 0

    def _receipt_allocated(self, event: AnyEvent, said: Any) -> None:
        self._settles(event, self.receipts[said.receipt], said.receipt, said.amount_minor)
        funder, amount = self.receipts[said.receipt]["funder"], said.amount_minor
        self._moved(event, funder, outstanding=-amount, unallocated=-amount)
        assert self.unallocated(funder) >= 0

    def _receipt_unallocated(self, event: AnyEvent, said: Any) -> None:
        receipt, amount = self.receipts[said.receipt], said.amount_minor
        self._settles(event, receipt, said.receipt, -amount)
        paid = self.paid[said.receipt, said.invoice]
        assert all(minor >= 0 for minor in running(paid)), "only what was allocated is taken back"
        self._moved(event, receipt["funder"], outstanding=amount, unallocated=amount)

    def _credit_refunded(self, event: AnyEvent, said: Any) -> None:
        note, amount = self.notes[said.credit_note], said.amount_minor
        note["open"] -= amount
        assert note["open"] >= 0, "a credit note is paid out once"
        assert event.effective_on >= note["day"]
        note["moves"].append((event.effective_on, -amount))
        self.paid_out[note["funder"]] += amount
        self._moved(event, note["funder"], outstanding=amount, credit=-amount)

    def _credit_applied(self, event: AnyEvent, said: Any) -> None:
        note = self.notes[said.credit_note]
        self._settles(event, note, said.credit_note, said.amount_minor)
        self._moved(event, note["funder"], credit=-said.amount_minor)

    def _settles(self, event: AnyEvent, source: dict[str, Any], name: str, amount: int) -> None:
        """Both are less by an amount from that day on; more, where it is taken back."""
        invoice = self.owed[event.data.invoice]
        assert invoice["funder"] == source["funder"], "a funder pays its own invoices"
        for side in (source, invoice):
            side["open"] -= amount
            side["moves"].append((event.effective_on, -amount))
            assert side["open"] >= 0, "nothing is settled twice"
            assert event.effective_on >= side["day"], "nothing is settled before it was there"
        self.paid.setdefault((name, event.data.invoice), []).append((event.effective_on, amount))

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
        self.owed[said.invoice]["moves"].append((event.effective_on, -said.amount_minor))
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
        """On no day is credit below nothing, nor what is outstanding, but for credit notes.

        Nor is what is left of any one invoice, credit note or receipt.
        """
        for kept in (self.owed, self.notes, self.receipts):
            for name, one in kept.items():
                assert min(running(one["moves"])) >= 0, f"{name} is settled twice on some day"
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
        "moves": [(event.effective_on, amount)],
    }


def running(moves: Iterable[tuple[datetime.date, int]]) -> list[int]:
    """What there is behind each day on which it changed."""
    by_day: Counter[datetime.date] = Counter()
    for day, moved in moves:
        by_day[day] += moved
    return list(itertools.accumulate(by_day[day] for day in sorted(by_day)))
