"""A sealed ledger with a shelf of snapshots beside it, and ways to damage what lies there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from structlog.testing import capture_logs

from ledger.log.sealing.master import GivenKeys
from ledger.log.snapshots.shelf import MemoryShelf
from ledger.log.snapshots.snapshots import Snapshots, Taken, started
from ledger.log.standing import Standing
from tests.log.sealed import MASTER, SealedLedger
from tests.properties.dump import dump

MARKED = "7.000000000"


@dataclass
class Shelved:
    """A sealed ledger and a shelf beside it."""

    sealed: SealedLedger
    shelf: Any
    said: list[dict[str, Any]] = field(default_factory=list)

    def snapshots(self, master: GivenKeys = MASTER) -> Snapshots:
        return Snapshots(self.sealed.log, self.shelf, master)

    def take(self) -> Taken:
        return self.snapshots().take("wlz", self.sealed.loaded())

    def begun(self, master: GivenKeys = MASTER) -> Standing | None:
        with capture_logs() as self.said:
            return self.snapshots(master).begun("wlz", self.sealed.ring())

    def must_fit(self) -> None:
        begun = self.begun()
        assert begun is not None, self.said
        must_be(begun, self.sealed.loaded())

    def must_be_dropped(self, *why: str) -> None:
        """It is said why, and a start gives the book of the log."""
        assert self.begun() is None
        assert [said["event"] for said in self.said] == ["snapshot_dropped"] * len(why)
        assert [said.get("reason", said.get("failure")) for said in self.said] == list(why)
        with capture_logs():
            standing = started(self.sealed.log, "wlz", self.sealed.ring(), self.snapshots())
        must_be(standing, self.sealed.loaded())

    @contextmanager
    def replaced(self, change: Any) -> Iterator[None]:
        """The newest snapshot, with other pieces or another cover, in place of the true one."""
        kept, *_ = self.shelf.kept("wlz")
        pieces = list(self.shelf.pieces("wlz", kept))
        true, self.shelf = self.shelf, MemoryShelf()
        self.shelf.snapshots["wlz"] = [change(kept, pieces)]
        yield
        self.shelf = true


def must_be(one: Standing, other: Standing) -> None:
    assert one.head() == other.head()
    assert one.seal() == other.seal()
    assert dump(one.book) == dump(other.book)
