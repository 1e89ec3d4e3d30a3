"""What every log promises: the same suite in memory and in PostgreSQL."""

import datetime
import threading

import pytest

from ledger.log.ports import (
    AlreadyKept,
    Commit,
    Head,
    KeptId,
    KeptKey,
    LedgerExists,
    LedgerTerms,
    LedgerUnknown,
    Log,
    MomentNotReached,
    VersionConflict,
)
from ledger.log.tree import Frontier, Node, leaf_hash

WLZ = LedgerTerms("wlz", "West London Zone", "GBP", "Europe/London")
OTHER = LedgerTerms("other", "Another zone", "GBP", "Europe/London")
NOON = datetime.datetime(2024, 9, 2, 12, tzinfo=datetime.UTC)
SECOND = datetime.timedelta(seconds=1)


def commit_on(
    head: Head,
    *states: bytes,
    ids: dict[str, KeptId] | None = None,
    keys: dict[tuple[str, str], KeptKey] | None = None,
) -> Commit:
    recorded_at = NOON if head.recorded_at is None else head.recorded_at + SECOND
    leaves = [leaf_hash(state) for state in states]
    nodes: list[Node] = []
    frontier = head.frontier.extend(leaves, nodes)
    return Commit(
        before=head,
        recorded_at=recorded_at,
        names=["child.enrolled.v1"] * len(states),
        states=list(states),
        leaves=leaves,
        ids=ids or {},
        keys=keys or {},
        frontier=frontier,
        nodes=nodes,
    )


def states(log: Log, ledger: str = "wlz") -> list[bytes]:
    return [event.stored for events in log.read(ledger) for event in events]


@pytest.fixture
def wlz(log: Log) -> Log:
    log.create(WLZ)
    return log


def test_a_ledger_is_made_once(log: Log) -> None:
    log.create(WLZ)
    with pytest.raises(LedgerExists):
        log.create(LedgerTerms("wlz", "Somebody else", "EUR", "UTC"))
    assert log.ledgers() == (WLZ,)
    assert log.terms("wlz") == WLZ
    assert len(log.secret("wlz")) == 32
    assert log.head("wlz") == Head()


def test_an_unknown_ledger_is_said_to_be_unknown(log: Log) -> None:
    for ask in (log.terms, log.secret, log.head):
        with pytest.raises(LedgerUnknown):
            ask("nowhere")
    with pytest.raises(LedgerUnknown), log.hold("nowhere"):
        pass


@pytest.mark.parametrize("size", [1, 3, 500])
def test_a_commit_is_read_back_as_it_was_stored(wlz: Log, size: int) -> None:
    kept = tuple(b"state %d" % number for number in range(size))
    commit = commit_on(Head(), *kept)
    wlz.append("wlz", commit)
    assert states(wlz) == list(kept)
    events = [event for events in wlz.read("wlz", chunk=7) for event in events]
    assert [event.version for event in events] == list(range(1, size + 1))
    assert [event.leaf_hash for event in events] == [leaf_hash(state) for state in kept]
    assert {event.stored_name for event in events} == {"child.enrolled.v1"}
    head = wlz.head("wlz")
    assert (head.version, head.recorded_at) == (size, NOON)
    assert head.frontier == Frontier().extend(leaf_hash(state) for state in kept)
    assert head.root == head.frontier.root()


@pytest.mark.parametrize("size", [1, 500])
def test_a_commit_on_a_stale_version_stores_nothing(wlz: Log, size: int) -> None:
    stale = wlz.head("wlz")
    wlz.append("wlz", commit_on(stale, b"first"))
    late = commit_on(stale, *[b"late"] * size, ids={"id": KeptId(b"hash", 1, 1)})
    with pytest.raises(VersionConflict):
        wlz.append("wlz", late)
    assert states(wlz) == [b"first"]
    assert wlz.find_ids("wlz", ["id"]) == {}
    assert wlz.head("wlz").version == 1


def test_of_two_writers_at_one_version_one_wins(wlz: Log) -> None:
    head = wlz.head("wlz")
    start = threading.Barrier(4)
    won: list[int] = []
    lost: list[int] = []

    def write(number: int) -> None:
        start.wait()
        try:
            wlz.append("wlz", commit_on(head, b"writer %d" % number))
        except VersionConflict:
            lost.append(number)
        else:
            won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 3)
    assert states(wlz) == [b"writer %d" % won[0]]


@pytest.mark.parametrize("size", [1, 500])
def test_a_taken_event_id_stores_nothing(wlz: Log, size: int) -> None:
    wlz.append("wlz", commit_on(Head(), b"one", ids={"a": KeptId(b"hash-a", 1, 1)}))
    head = wlz.head("wlz")
    taken = {"b": KeptId(b"hash-b", 2, 2), "a": KeptId(b"hash-a", 3, 3)}
    with pytest.raises(AlreadyKept):
        wlz.append("wlz", commit_on(head, *[b"x"] * size, ids=taken))
    assert wlz.head("wlz") == head
    assert wlz.find_ids("wlz", ["a", "b"]) == {"a": KeptId(b"hash-a", 1, 1)}


@pytest.mark.parametrize("size", [0, 1, 500])
def test_a_taken_key_stores_nothing(wlz: Log, size: int) -> None:
    kept = KeptKey(b"hash", 1, b"root", b"[[0,1,1]]")
    wlz.append("wlz", commit_on(Head(), b"one", keys={("school", "k"): kept}))
    head = wlz.head("wlz")
    with pytest.raises(AlreadyKept):
        wlz.append("wlz", commit_on(head, *[b"x"] * size, keys={("school", "k"): kept}))
    assert wlz.head("wlz") == head
    assert wlz.find_key("wlz", "school", "k") == kept
    wlz.append("wlz", commit_on(head, *[b"x"] * size, keys={("council", "k"): kept}))


