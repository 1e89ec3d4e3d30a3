"""Two writers of one ledger, lost connections, broken clocks, defects."""

import datetime
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from ledger.invariants import InvariantBroken
from ledger.log.ports import Commit, HeldHead, Log, OutcomeUnknown
from ledger.log.postgres import PostgresLog
from ledger.log.refusals import ClockSkewed, LogUnavailable, WriterStopped
from ledger.log.requests import AppendRequest, Replayed
from ledger.log.writer import Writer
from tests.log.asking import ask, codes, stored
from tests.log.facts import WLZ, contract_terms, enrolled, interaction, request


@pytest.fixture
def pair(log: Log) -> Iterator[tuple[Writer, Writer]]:
    """Two writers of one ledger; the second has not seen what the first wrote."""
    log.create(WLZ)
    first, second = Writer(log, "wlz"), Writer(log, "wlz")
    ask(first, AppendRequest("finance", contract_terms()))
    yield first, second
    first.close()
    second.close()


def test_a_writer_that_is_behind_catches_up_and_decides_again(
    log: Log, pair: tuple[Writer, Writer]
) -> None:
    first, second = pair
    assert ask(second, request(enrolled("c1"))).version == 7
    assert ask(first, request(interaction("c1"))).version == 8
    assert ask(second, request(interaction("c1"), enrolled("c2"))).version == 11
    assert log.head("wlz").version == 11


def test_a_refusal_is_never_answered_from_an_old_state(pair: tuple[Writer, Writer]) -> None:
    first, second = pair
    ask(first, request(enrolled("c1")))
    assert ask(second, request(interaction("c1"))).outcome == "done"
    assert codes(ask(first, request(enrolled("c1")))) == ["already_enrolled"]
    assert codes(ask(first, request(enrolled("c2"), if_match=7))) == ["ledger_moved"]


def test_a_dry_run_is_never_answered_from_an_old_state(pair: tuple[Writer, Writer]) -> None:
    first, second = pair
    ask(first, request(enrolled("c1")))
    dry = ask(second, request(interaction("c1"), dry_run=True))
    assert (dry.outcome, dry.version) == ("done", 8)


def test_one_child_enrolled_by_two_writers_is_paid_once(
    log: Log, pair: tuple[Writer, Writer]
) -> None:
    children = [f"c{number}" for number in range(40)]
    futures = [writer.submit(request(enrolled(child))) for child in children for writer in pair]
    outcomes = [future.result(20).outcome for future in futures]
    assert outcomes.count("done") == outcomes.count("refused") == 40
    releases = [name for name in stored(log) if b'"type":"payment.released"' in name]
    assert len(releases) == 40
    assert log.head("wlz").version == 85


def test_one_id_sent_to_two_writers_is_stored_once(log: Log, pair: tuple[Writer, Writer]) -> None:
    ask(pair[0], request(enrolled("c1")))
    facts = [interaction("c1", f"e{number}") for number in range(40)]
    futures = [writer.submit(request(one)) for one in facts for writer in pair]
    results = [future.result(20).results[0] for future in futures]
    assert sum(isinstance(result, Replayed) for result in results) == 40
    assert log.head("wlz").version == 47


def test_one_key_sent_to_two_writers_is_answered_alike(pair: tuple[Writer, Writer]) -> None:
    asked = request(enrolled("c1"), idempotency_key="k")
    first, second = ask(pair[0], asked), ask(pair[1], asked)
    assert second.replayed
    assert (second.results, second.seal) == (first.results, first.seal)


def test_versions_stay_dense_while_two_writers_race(log: Log, pair: tuple[Writer, Writer]) -> None:
    ask(pair[0], request(enrolled("c1")))

    def write(writer: Writer) -> None:
        for _ in range(30):
            ask(writer, request(*[interaction("c1") for _ in range(7)]))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    versions = [event.version for events in log.read("wlz") for event in events]
    assert versions == list(range(1, 7 + 2 * 30 * 7 + 1))
    moments = [row.recorded_at for rows in log.commits("wlz") for row in rows]
    assert moments == sorted(set(moments))


def test_what_was_known_at_a_moment_never_changes(log: Log, pair: tuple[Writer, Writer]) -> None:
    ask(pair[0], request(enrolled("c1")))
    told: list[tuple[datetime.datetime, int]] = []
    futures = []
    for number in range(60):
        writer = pair[number % 2]
        futures.append(writer.submit(request(*[interaction("c1") for _ in range(10)])))
        moment = log.clock()
        told.append((moment, log.version_at("wlz", moment)))
        if number % 10 == 0:
            futures[-1].result(20)
    for future in futures:
        future.result(20)
    assert [log.version_at("wlz", moment) for moment, _ in told] == [known for _, known in told]
    assert told[0][1] < told[-1][1]


class AcknowledgementsLost(PostgresLog):
    """A log whose connection breaks just before or just after a commit is stored."""

    ENDLESS = 10**6
    stored_first = False
    losses = 0

    def append(self, ledger: str, commit: Commit) -> None:
        """Lose the next `losses` acknowledgements."""
        if self.losses and commit.states:
            self.losses -= 1
            if self.stored_first:
                super().append(ledger, commit)
            raise OutcomeUnknown(ledger)
        super().append(ledger, commit)

    @contextmanager
    def hold(self, ledger: str) -> Iterator[HeldHead]:
        """Lose the acknowledgement of a held head as well, or do not get at it at all."""
        if self.losses >= self.ENDLESS:
            raise LogUnavailable(ledger)
        with super().hold(ledger) as held:
            yield held
        if self.losses:
            self.losses -= 1
            raise OutcomeUnknown(ledger)


