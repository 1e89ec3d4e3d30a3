"""What a client may rely on when it appends: answers, ids, keys, preconditions, dry runs."""

import datetime

import pytest

from ledger.log.ports import Log
from ledger.log.refusals import WriterStopped
from ledger.log.requests import (
    AppendRequest,
    Barred,
    Recorded,
    Refused,
)
from ledger.log.tree import Frontier, leaf_hash
from ledger.log.writer import Writer
from tests.log.asking import SECONDS_MAX, ask, codes, contents, stored, types
from tests.log.facts import WLZ, contract_terms, enrolled, fact, interaction, request


def test_a_fact_is_answered_with_its_decisions_and_the_seal(log: Log, writer: Writer) -> None:
    answer = ask(writer, request(enrolled("c1")))
    assert (answer.version, answer.outcome, answer.replayed) == (7, "done", False)
    assert types(answer) == [["child.enrolled", "payment.released"]]
    leaves = [leaf_hash(state) for state in stored(log)]
    assert answer.seal.version == 7
    assert answer.seal.leaf_hash == leaves[-1]
    assert answer.seal.root == Frontier().extend(leaves).root() == log.head("wlz").root


def test_the_answer_carries_the_very_bytes_that_are_stored(log: Log, writer: Writer) -> None:
    answer = ask(writer, request(enrolled("c1"), interaction("c1")))
    told = [event for result in answer.results for event in result.events]  # type: ignore[union-attr]
    assert told == stored(log)[5:]


def test_a_refused_fact_stores_nothing_and_has_the_seal_of_the_head(
    log: Log, writer: Writer
) -> None:
    head = log.head("wlz")
    answer = ask(writer, request(interaction("nobody")))
    assert (answer.outcome, codes(answer)) == ("refused", ["unknown_child"])
    assert (answer.seal.version, answer.seal.root) == (5, head.root)
    assert log.head("wlz") == head


def test_an_atomic_batch_names_every_refused_fact_and_stores_none(log: Log, writer: Writer) -> None:
    barred = Barred(b"{}", "role_missing", "no right to append this")
    batch = (enrolled("c1"), interaction("x"), interaction("c1"), barred)
    answer = ask(writer, AppendRequest("school", batch))
    assert answer.outcome == "refused"
    assert [(one.index, one.code) for one in answer.refusals] == [
        (1, "unknown_child"),
        (3, "role_missing"),
    ]
    assert log.head("wlz").version == 5
    assert ask(writer, request(enrolled("c1"))).version == 7


def test_an_independent_batch_has_a_result_for_each_fact(log: Log, writer: Writer) -> None:
    batch = (enrolled("c1"), interaction("x"), interaction("c1"))
    answer = ask(writer, AppendRequest("school", batch, mode="independent"))
    assert answer.outcome == "partly"
    assert [type(result) for result in answer.results] == [Recorded, Refused, Recorded]
    assert log.head("wlz").version == answer.version == 8


def test_a_dry_run_tells_what_would_happen_and_stores_nothing(log: Log, writer: Writer) -> None:
    head = log.head("wlz")
    dry = ask(writer, request(enrolled("c1", "e1"), dry_run=True, idempotency_key="k"))
    assert (dry.dry_run, dry.version, dry.seal.root) == (True, 7, head.root)
    assert log.head("wlz") == head
    real = ask(writer, request(enrolled("c1", "e1"), idempotency_key="k"))
    for events in (*contents(dry), *contents(real)):
        for event in events:
            del event["recorded_at"]
    assert types(dry) == types(real)
    assert (real.version, real.replayed) == (7, False)


def test_a_precondition_that_fails_stores_nothing(log: Log, writer: Writer) -> None:
    answer = ask(writer, request(enrolled("c1"), if_match=4))
    assert (codes(answer), answer.refusals[0].index) == (["ledger_moved"], None)
    assert log.head("wlz").version == 5
    assert ask(writer, request(enrolled("c1"), if_match=5)).outcome == "done"


def test_the_day_is_the_ledgers_own(log: Log) -> None:
    log.create(WLZ)
    just_before_midnight_in_utc = datetime.datetime(2030, 7, 1, 23, 30, tzinfo=datetime.UTC)
    log.clock = lambda: just_before_midnight_in_utc  # type: ignore[method-assign]
    writer = Writer(log, "wlz", now=lambda: just_before_midnight_in_utc)
    signed = ask(writer, AppendRequest("finance", contract_terms()[:1]))
    writer.close()
    assert contents(signed)[0][0]["received_on"] == "2030-07-02"


def test_a_request_may_name_its_day(writer: Writer) -> None:
    day = datetime.date(2024, 10, 1)
    answer = ask(writer, request(enrolled("c1"), today=day))
    assert {event["received_on"] for event in contents(answer)[0]} == {"2024-10-01"}
    late = ask(writer, request(interaction("c1", day="2024-10-02"), today=day))
    assert codes(late) == ["future_date"]


def test_many_requests_at_once_are_all_answered_and_share_commits(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1")))
    before = len(next(iter(log.commits("wlz"))))
    futures = [writer.submit(request(interaction("c1"))) for _ in range(500)]
    versions = [future.result(SECONDS_MAX).version for future in futures]
    assert versions == list(range(8, 508))
    assert len(next(iter(log.commits("wlz")))) - before < 250


def test_large_requests_are_committed_while_the_next_is_decided(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1")))
    batch = tuple(interaction("c1") for _ in range(700))
    futures = [writer.submit(request(*batch)) for _ in range(8)]
    versions = [future.result(SECONDS_MAX).version for future in futures]
    assert versions == [7 + 700 * number for number in range(1, 9)]
    leaves = [event.leaf_hash for events in log.read("wlz") for event in events]
    assert Frontier().extend(leaves).root() == log.head("wlz").root


def test_every_commit_has_a_later_moment(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1")))
    for _ in range(20):
        ask(writer, request(interaction("c1")))
    moments = [row.recorded_at for rows in log.commits("wlz") for row in rows]
    assert moments == sorted(set(moments))


def test_a_closed_writer_takes_nothing(writer: Writer) -> None:
    queued = [writer.submit(request(enrolled(f"c{number}"))) for number in range(20)]
    writer.close()
    assert [future.result(0).outcome for future in queued] == ["done"] * 20
    with pytest.raises(WriterStopped):
        ask(writer, request(enrolled("late")))
    assert not writer.running


def test_a_writer_begins_where_the_last_one_ended(log: Log, writer: Writer) -> None:
    first = ask(writer, request(enrolled("c1")))
    writer.close()
    another = Writer(log, "wlz")
    refused = ask(another, request(enrolled("c1")))
    assert (codes(refused), refused.seal) == (["already_enrolled"], first.seal)
    assert ask(another, request(fact(
        "child.completed", "2024-09-20", contract="lcf", child="c1"
    ))).version == 8  # fmt: skip
    another.close()
