"""What a client may rely on when it appends: answers, ids, keys, preconditions, dry runs."""

import datetime
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from ledger.log.ports import Log
from ledger.log.refusals import WriterStopped
from ledger.log.requests import (
    AppendAnswer,
    AppendRequest,
    Barred,
    Recorded,
    Refused,
    Replayed,
)
from ledger.log.tree import Frontier, leaf_hash
from ledger.log.writer import Writer
from tests.log.facts import WLZ, contract_terms, enrolled, fact, interaction, request

SECONDS_MAX = 20


@pytest.fixture
def writer(log: Log) -> Iterator[Writer]:
    """A writer of a ledger whose contract is at version 5."""
    log.create(WLZ)
    serving = Writer(log, "wlz")
    ask(serving, AppendRequest("finance", contract_terms()))
    yield serving
    serving.close()


def ask(writer: Writer, asked: AppendRequest) -> AppendAnswer:
    return writer.submit(asked).result(SECONDS_MAX)


def contents(answer: AppendAnswer) -> list[list[dict[str, Any]]]:
    return [
        [msgspec.json.decode(event) for event in result.events]
        for result in answer.results
        if isinstance(result, Recorded)
    ]


def types(answer: AppendAnswer) -> list[list[str]]:
    return [[event["type"] for event in events] for events in contents(answer)]


def codes(answer: AppendAnswer) -> list[str]:
    return [refused.code for refused in answer.refusals]


def stored(log: Log) -> list[bytes]:
    return [event.stored for events in log.read("wlz") for event in events]


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


def test_a_fact_sent_again_under_its_id_is_replayed(log: Log, writer: Writer) -> None:
    first = ask(writer, request(enrolled("c1", "e1")))
    again = ask(writer, request(enrolled("c1", "e1")))
    assert isinstance(again.results[0], Replayed)
    assert again.results[0].events == first.results[0].events  # type: ignore[union-attr]
    assert (again.version, again.seal) == (first.version, first.seal)
    assert log.head("wlz").version == 7


