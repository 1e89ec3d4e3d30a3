"""Two writers of one ledger, each with a ring of keys: the second one takes the first one's key."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ledger.log.requests import AppendAnswer, Replayed
from ledger.log.writer import Writer
from tests.log.asking import ask, codes
from tests.log.facts import enrolled, interaction, request
from tests.log.failing import LateKeys
from tests.log.sealed import SealedLedger, done, measured, must_read


@pytest.fixture
def pair(sealed: SealedLedger) -> Iterator[tuple[Writer, Writer]]:
    """Two processes that serve one ledger, each with a ring of its own."""
    first, second = sealed.writer(), sealed.writer()
    yield first, second
    first.close()
    second.close()


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


def test_a_dry_run_leaves_no_key_that_hides_another_writers_events(
    sealed: SealedLedger, pair: tuple[Writer, Writer]
) -> None:
    first, second = pair
    done(second, enrolled("c1"))
    assert ask(first, request(measured("c1", 2), dry_run=True)).outcome == "done"
    done(second, measured("c1", 3, "e1"))
    for dry_run in (True, False):
        answer = ask(first, request(measured("c1", 3, "e1"), dry_run=dry_run))
        assert [type(result) for result in answer.results] == [Replayed]
    assert codes(ask(first, request(measured("c1", 4, "e1")))) == ["event_id_reused"]
    done(first, measured("c1", 5, point="end_point"))
    must_read(sealed, 3, 5)
