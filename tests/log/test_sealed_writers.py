"""Writers that seal: two at once, one that dies, one whose keys, master key or log fail it."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.log.refusals import LogUnavailable
from ledger.log.requests import AppendAnswer, AppendRequest, Replayed
from ledger.log.sealing.faults import (
    ChildKeyDamaged,
    KeyStoreUnavailable,
    MasterKeyMissing,
    MasterKeyUnreadable,
    SealBroken,
)
from ledger.log.sealing.master import KeyFile, make_key_file
from ledger.log.sealing.rotation import rotate
from ledger.log.sealing.store import KeyPlace, context_of
from ledger.log.writer import Writer
from tests.log.asking import ask, codes
from tests.log.facts import enrolled, interaction, request
from tests.log.failing import FailingCommits, LateKeys, LostStore
from tests.log.sealed import MASTER, SealedLedger, erasure, measured, told

OLD, NEW = (bytes([number]) * 32 for number in (1, 2))


@pytest.fixture
def pair(sealed: SealedLedger) -> Iterator[tuple[Writer, Writer]]:
    """Two processes that serve one ledger, each with a ring of its own."""
    first, second = sealed.writer(), sealed.writer()
    yield first, second
    first.close()
    second.close()


def done(writer: Writer, *facts: Any, **options: Any) -> AppendAnswer:
    answer = ask(writer, request(*facts, **options))
    assert answer.outcome == "done", answer.refusals
    return answer


def must_read(ledger: SealedLedger, *values: object) -> None:
    """Both doors open every score, to these values."""
    found = [value for (_, field), value in ledger.values().items() if field == "value"]
    assert sorted(found, key=str) == sorted(values, key=str)
    assert ledger.loaded().version == ledger.log.head(ledger.ledger).version


def test_two_writers_that_make_the_first_key_of_a_child_at_once_both_end_up_readable(
    sealed: SealedLedger, pair: tuple[Writer, Writer]
) -> None:
    children = [f"c{number}" for number in range(20)]
    done(pair[0], *map(enrolled, children))
    together = threading.Barrier(2)
    answers: list[AppendAnswer] = []

    def say(writer: Writer, value: int) -> None:
        for child in children:
            together.wait()
            answers.append(ask(writer, request(measured(child, value, area=f"a{value}"))))

    threads = [threading.Thread(target=say, args=(pair[n], n)) for n in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.outcome for answer in answers} == {"done"}
    must_read(sealed, *([0, 1] * 20))
    assert len(sealed.store.find("wlz", "values")) == 20


def test_whoever_finds_the_childs_key_taken_decides_again_with_the_other_one(
    sealed: SealedLedger,
) -> None:
    sealed.say(enrolled("c1"))
    late = LateKeys(sealed.store)
    slow = replace(sealed, store=late).writer()
    late.before = lambda: sealed.say(measured("c1", 1, area="first"))
    done(slow, measured("c1", 2, "e2", area="second"), idempotency_key="k")
    again = done(slow, measured("c1", 2, "e2", area="second"), idempotency_key="k")
    assert again.replayed
    slow.close()
    must_read(sealed, 1, 2)


def test_a_key_that_meets_a_tombstone_gives_way_to_it(sealed: SealedLedger) -> None:
    sealed.say(enrolled("c1"))
    late = LateKeys(sealed.store)
    slow = replace(sealed, store=late).writer()

    def erased_elsewhere() -> None:
        sealed.erase("c1")
        sealed.store.destroy("wlz", "c1", ("values",))

    late.before = erased_elsewhere
    assert codes(ask(slow, request(measured("c1", 2)))) == ["child_erased"]
    slow.close()
    assert sealed.key("c1").wrapped is None
    assert sealed.places() == []


def test_a_tombstone_without_its_erasure_refuses_the_child_for_good(sealed: SealedLedger) -> None:
    """The log was restored from before an erasure while somebody served the child."""
    sealed.say(enrolled("c1"), enrolled("c2"))
    late = LateKeys(sealed.store)
    slow = replace(sealed, store=late).writer()
    late.before = lambda: sealed.store.destroy("wlz", "c1", ("values",))
    assert codes(ask(slow, request(measured("c1", 2)))) == ["child_erased"]
    assert codes(ask(slow, request(interaction("c1")))) == ["child_erased"]
    done(slow, measured("c2", 5))
    slow.close()
    must_read(sealed, 5)


def test_a_crash_between_the_key_and_the_commit_leaves_a_key_that_is_used_the_next_time(
    sealed: SealedLedger,
) -> None:
    sealed.say(enrolled("c1"))
    failing = FailingCommits(sealed.log)
    dying = replace(sealed, log=failing).writer(patience=0)
    failing.losses = failing.ENDLESS  # nor can the head be taken: it is as good as dead
    with pytest.raises(LogUnavailable):
        ask(dying, request(measured("c1", 3)))
    assert sealed.places() == []
    left = sealed.key("c1")
    assert left.wrapped is not None
    sealed.say(measured("c1", 3))
    assert sealed.key("c1") == left
    must_read(sealed, 3)
    dying.close()


@pytest.mark.parametrize("stored_first", [True, False])
@pytest.mark.parametrize("losses", [1, 2])
def test_a_lost_acknowledgement_seals_nothing_twice(
    sealed: SealedLedger, *, stored_first: bool, losses: int
) -> None:
    failing = FailingCommits(sealed.log)
    writer = replace(sealed, log=failing).writer()
    done(writer, enrolled("c1"))
    failing.losses, failing.stored_first = losses, stored_first
    first = done(writer, measured("c1", 7, "e1"), idempotency_key="k")
    again = done(writer, measured("c1", 7, "e1"), idempotency_key="k")
    assert (again.replayed, again.seal) == (True, first.seal)
    assert isinstance(done(writer, measured("c1", 7, "e1")).results[0], Replayed)
    assert codes(ask(writer, request(measured("c1", 8, "e1")))) == ["event_id_reused"]
    writer.close()
    must_read(sealed, 7)


def test_a_dry_run_and_a_refused_batch_keep_no_key(sealed: SealedLedger) -> None:
    sealed.say(enrolled("c1"))
    writer = sealed.writer()
    assert ask(writer, request(measured("c1", 3), dry_run=True)).outcome == "done"
    assert ask(writer, request(measured("c1", 3), interaction("nobody"))).outcome == "refused"
    assert sealed.store.find("wlz", "values") == {}
    done(writer, measured("c1", 4))
    writer.close()
    must_read(sealed, 4)


def test_an_erasure_in_the_middle_of_a_batch_of_requests_leaves_the_others_whole(
    sealed: SealedLedger,
) -> None:
    writer = sealed.writer()
    done(writer, enrolled("c1"), enrolled("c2"))
    asked = [
        request(measured("c1", 1)),
        AppendRequest("one-admin", (erasure("c1"),)),
        AppendRequest("another-admin", (erasure("c1"),)),
        request(measured("c1", 2)),
        request(measured("c2", 3)),
    ]
    answers = [future.result(20) for future in [writer.submit(one) for one in asked]]
    assert [answer.outcome for answer in answers] == ["done", "done", "done", "refused", "done"]
    writer.close()
    sealed.store.destroy("wlz", "c1", ("values",))
    must_read(sealed, "erased", 3)


def test_keys_out_of_reach_fail_whoever_waits_and_are_found_again(sealed: SealedLedger) -> None:
    sealed.say(enrolled("c1"))
    lost = LostStore(sealed.store)
    writer = replace(sealed, store=lost).writer(patience=0.1)
    lost.lost = True
    with pytest.raises(KeyStoreUnavailable):
        ask(writer, request(measured("c1", 3, "e1")))
    done(writer, interaction("c1"))
    lost.lost = False
    done(writer, measured("c1", 3, "e1"))
    writer.close()
    must_read(sealed, 3)


def test_a_damaged_seal_refuses_the_replay_of_its_fact_and_nothing_else(
    sealed: SealedLedger,
) -> None:
    writer = sealed.writer()
    done(writer, enrolled("c1"), measured("c1", 3, "e1"))
    version, field = sealed.places()[0]
    sealed.replace_sealed(version, field, bytes(60))
    for asked in (request(measured("c1", 3, "e1")), request(measured("c1", 3, "e1"), dry_run=True)):
        with pytest.raises(SealBroken):
            ask(writer, asked)
    done(writer, interaction("c1"))
    assert writer.running
    writer.close()


def test_a_damaged_key_refuses_the_facts_of_its_child_and_nothing_else(
    sealed: SealedLedger,
) -> None:
    sealed.say(enrolled("c1"), enrolled("c2"))
    sealed.store.add("wlz", "values", {"c1": MASTER.wrap(bytes(32), b"another place")})
    writer = sealed.writer()
    with pytest.raises(ChildKeyDamaged):
        ask(writer, request(measured("c1", 3)))
    done(writer, measured("c2", 4))
    assert writer.running
    writer.close()


@pytest.fixture
def filed(sealed: SealedLedger, tmp_path: Path) -> tuple[SealedLedger, Path]:
    """The ledger under a master key in a file."""
    path = tmp_path / "master.key"
    make_key_file(path, [OLD])
    return sealed.under(KeyFile(path)), path


def test_a_master_key_that_cannot_be_read_refuses_new_children_until_it_can(
    filed: tuple[SealedLedger, Path],
) -> None:
    ledger, path = filed
    ledger.say(enrolled("c1"), measured("c1", 1))
    writer = ledger.writer()
    done(writer, enrolled("c2"))
    kept = path.read_bytes()
    path.write_bytes(kept[:9])
    with pytest.raises(MasterKeyUnreadable):
        ask(writer, request(measured("c2", 2, "e1")))
    done(writer, interaction("c2"))
    path.write_bytes(kept)
    done(writer, measured("c2", 2, "e1"))
    writer.close()
    must_read(ledger, 1, 2)


def test_a_writer_goes_on_through_a_rotation(filed: tuple[SealedLedger, Path]) -> None:
    ledger, path = filed
    children = [f"c{number}" for number in range(6)]
    ledger.say(*map(enrolled, children), measured("c0", 0))
    left_by_a_crash = KeyPlace("wlz", "c5", "values")
    wrapped = ledger.master.wrap(b"k" * 32, context_of(left_by_a_crash))
    ledger.store.add("wlz", "values", {"c5": wrapped})
    writer = ledger.writer()
    done(writer, measured("c1", 1))
    make_key_file(path, [NEW, OLD])
    done(writer, measured("c2", 2))
    number, _ = rotate(ledger.store, path, settling_s=0)
    assert number == 3
    done(writer, measured("c0", 3), measured("c3", 4), measured("c5", 5))
    writer.close()
    must_read(ledger, *range(6))


def test_a_rotation_that_forgot_a_service_refuses_and_loses_nothing(
    filed: tuple[SealedLedger, Path],
) -> None:
    """The old master key is taken out though keys are still wrapped under it."""
    ledger, path = filed
    ledger.say(enrolled("c1"), measured("c1", 1))
    writer = ledger.writer()
    make_key_file(path, [NEW])
    done(writer, measured("c1", 2, area="other"))
    with pytest.raises(MasterKeyMissing):
        ledger.loaded()
    writer.close()
    make_key_file(path, [NEW, OLD])
    must_read(ledger, 1, 2)


def test_everything_that_is_sealed_survives_the_writer(sealed: SealedLedger) -> None:
    writer = sealed.writer()
    first = done(writer, *told("c1"), idempotency_key="k")
    writer.close()
    again = sealed.writer()
    assert done(again, *told("c1"), idempotency_key="k").results == first.results
    assert codes(ask(again, request(*told("c1", 9), idempotency_key="k"))) == [
        "idempotency_key_reused"
    ]
    again.close()
