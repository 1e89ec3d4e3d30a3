"""What a destroyed key forgets is forgotten in every snapshot, and nothing brings it back."""

import pytest
from structlog.testing import capture_logs

from ledger.log.memory import MemoryLog
from ledger.log.sealing.faults import ChildKeyMissing
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.store import MemoryKeyStore
from ledger.log.snapshots.shelf import MemoryShelf
from ledger.log.snapshots.snapshots import started
from tests.log.facts import enrolled
from tests.log.sealed import MASTER, SealedLedger, measured
from tests.log.shelved import MARKED, Shelved
from tests.privacy.marks import marks_in
from tests.privacy.snapshots import plain_snapshots
from tests.properties.dump import dump


def plain(shelved: Shelved) -> bytes:
    return plain_snapshots(shelved.shelf, MASTER, "wlz")


def test_no_score_can_be_read_in_a_snapshot_even_with_its_own_key(shelved: Shelved) -> None:
    shelved.take()
    assert marks_in(dump(shelved.sealed.loaded().book)), "the marks are in the book"
    assert marks_in(plain(shelved)) == []
    assert b"c2" in plain(shelved), "what is looked through is the book"


def test_a_destroyed_key_takes_the_scores_of_every_snapshot_with_it(shelved: Shelved) -> None:
    shelved.take()
    sealed = shelved.sealed
    sealed.erase("c2")
    shelved.must_fit()
    sealed.store.destroy("wlz", "c2", ("values",))
    shelved.must_fit()
    begun = shelved.begun()
    assert begun is not None
    assert "c2" in begun.book.erased
    assert marks_in(dump(begun.book)) == []
    shelved.take()
    shelved.must_fit()


def test_an_erasure_whose_key_is_still_there_gives_it_up_as_a_replay_does(
    shelved: Shelved,
) -> None:
    """Whoever erased the child died before its key was destroyed."""
    shelved.sealed.erase("c2")
    shelved.take()
    ring = shelved.sealed.ring()
    begun = shelved.snapshots().begun("wlz", ring)
    assert begun is not None
    assert ring.destroyed() == ["c2"]
    assert shelved.sealed.key("c2").wrapped is not None


def test_a_tombstone_alone_freezes_the_child_as_a_replay_does(shelved: Shelved) -> None:
    """The log, and the snapshots in it, were restored from before the erasure; the keys not."""
    shelved.take()
    shelved.sealed.store.destroy("wlz", "c2", ("values",))
    shelved.must_fit()
    begun = shelved.begun()
    assert begun is not None
    assert begun.book.frozen == {"c2"}
    assert begun.book.erased == set()
    assert marks_in(dump(begun.book)) == []


def test_a_key_that_came_back_makes_a_snapshot_without_it_unfit() -> None:
    """A replay would read again what the snapshot has forgotten."""
    sealed = SealedLedger(MemoryLog(), MemoryKeyStore()).made()
    shelved = Shelved(sealed, MemoryShelf())
    sealed.say(enrolled("c2"), measured("c2", MARKED))
    key = sealed.key("c2")
    sealed.store.destroy("wlz", "c2", ("values",))
    shelved.take()
    shelved.must_fit()
    sealed.replace_key("c2", key)
    shelved.must_be_dropped("a key that was destroyed is there again")


def test_a_key_that_is_missing_stops_a_start_as_it_always_did(shelved: Shelved) -> None:
    shelved.take()
    keyless = Ring(MemoryKeyStore(), MASTER, "wlz")
    with capture_logs() as said, pytest.raises(ChildKeyMissing):
        started(shelved.sealed.log, "wlz", keyless, shelved.snapshots())
    assert [one["failure"] for one in said] == ["ChildKeyMissing"]


def test_another_childs_seal_does_not_open(shelved: Shelved) -> None:
    """Children's keys are swapped by somebody who has the master key."""
    shelved.take()
    ring = shelved.sealed.ring()
    ring.load()
    text = ring.seal_for("c1", b"[1]", b"place")
    assert text is not None
    assert ring.open_for("c1", text, b"place") == b"[1]"
    assert ring.seal_for("nobody", b"[1]", b"place") is None
