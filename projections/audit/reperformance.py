"""Would the rules decide so again? The facts alone, run through them, against what is stored.

A child with a value that cannot be read any more is taken as the log has it from that value on: its
facts are applied, its decisions are not compared but counted, and they move caps and carries as
they did. Everybody else's decisions are compared to the last field.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import fields

from ledger.accepting.delivery import listed_before
from ledger.book import Book, accept, evolve, follow
from ledger.events.catalogue import FACTS, TYPE_OF
from ledger.events.codec import AnyEvent, Fact
from ledger.events.delivery import RegisterSubmitted
from ledger.events.people import FactVoided
from ledger.events.privacy import ChildErased
from ledger.invariants import InvariantBroken
from ledger.refusals import ChildIsErased, Refusal
from ledger.releases import Decided
from projections.audit.findings import Report

CARRIED_OVER: Final = ("received_on", "actor")


@dataclass(slots=True)
class Reperformance:
    """Decides every fact anew and compares field by field; stops at the first difference."""

    report: Report
    timezone: ZoneInfo
    book: Book = field(default_factory=Book)
    fact: AnyEvent | None = None
    due: Iterator[Decided] = field(default_factory=lambda: iter(()))
    gone: set[str] = field(default_factory=set)
    stopped: bool = False

    def __post_init__(self) -> None:
        """Nothing is ever undone here."""
        self.book.changes.journalling = False

    def follow(self, event: AnyEvent) -> None:
        """Take the next stored event, a fact or a decision, with its values as far as they open."""
        if self.stopped:
            return
        try:
            if event.type in FACTS:
                self._close(event.version)
                self._take_fact(event)
            else:
                self._take_decision(event)
        except InvariantBroken as broken:
            self._stop("invariant_broken", event.version, str(broken))

    def finish(self) -> None:
        """Say what of the last fact is missing, and what could not be performed again."""
        if not self.stopped:
            self._close(self.book.version)

    def _close(self, version: int) -> None:
        missing = next(self.due, None)
        if missing is not None:
            kind = TYPE_OF[type(missing.content)]
            self._stop("decision_missing", version, f"the rules decide {kind} as well")

    def _take_fact(self, event: AnyEvent) -> None:
        if self.stopped:
            return
        try:
            self._accept(event)
        except Refusal as refusal:
            self._stop("fact_refused", event.version, f"the rules refuse it: {refusal.code}")
            return
        evolve(self.book, event)
        self.fact, self.due = event, follow(self.book, event)
        self.report.count("facts")

    def _accept(self, event: AnyEvent) -> None:
        """Accept the fact; what was recorded before its child was erased is taken as it is."""
        moment = datetime.datetime.fromisoformat(event.recorded_at)
        today = max(moment.astimezone(self.timezone).date(), event.received_on)
        fact = Fact(
            effective_on=event.effective_on,
            data=event.data,
            id=event.id,
            received_on=event.received_on,
        )
        try:
            accept(self.book, fact, actor=event.actor, today=today)
        except ChildIsErased:
            if self._concerns_anybody_gone(event):
                raise
            self.report.could_not("facts accepted again")

    def _concerns_anybody_gone(self, event: AnyEvent) -> bool:
        """Whether the fact is about a child that had been erased when it was recorded."""
        match event.data:
            case RegisterSubmitted() as register:
                listed = listed_before(self.book.contracts[register.contract], register)
                return bool(self.gone.intersection(register.expected) - listed)
            case FactVoided(version=voided):
                child = self.book.child_of(voided)
                return child is not None and child.reference in self.gone
            case _:
                return getattr(event.data, "child", None) in self.gone

    def _take_decision(self, event: AnyEvent) -> None:
        if isinstance(event.data, ChildErased):
            self._compare(event)
            if event.data.scope == "all":
                self.gone.add(event.data.child)
        elif getattr(event.data, "child", None) in self.book.frozen:
            evolve(self.book, event)
            self.report.could_not("decisions performed again")
        else:
            self._compare(event)

    def _compare(self, event: AnyEvent) -> None:
        due = next(self.due, None)
        if due is None or self.fact is None:
            self._stop("decision_not_due", event.version, f"the rules do not decide {event.type}")
            return
        kind = TYPE_OF[type(due.content)]
        claims: list[tuple[str, object, object]] = [
            ("type", kind, event.type),
            ("effective_on", due.effective_on, event.effective_on),
            ("causes", due.causes, event.causes),
            *((name, getattr(self.fact, name), getattr(event, name)) for name in CARRIED_OVER),
        ]
        if kind == event.type:
            claims += [
                (f"data.{x.name}", getattr(due.content, x.name), getattr(event.data, x.name))
                for x in fields(due.content)
            ]
        for name, again, stored in claims:
            if again != stored:
                self._differs(event, name, again, stored)
                return
        evolve(self.book, event)
        self.report.count("decisions")

    def give_up(self, version: int) -> None:
        """Stop: an event cannot be read, so nothing behind it can be decided again."""
        self.stopped = True
        self.report.unchecked.append(f"the rules re-performed behind version {version}")

    def _differs(self, event: AnyEvent, name: str, due: object, stored: object) -> None:
        detail = f"{event.type} {name}: the rules give {due!r}, stored is {stored!r}"
        self._stop("decision_differs", event.version, detail)

    def _stop(self, code: str, version: int, detail: str) -> None:
        self.due = iter(())
        self.report.find(code, version, detail)
        self.give_up(version)
