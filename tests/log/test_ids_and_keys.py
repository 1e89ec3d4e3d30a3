"""Event ids and idempotency keys: kept for ever, replayed, refused when reused."""

from dataclasses import replace

import msgspec

from ledger.log.ports import Log
from ledger.log.requests import (
    AppendRequest,
    Recorded,
    Replayed,
)
from ledger.log.writer import Writer
from tests.log.asking import SECONDS_MAX, ask, codes, contents
from tests.log.facts import enrolled, interaction, request


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


def test_a_dry_run_tells_that_ids_and_keys_are_known(log: Log, writer: Writer) -> None:
    asked = request(enrolled("c1", "e1"), idempotency_key="k")
    first = ask(writer, asked)
    dry = ask(writer, replace(asked, dry_run=True))
    assert (dry.replayed, dry.dry_run, dry.results) == (True, True, first.results)
    known = ask(writer, request(enrolled("c1", "e1"), interaction("c1"), dry_run=True))
    assert [type(result) for result in known.results] == [Replayed, Recorded]
    other = ask(writer, request(enrolled("c2"), idempotency_key="k", dry_run=True))
    assert codes(other) == ["idempotency_key_reused"]
    assert log.head("wlz").version == 7


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


def test_two_requests_with_one_key_at_once_do_it_once(log: Log, writer: Writer) -> None:
    ask(writer, request(enrolled("c1")))
    asked = request(interaction("c1"), idempotency_key="k")
    answers = [future.result(SECONDS_MAX) for future in [writer.submit(asked) for _ in range(50)]]
    done = [answer for answer in answers if answer.outcome == "done"]
    assert {answer.version for answer in done} == {8}
    running = {code for answer in answers for code in codes(answer)}
    assert running <= {"idempotency_key_running"}
    assert log.head("wlz").version == 8
