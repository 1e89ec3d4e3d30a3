"""Snapshots: what fits is the book of the log; the two newest are kept, whole."""

import dataclasses
from typing import Any

import pytest
from structlog.testing import capture_logs

from ledger.log.sealing.master import Wrapped
from ledger.log.sealing.ring import Ring
from ledger.log.snapshots import fingerprint as fingerprints
from ledger.log.snapshots.cover import read_cover
from ledger.log.snapshots.fingerprint import fingerprint, fingerprint_of
from ledger.log.snapshots.shelf import MemoryShelf, Shelf, ShelfBusy
from ledger.log.snapshots.snapshots import NotTaken, Snapshots, Taken, started
from ledger.log.standing import Standing
from ledger.log.writer import Writer
from tests.log.asking import ask
from tests.log.facts import WLZ, contract_terms, enrolled, interaction, request
from tests.log.sealed import MASTER, SealedLedger, measured
from tests.log.shelved import Shelved, must_be


def test_a_start_from_a_snapshot_is_a_start_from_the_log(shelved: Shelved) -> None:
    taken = shelved.take()
    assert taken.bytes
    shelved.must_fit()
    shelved.sealed.say(interaction("c2"), measured("c2", 9, point="end_point"), enrolled("c3"))
    shelved.must_fit()
    assert shelved.said[-1]["event"] == "snapshot_used"
    assert shelved.said[-1]["version"] == taken.version


def test_a_writer_goes_on_from_a_snapshot(shelved: Shelved) -> None:
    shelved.take()
    sealed = shelved.sealed
    writer = Writer(sealed.log, "wlz", sealed.ring(), shelved.snapshots())
    answer = ask(writer, request(measured("c2", 3, point="end_point")))
    writer.close()
    assert answer.outcome == "done"
    shelved.must_fit()


def test_a_snapshot_of_the_same_version_is_not_taken_twice(shelved: Shelved) -> None:
    version = shelved.take().version
    assert shelved.take() == Taken(version, None)
    assert len(shelved.shelf.kept("wlz")) == 1


def test_the_two_newest_are_kept_and_those_of_another_ledger_stay(shelved: Shelved) -> None:
    other = dataclasses.replace(shelved.sealed, ledger="other").made()
    Snapshots(other.log, shelved.shelf, MASTER).take("other", other.loaded())
    versions = []
    for number in range(4):
        shelved.sealed.say(enrolled(f"more-{number}"))
        versions.append(shelved.take().version)
    covers = [read_cover(kept.cover) for kept in shelved.shelf.kept("wlz")]
    assert [cover and cover.version for cover in covers] == versions[:1:-1]
    assert len(shelved.shelf.kept("other")) == 1


def test_nothing_is_taken_of_a_ledger_without_events(log: Any, shelf: Shelf, store: Any) -> None:
    log.create(WLZ)
    standing = Standing.loaded(log, "wlz", Ring(store, MASTER, "wlz"))
    with pytest.raises(NotTaken, match="nothing is recorded"):
        Snapshots(log, shelf, MASTER).take("wlz", standing)


def test_nothing_is_taken_of_scores_that_have_no_key(log: Any, shelf: Shelf) -> None:
    log.create(WLZ)
    writer = Writer(log, "wlz")
    ask(writer, request(*contract_terms(), enrolled("c1"), measured("c1", 3)))
    writer.close()
    with pytest.raises(NotTaken, match="no key"):
        Snapshots(log, shelf, MASTER).take("wlz", Standing.loaded(log, "wlz"))
    assert shelf.kept("wlz") == []


def test_nothing_is_taken_of_a_standing_that_is_not_in_the_log(shelved: Shelved) -> None:
    standing = shelved.sealed.loaded()
    standing.grow([bytes(32)])
    with pytest.raises(NotTaken, match="does not reach so far"):
        shelved.snapshots().take("wlz", standing)


def test_two_do_not_write_at_once(shelved: Shelved) -> None:
    key = Wrapped("m", b"k")
    with (
        shelved.shelf.adding("wlz", 1, b"{}", key),
        pytest.raises(ShelfBusy),
        shelved.shelf.adding("wlz", 1, b"{}", key),
    ):
        raise AssertionError
    with shelved.shelf.adding("wlz", 1, b"{}", key), pytest.raises(NotTaken, match="another"):
        shelved.take()


def begin_and_break_off(shelf: Shelf) -> None:
    with shelf.adding("wlz", 99, b"{}", Wrapped("m", b"k")) as put:
        put(0, b"half")
        raise KeyboardInterrupt


def test_a_snapshot_that_is_broken_off_leaves_the_earlier_one(shelved: Shelved) -> None:
    taken = shelved.take()
    with pytest.raises(KeyboardInterrupt):
        begin_and_break_off(shelved.shelf)
    [kept] = shelved.shelf.kept("wlz")
    cover = read_cover(kept.cover)
    assert cover is not None
    assert cover.version == taken.version
    shelved.must_fit()


class Unreachable(MemoryShelf):
    def kept(self, ledger: str) -> Any:
        raise ConnectionError(ledger)


def test_a_shelf_that_cannot_be_reached_is_no_reason_not_to_start(sealed: SealedLedger) -> None:
    with capture_logs() as said:
        begun = Snapshots(sealed.log, Unreachable(), MASTER)
        must_be(started(sealed.log, "wlz", sealed.ring(), begun), sealed.loaded())
    assert [one["event"] for one in said] == ["snapshots_not_read"]


def test_code_without_its_source_takes_no_snapshot_and_uses_none(
    shelved: Shelved, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    shelved.take()
    monkeypatch.setattr(fingerprints, "LEDGER", tmp_path)
    fingerprint.cache_clear()
    try:
        with pytest.raises(NotTaken, match="without its source"):
            shelved.take()
        shelved.must_be_dropped("it is of other code")
    finally:
        fingerprint.cache_clear()


def test_any_rule_that_changes_is_another_fingerprint(tmp_path: Any) -> None:
    rules = tmp_path / "ledger"
    for name in ("state.py", "evolving/cash.py", "log/writer.py", "log/standing.py"):
        path = rules / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("one")
    before = fingerprint_of(rules)
    (rules / "log" / "writer.py").write_text("two")
    assert fingerprint_of(rules) == before, "how events are carried makes no other book"
    seen = {before}
    for name in ("state.py", "evolving/cash.py", "log/standing.py"):
        (rules / name).write_text("two")
        seen.add(fingerprint_of(rules))
    (rules / "state.py").rename(rules / "states.py")
    seen.add(fingerprint_of(rules))
    assert len(seen) == 5