def test_an_interaction_sent_again_under_its_id_is_stored_once(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1")))
    first = ask(writer, request(interaction("c1", "e1")))
    later = ask(writer, request(interaction("c1"), interaction("c1", "e1"), interaction("c1")))
    assert [type(result) for result in later.results] == [Recorded, Replayed, Recorded]
    assert later.results[1].events == first.results[0].events  # type: ignore[union-attr]
    assert log.head("wlz").version == later.version == 10


def test_an_id_is_compared_whatever_the_white_space_and_order(writer: Writer) -> None:
    ask(writer, request(enrolled("c1", "e1")))
    sent = enrolled("c1", "e1")
    shuffled = msgspec.json.format(
        msgspec.json.encode(dict(reversed(msgspec.json.decode(sent.raw).items()))), indent=3
    )
    answer = ask(writer, AppendRequest("school", (type(sent)(sent.fact, shuffled),)))
    assert isinstance(answer.results[0], Replayed)


def test_an_id_with_another_content_is_refused(writer: Writer) -> None:
    ask(writer, request(enrolled("c1", "e1")))
    assert codes(ask(writer, request(enrolled("c2", "e1")))) == ["event_id_reused"]
    assert codes(ask(writer, request(interaction("c1", "e1")))) == ["event_id_reused"]
    assert codes(ask(writer, request(interaction("nobody", "e1")))) == ["event_id_reused"]


def test_an_id_twice_in_one_batch_is_replayed_or_refused(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1")))
    twice = ask(writer, request(interaction("c1", "e1"), interaction("c1", "e1")))
    assert [type(result) for result in twice.results] == [Recorded, Replayed]
    other = interaction("c1", "e2", day="2024-09-12")
    answer = ask(writer, request(interaction("c1", "e2"), other))
    assert codes(answer) == ["event_id_reused"]
    assert log.head("wlz").version == twice.version


def test_an_id_is_free_again_after_a_refusal(writer: Writer) -> None:
    assert ask(writer, request(interaction("c1", "e1"))).outcome == "refused"
    ask(writer, request(enrolled("c1")))
    assert ask(writer, request(interaction("c1", "e1"))).outcome == "done"


def test_a_batch_with_many_known_ids_is_answered_in_order(log: Log, writer: Writer) -> None:
    facts = tuple(interaction("c1", f"e{number}") for number in range(300))
    ask(writer, request(enrolled("c1")))
    ask(writer, request(*facts[::2]))
    answer = ask(writer, request(*facts))
    kinds = [type(result) for result in answer.results]
    assert kinds == [Replayed, Recorded] * 150
    ids = [events[0]["id"] for events in contents(answer)]
    assert ids == [f"e{number}" for number in range(300)]
    assert log.head("wlz").version == 307


def test_a_key_gives_the_first_answer_again_for_ever(log: Log, writer: Writer) -> None:
    asked = request(enrolled("c1"), interaction("c1"), idempotency_key="k")
    first = ask(writer, asked)
    ask(writer, request(interaction("c1")))
    again = ask(writer, asked)
    assert again.replayed
    assert (again.version, again.results, again.seal) == (
        first.version,
        first.results,
        first.seal,
    )
    assert log.head("wlz").version == 9


def test_a_key_outlives_the_writer(log: Log, writer: Writer) -> None:
    asked = request(interaction("x"), enrolled("c1", "e"), idempotency_key="k", mode="independent")
    first = ask(writer, asked)
    writer.close()
    another = Writer(log, "wlz")
    again = ask(another, asked)
    another.close()
    assert (again.results, again.seal, again.outcome) == (first.results, first.seal, "partly")


def test_a_key_with_another_request_is_refused(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1"), idempotency_key="k"))
    for other in (
        request(enrolled("c2"), idempotency_key="k"),
        request(enrolled("c1"), idempotency_key="k", mode="independent"),
        request(enrolled("c1"), enrolled("c2"), idempotency_key="k"),
        request(interaction("c1"), idempotency_key="k"),
    ):
        assert codes(ask(writer, other)) == ["idempotency_key_reused"]
    assert log.head("wlz").version == 7


def test_a_key_belongs_to_its_actor(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1"), idempotency_key="k"))
    other = AppendRequest("council", (enrolled("c2"),), idempotency_key="k")
    assert ask(writer, other).outcome == "done"
    assert log.head("wlz").version == 9


def test_a_key_is_free_again_after_a_refusal(writer: Writer) -> None:
    asked = request(interaction("c1"), idempotency_key="k")
    assert ask(writer, asked).outcome == "refused"
    ask(writer, request(enrolled("c1")))
    answer = ask(writer, asked)
    assert (answer.outcome, answer.replayed) == ("done", False)


def test_a_request_that_only_replays_keeps_its_key(writer: Writer) -> None:
    ask(writer, request(enrolled("c1", "e1")))
    asked = request(enrolled("c1", "e1"), idempotency_key="k")
    first = ask(writer, asked)
    ask(writer, request(interaction("c1")))
    again = ask(writer, asked)
    assert (first.replayed, again.replayed) == (False, True)
    assert (again.results, again.seal) == (first.results, first.seal)


def test_a_retry_with_its_key_is_replayed_though_the_ledger_moved(writer: Writer) -> None:
    asked = request(enrolled("c1"), idempotency_key="k", if_match=5)
    first = ask(writer, asked)
    again = ask(writer, asked)
    assert (again.replayed, again.results) == (True, first.results)


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


def test_two_requests_with_one_key_at_once_do_it_once(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1")))
    asked = request(interaction("c1"), idempotency_key="k")
    answers = [future.result(SECONDS_MAX) for future in [writer.submit(asked) for _ in range(50)]]
    done = [answer for answer in answers if answer.outcome == "done"]
    assert {answer.version for answer in done} == {8}
    running = {code for answer in answers for code in codes(answer)}
    assert running <= {"idempotency_key_running"}
    assert log.head("wlz").version == 8


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
