"""Histories that the rules decided: facts in, facts and decisions out."""

import datetime

from ledger.deciding import decide
from ledger.events.catalogue import EventData
from ledger.events.codec import Fact
from ledger.state import Book
from tests.projections.history import History, day

TODAY = datetime.date(2026, 11, 23)


class DecidedHistory(History):
    """A history whose facts go through the rules; a refusal is raised."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book()

    def add(self, data: EventData, on: str, *, actor: str = "ada", received: str = "") -> int:
        """Record one fact with what follows from it; the fact's version."""
        fact = Fact(
            effective_on=day(on),
            data=data,  # type: ignore[arg-type]
            id=f"e{self.version}" if self.version % 3 == 0 else None,
            received_on=day(received or on),
        )
        recorded = decide(self.book, fact, actor=actor, today=TODAY, recorded_at=self.moment)
        self.events.extend(recorded)
        return recorded[0].version

    def release(self, on: str, split: dict[str, int], **more: object) -> int:
        """The rules release; nothing is given."""
        del on, split, more
        return self.version