@pytest.mark.parametrize("stored_first", [True, False])
@pytest.mark.parametrize("losses", [1, 3])
def test_a_lost_acknowledgement_loses_nothing_and_stores_nothing_twice(
    dsn: str, *, stored_first: bool, losses: int
) -> None:
    log = AcknowledgementsLost(dsn)
    log.create(WLZ)
    writer = Writer(log, "wlz")
    ask(writer, AppendRequest("finance", contract_terms()))
    log.stored_first, log.losses = stored_first, losses
    batch = tuple(interaction("c1") for _ in range(300))
    futures = [writer.submit(request(enrolled("c1"))), writer.submit(request(*batch))]
    futures += [writer.submit(request(enrolled(f"d{number}"))) for number in range(20)]
    assert {future.result(30).outcome for future in futures} == {"done"}
    assert len(stored(log)) == log.head("wlz").version == 5 + 2 + 300 + 40
    writer.close()
    log.close()


@pytest.mark.parametrize("stored_first", [True, False])
def test_a_log_out_of_reach_fails_whoever_waits_and_is_found_again(
    dsn: str, *, stored_first: bool
) -> None:
    log = AcknowledgementsLost(dsn)
    log.create(WLZ)
    writer = Writer(log, "wlz", patience=0.5)
    ask(writer, AppendRequest("finance", contract_terms()))
    asked = [request(enrolled(f"c{number}"), idempotency_key=f"k{number}") for number in range(9)]
    log.stored_first, log.losses = stored_first, 2 * log.ENDLESS
    futures = [writer.submit(one) for one in asked]
    failures = [future.exception(20) for future in futures]
    assert {type(failure) for failure in failures if failure is not None} == {LogUnavailable}
    log.losses = 0
    answers = [ask(writer, one) for one in asked]
    assert {answer.outcome for answer in answers} == {"done"}
    assert len(stored(log)) == log.head("wlz").version == 5 + 2 * 9
    assert writer.running
    writer.close()
    log.close()


def test_a_lost_acknowledgement_is_answered_from_the_stored_key(dsn: str) -> None:
    log = AcknowledgementsLost(dsn)
    log.create(WLZ)
    first = Writer(log, "wlz")
    ask(first, AppendRequest("finance", contract_terms()))
    asked = request(enrolled("c1"), idempotency_key="k")
    told = ask(first, asked)
    first.close()
    second = Writer(log, "wlz")
    again = ask(second, asked)
    assert (again.replayed, again.results, again.seal) == (True, told.results, told.seal)
    second.close()
    log.close()


def test_a_connection_ended_by_the_server_is_opened_anew(
    dsn: str, postgres_log: PostgresLog
) -> None:
    postgres_log.create(WLZ)
    writer = Writer(postgres_log, "wlz")
    ask(writer, AppendRequest("finance", contract_terms()))
    for number in range(3):
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(
                """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            )
        assert ask(writer, request(enrolled(f"c{number}"))).outcome == "done"
    assert postgres_log.head("wlz").version == 11
    writer.close()


def test_a_writer_whose_clock_is_off_takes_nothing_until_it_is_right(log: Log) -> None:
    log.create(WLZ)
    shift = datetime.timedelta(seconds=3)
    writer = Writer(log, "wlz", now=lambda: datetime.datetime.now(datetime.UTC) + shift)
    for seconds in (3, -3):
        shift = datetime.timedelta(seconds=seconds)
        with pytest.raises(ClockSkewed):
            ask(writer, AppendRequest("finance", contract_terms()))
    shift = datetime.timedelta(seconds=1)
    assert ask(writer, AppendRequest("finance", contract_terms())).outcome == "done"
    writer.close()


def test_a_ledger_recorded_in_the_future_takes_nothing(log: Log) -> None:
    log.create(WLZ)
    ahead = datetime.timedelta(seconds=1.9)
    fast = Writer(log, "wlz", now=lambda: datetime.datetime.now(datetime.UTC) + ahead)
    ask(fast, AppendRequest("finance", contract_terms()))
    fast.close()
    slow = Writer(log, "wlz", now=lambda: datetime.datetime.now(datetime.UTC) - ahead)
    with pytest.raises(ClockSkewed):
        ask(slow, request(enrolled("c1")))
    slow.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_broken_invariant_fails_whoever_waits_and_stops_the_writer(
    log: Log, pair: tuple[Writer, Writer]
) -> None:
    pair[0]._standing.book.version += 10
    futures = [pair[0].submit(request(enrolled(f"c{number}"))) for number in range(5)]
    for future in futures:
        with pytest.raises(WriterStopped):
            future.result(20)
    assert isinstance(pair[0].failure, InvariantBroken)
    assert not pair[0].running
    with pytest.raises(WriterStopped):
        ask(pair[0], request(enrolled("late")))
    assert log.head("wlz").version == 5
