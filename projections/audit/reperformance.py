"""Would the rules decide so again? The facts alone, run through them, against what is stored."""

import datetime
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from msgspec.structs import fields

from ledger.deciding import decide
from ledger.events.catalogue import FACTS
from ledger.events.codec import AnyEvent, Fact
from ledger.invariants import InvariantBroken
from ledger.refusals import Refusal
from ledger.state import Book
from projections.audit.findings import Report


@dataclass(slots=True)
class Reperformance:
    """Decides every fact anew and compares field by field; stops at the first difference."""

    report: Report
    timezone: ZoneInfo
    book: Book = field(default_factory=Book)
    expected: list[AnyEvent] = field(default_factory=list)
    stopped: bool = False

    def follow(self, event: AnyEvent) -> None:
        """Take the next stored event, a fact or a decision."""
        if self.stopped:
            return
        if event.type in FACTS:
            self._close(event.version)
            if not self.stopped:
                self._decide(event)
        if not self.stopped:
            self._compare(event)

    def finish(self) -> None:
        """Say what of the last fact is missing."""
        if not self.stopped:
            self._close(self.book.version)

    def _close(self, version: int) -> None:
        if self.expected:
            missing = self.expected[0]
            self._stop("decision_missing", version, f"the rules decide {missing.type} as well")

    def _decide(self, event: AnyEvent) -> None:
        moment = datetime.datetime.fromisoformat(event.recorded_at)
        today = max(moment.astimezone(self.timezone).date(), event.received_on)
        fact = Fact(
            effective_on=event.effective_on,
            data=event.data,
            id=event.id,
            received_on=event.received_on,
        )
        try:
            self.expected = decide(
                self.book, fact, actor=event.actor, today=today, recorded_at=event.recorded_at
            )
        except Refusal as refusal:
            self._stop("fact_refused", event.version, f"the rules refuse it: {refusal.code}")
        except InvariantBroken as broken:
            self._stop("invariant_broken", event.version, str(broken))
        self.book.changes.forget(self.book.changes.mark())

    def _compare(self, event: AnyEvent) -> None:
        if not self.expected:
            self._stop("decision_not_due", event.version, f"the rules do not decide {event.type}")
            return
        due = self.expected.pop(0)
        for name in ("type", "version", "effective_on", "received_on", "actor", "causes"):
            if getattr(due, name) != getattr(event, name):
                self._differs(event, name, getattr(due, name), getattr(event, name))
                return
        for part in fields(due.data):
            again, stored = getattr(due.data, part.name), getattr(event.data, part.name)
            if again != stored:
                self._differs(event, f"data.{part.name}", again, stored)
                return
        self.report.count("decisions" if event.type not in FACTS else "facts")

    def _differs(self, event: AnyEvent, name: str, due: object, stored: object) -> None:
        detail = f"{event.type} {name}: the rules give {due!r}, stored is {stored!r}"
        self._stop("decision_differs", event.version, detail)

    def _stop(self, code: str, version: int, detail: str) -> None:
        self.stopped = True
        self.expected = []
        self.report.find(code, version, detail)
        self.report.unchecked.append(f"the rules re-performed behind version {version}")
