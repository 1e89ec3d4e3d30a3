"""Where a ledger stands in memory: its book, the edge of its tree, and its last moment.

It may be ahead of the log by what is being committed. `place` names a point to return to; whatever
was decided since is undone, the latest first.
"""

import datetime
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from ledger.book import Book
from ledger.deciding import replay
from ledger.events.codec import AnyEvent, decode_event
from ledger.events.privacy import ChildErased
from ledger.events.sealed import opened
from ledger.evolving.privacy import freeze
from ledger.invariants import ensure
from ledger.log.ports import Head, Log
from ledger.log.requests import Seal
from ledger.log.sealing.seals import Seals, Unsealed
from ledger.log.tree import Frontier, Node


class Place(NamedTuple):
    """A point in the life of a standing."""

    mark: int
    frontier: Frontier
    leaf: bytes | None
    recorded_at: datetime.datetime | None


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage collection walks the growing book, nor, being frozen, the loaded one."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collecting:
            gc.enable()


class Standing:
    """The whole state of one ledger, used by its writer's thread alone."""

    def __init__(self, seals: Seals) -> None:
        """Stand at the beginning, before anything was recorded."""
        self.seals = seals
        self.book = Book()
        self.frontier = Frontier()
        self.leaf: bytes | None = None
        self.recorded_at: datetime.datetime | None = None
        self.asked_at: datetime.datetime | None = None

    @classmethod
    def loaded(cls, log: Log, ledger: str, seals: Seals | None = None) -> "Standing":
        """Replay a ledger's events, opening what is sealed in them. Raises `ChildKeyMissing`."""
        standing = cls(seals or Unsealed())
        with uncollected():
            standing.seals.load()
            standing.catch_up(log, ledger, log.head(ledger))
            standing.freeze_without_keys()
        return standing

    def take_up(self, book: Book, edge: Frontier, leaf: bytes) -> None:
        """Stand where a book was kept, which is at the edge of this tree."""
        ensure(book.version == edge.size, "a book is at the version that it was kept at")
        self.book, self.frontier, self.leaf = book, edge, leaf

    def freeze_without_keys(self) -> None:
        """Freeze whoever's key is destroyed, also when the log was restored from before that."""
        for child in self.seals.destroyed():
            freeze(self.book, child)
        self.book.changes.forget(self.book.changes.mark())

    @property
    def version(self) -> int:
        """The version of the last event."""
        return self.frontier.size

    def catch_up(self, log: Log, ledger: str, head: Head) -> None:
        """Apply what the log has beyond this point, up to a head; nothing may be undecided."""
        replay(self.book, self._newer(log, ledger, head))
        ensure(self.version == head.version, "the log holds every version up to its head")
        ensure(self.frontier.root() == head.root, "the leaf hashes give the root of the head")
        ensure(self.book.version == head.version, "the book is at the version of the head")
        self.recorded_at = head.recorded_at
        self.asked_at = head.asked_at

    def _newer(self, log: Log, ledger: str, head: Head) -> Iterator[AnyEvent]:
        for events in log.read(ledger, after=self.version, upto=head.version):
            for event in events:
                found = decode_event(event.stored_name, event.stored)
                self.drop_key_after(found)
                yield opened(found, self.seals)
            self.grow([event.leaf_hash for event in events])

    def drop_key_after(self, event: AnyEvent) -> None:
        """Give a child's key up when it is erased."""
        if isinstance(event.data, ChildErased) and event.data.scope == "all":
            self.seals.drop(event.data.child)

    def grow(self, leaves: list[bytes]) -> list[Node]:
        """Add leaves to the tree; the nodes to keep of it."""
        nodes: list[Node] = []
        if leaves:
            self.frontier = self.frontier.extend(leaves, nodes)
            self.leaf = leaves[-1]
        return nodes

    def head(self) -> Head:
        """This point as a head."""
        root = self.frontier.root()
        return Head(self.version, root, self.frontier, self.recorded_at, self.asked_at)

    def seal(self) -> Seal:
        """The seal at this point."""
        return Seal(self.version, self.leaf, self.frontier.root())

    def place(self) -> Place:
        """Name this point."""
        return Place(self.book.changes.mark(), self.frontier, self.leaf, self.recorded_at)

    def undo_to(self, place: Place) -> None:
        """Return to a point named before."""
        self.book.changes.undo_to(place.mark)
        _, self.frontier, self.leaf, self.recorded_at = place

    def forget(self, place: Place) -> None:
        """Give up the means to return to before a point: it is committed."""
        self.book.changes.forget(place.mark)
