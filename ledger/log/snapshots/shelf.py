"""Where snapshots are kept: what is promised, and the shelf in memory for tests."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from threading import Lock
from typing import Final, NamedTuple, Protocol

from ledger.log.sealing.master import Wrapped

KEPT_MAX: Final = 2


class Kept(NamedTuple):
    """A snapshot as it is kept: nothing in it is trusted before its pieces have opened."""

    number: int
    cover: bytes
    key: Wrapped
    pieces: int


class ShelfBusy(Exception):
    """Another process is writing a snapshot of this ledger."""


Put = Callable[[int, bytes], object]


class Shelf(Protocol):
    """The latest snapshots of each ledger, two at most.

    Every method raises `LogUnavailable` when the store cannot be reached.
    """

    def kept(self, ledger: str) -> Sequence[Kept]:
        """The snapshots of a ledger, the newest first."""
        ...

    def pieces(self, ledger: str, kept: Kept) -> Iterator[bytes]:
        """The pieces of a snapshot in order, as far as they are there."""
        ...

    def adding(
        self, ledger: str, version: int, cover: bytes, key: Wrapped
    ) -> AbstractContextManager[Put]:
        """Take the pieces of a new snapshot: all of it is there at the end, or nothing is.

        The oldest goes when there are too many. Raises `ShelfBusy`.
        """
        ...


class MemoryShelf:
    """A shelf that lasts as long as the object."""

    def __init__(self) -> None:
        """Begin empty."""
        self.snapshots: dict[str, list[tuple[Kept, list[bytes]]]] = {}
        self._number = 0
        self._writing = Lock()

    def kept(self, ledger: str) -> Sequence[Kept]:
        """The snapshots of a ledger, the newest first."""
        return [kept for kept, _ in reversed(self.snapshots.get(ledger, []))]

    def pieces(self, ledger: str, kept: Kept) -> Iterator[bytes]:
        """The pieces of a snapshot."""
        for found, pieces in self.snapshots.get(ledger, []):
            if found.number == kept.number:
                yield from pieces

    @contextmanager
    def adding(self, ledger: str, version: int, cover: bytes, key: Wrapped) -> Iterator[Put]:  # noqa: ARG002
        """Take the pieces of a new snapshot."""
        if not self._writing.acquire(blocking=False):
            raise ShelfBusy(ledger)
        try:
            pieces: list[bytes] = []
            yield lambda _place, piece: pieces.append(piece)
            self._number += 1
            kept = Kept(self._number, cover, key, len(pieces))
            shelf = self.snapshots.setdefault(ledger, [])
            shelf.append((kept, pieces))
            del shelf[:-KEPT_MAX]
        finally:
            self._writing.release()