def test_a_commit_without_events_makes_sure_of_the_version(wlz: Log) -> None:
    stale = wlz.head("wlz")
    wlz.append("wlz", commit_on(stale))
    wlz.append("wlz", commit_on(stale, b"one"))
    with pytest.raises(VersionConflict):
        wlz.append("wlz", commit_on(stale))
    with pytest.raises(VersionConflict):
        wlz.append("wlz", commit_on(stale, keys={("a", "k"): KeptKey(b"", 0, b"", b"")}))
    assert wlz.find_key("wlz", "a", "k") is None


def test_versions_are_dense_over_commits_of_every_size(wlz: Log) -> None:
    for size in (1, 199, 200, 201, 2, 300):
        head = wlz.head("wlz")
        wlz.append("wlz", commit_on(head, *[b"s"] * size))
    versions = [event.version for events in wlz.read("wlz") for event in events]
    assert versions == list(range(1, 904))
    rows = [row for rows in wlz.commits("wlz") for row in rows]
    assert [row.first_version for row in rows] == [1, 2, 201, 401, 602, 604]
    assert [row.last_version for row in rows] == [1, 200, 400, 601, 603, 903]
    assert rows[-1].root == wlz.head("wlz").root


def test_ledgers_do_not_see_each_other(wlz: Log) -> None:
    wlz.create(OTHER)
    wlz.append("wlz", commit_on(Head(), b"ours", ids={"a": KeptId(b"1", 1, 1)}))
    wlz.append("other", commit_on(Head(), b"theirs", ids={"a": KeptId(b"2", 1, 1)}))
    assert (states(wlz), states(wlz, "other")) == ([b"ours"], [b"theirs"])
    assert wlz.find_ids("other", ["a"]) == {"a": KeptId(b"2", 1, 1)}
    assert wlz.secret("wlz") != wlz.secret("other")


def test_reading_stops_where_it_is_told(wlz: Log) -> None:
    wlz.append("wlz", commit_on(Head(), *[b"%d" % number for number in range(10)]))
    chunks = list(wlz.read("wlz", after=2, upto=7, chunk=2))
    assert [[event.version for event in chunk] for chunk in chunks] == [[3, 4], [5, 6], [7]]
    assert wlz.read_one("wlz", 4) == chunks[0][1]
    assert wlz.read_one("wlz", 11) is None


def test_a_moment_is_the_last_version_recorded_at_or_before_it(wlz: Log) -> None:
    wlz.append("wlz", commit_on(Head(), b"a", b"b"))
    wlz.append("wlz", commit_on(wlz.head("wlz"), b"c"))
    tick = datetime.timedelta(microseconds=1)
    assert wlz.version_at("wlz", NOON - tick) == 0
    assert wlz.version_at("wlz", NOON) == 2
    assert wlz.version_at("wlz", NOON + SECOND - tick) == 2
    assert wlz.version_at("wlz", NOON + SECOND) == 3
    assert wlz.version_at("wlz", NOON + 9 * SECOND) == 3


def test_a_moment_in_the_future_is_not_settled(wlz: Log) -> None:
    with pytest.raises(MomentNotReached):
        wlz.version_at("wlz", wlz.clock() + 60 * SECOND)


def test_a_commit_with_a_moment_that_was_asked_about_is_refused(wlz: Log) -> None:
    wlz.append("wlz", commit_on(Head(), b"a"))
    head = wlz.head("wlz")
    assert wlz.version_at("wlz", NOON + SECOND) == 1
    with pytest.raises(VersionConflict):
        wlz.append("wlz", commit_on(head, b"b"))
    asked = wlz.head("wlz")
    assert asked.next_moment(NOON) == NOON + SECOND + datetime.timedelta(microseconds=1)
    late = commit_on(asked, b"c")
    late.recorded_at = asked.next_moment(NOON)
    wlz.append("wlz", late)
    assert wlz.version_at("wlz", NOON + SECOND) == 1


def test_a_held_head_is_moved_by_its_holder_alone(wlz: Log) -> None:
    with wlz.hold("wlz") as held:
        commit = commit_on(held.head, b"held")
        assert not held.holds(commit)
        held.append(commit)
    with wlz.hold("wlz") as held:
        assert held.holds(commit)
        assert not held.holds(commit_on(Head(), b"another"))
        assert held.head.version == 1


def test_a_holder_that_fails_stores_nothing(wlz: Log) -> None:
    wlz.append("wlz", commit_on(Head(), b"one", ids={"a": KeptId(b"1", 1, 1)}))
    with pytest.raises(AlreadyKept), wlz.hold("wlz") as held:
        held.append(commit_on(held.head, b"two", ids={"a": KeptId(b"1", 2, 2)}))
    assert states(wlz) == [b"one"]


def test_the_clock_is_about_now(wlz: Log) -> None:
    difference = wlz.clock() - datetime.datetime.now(datetime.UTC)
    assert abs(difference) < datetime.timedelta(seconds=2)


def test_a_version_is_found_in_the_commit_that_stored_it(wlz: Log) -> None:
    first = commit_on(Head(), b"one")
    second = commit_on(first.after(), b"two", b"three")
    for commit in (first, second):
        wlz.append("wlz", commit)
    holding = [wlz.commit_holding("wlz", version) for version in range(5)]
    one, two = [found for page in wlz.commits("wlz") for found in page]
    assert holding == [None, one, two, two, None]
