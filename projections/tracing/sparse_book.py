"""A book of a few events of a ledger: what one child, or one order, needs to be decided again."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from ledger.child import Child
from ledger.contract import Contract
from ledger.events.catalogue import EventData
from ledger.events.codec import AnyEvent
from ledger.events.people import FactVoided
from ledger.evolving.evolve import evolve
from ledger.invariants import ensure
from ledger.state import Book


@dataclass(slots=True, eq=False)
class SparseBook(Book):
    """A book whose versions have gaps; all else is as in a whole one, and so are the rules.

    What others used of the caps is not in it: whoever decides again says how much that was.
    """

    kinds_by_version: dict[int, type[EventData]] = field(default_factory=dict)
    children_by_version: dict[int, Child | None] = field(default_factory=dict)
    actors_by_version: dict[int, str] = field(default_factory=dict)

    def enter(self, event: AnyEvent, child: Child | None) -> None:
        """Give the event its place, behind all others."""
        ensure(event.version > self.version, "events come in order")
        self.kinds_by_version[event.version] = type(event.data)
        self.children_by_version[event.version] = child
        self.actors_by_version[event.version] = event.actor
        self.version = event.version

    def kind_of(self, version: int) -> type[EventData]:
        """The kind of event at a version; what the book does not hold concerns nobody in it."""
        return self.kinds_by_version.get(version, FactVoided)

    def child_of(self, version: int) -> Child | None:
        """The child that the event at a version is about."""
        return self.children_by_version.get(version)

    def recorded_any(self, version: int, others: Iterable[int]) -> bool:
        """Whether one of the other versions has the same recorder as this one."""
        recorder = self.actors_by_version[version]
        return recorder in {self.actors_by_version[other] for other in others}

    def recorder_of(self, version: int) -> str:
        """Who recorded the event at a version."""
        return self.actors_by_version[version]


@dataclass(slots=True)
class Standpoint:
    """A sparse book of one contract that is brought forward, event by event."""

    contract_name: str
    book: SparseBook = field(default_factory=SparseBook)

    def __post_init__(self) -> None:
        """Nothing is ever undone here."""
        self.book.changes.journalling = False

    @property
    def contract(self) -> Contract:
        """The contract, once it is signed."""
        return self.book.contracts[self.contract_name]

    def take(self, event: AnyEvent) -> None:
        """Apply the next event."""
        evolve(self.book, event)

    def as_before(self, version: int) -> None:
        """Let the next decision be the one at this version."""
        self.book.version = version - 1


def ordinal(day: int) -> str:
    """A day of the book as documents have it."""
    return datetime.date.fromordinal(day).isoformat()
