"""Appending: what a client gets for one fact, a batch, a dry run, and a demand on the version."""

import json

import pytest

from ledger.log.tree import leaf_hash
from tests.api.desk import Desk, fact


def test_a_fact_is_answered_with_its_event_its_decisions_and_the_seal(desk: Desk) -> None:
    desk.with_terms()
    answer = desk.append("recorder", fact("child.enrolled"))
    body = answer.json()
    assert answer.status_code == 201
    assert set(body) == {"ledger", "version", "results", "seal"}
    assert body["ledger"] == desk.ledger
    [result] = body["results"]
    assert result["status"] == "recorded"
    assert result["event"]["type"] == "child.enrolled"
    assert result["event"]["actor"] == "the-recorder"
    [released] = result["decisions"]
    assert released["type"] == "payment.released"
    assert released["data"]["amount_minor"] == 168_000
    assert released["causes"]
    assert body["version"] == released["version"] == body["seal"]["version"]
    assert answer.headers["etag"] == f'"{body["version"]}"'


def test_an_event_is_answered_with_the_very_bytes_that_are_sealed(desk: Desk) -> None:
    answer = desk.append("finance", fact("contract.signed"))
    stored = desk.get("/events/1")
    assert stored.content in answer.content
    assert leaf_hash(stored.content).hex() == answer.json()["seal"]["leaf_hash"]
    assert desk.get().json()["root"] == answer.json()["seal"]["root"]


def test_a_batch_is_recorded_in_its_order_with_one_result_a_fact(desk: Desk) -> None:
    facts = [fact("contract.signed"), fact("funder.joined"), fact("cohort.opened")]
    body = desk.appended("finance", facts)
    assert [result["event"]["version"] for result in body["results"]] == [1, 2, 3]
    assert [result["event"]["type"] for result in body["results"]] == [
        made["type"] for made in facts
    ]


def test_an_atomic_batch_with_a_refused_fact_stores_nothing_and_names_every_refused_one(
    desk: Desk,
) -> None:
    batch = [
        fact("contract.signed"),
        {**fact("funder.joined"), "surprise": 1},
        fact("child.enrolled"),
        fact("contract.signed"),
    ]
    answer = desk.append("finance", batch)
    problem = answer.json()
    assert answer.status_code == problem["status"] == 422
    assert problem["code"] == "shape_invalid"
    assert [(item["index"], item["code"]) for item in problem["errors"][:2]] == [
        (1, "shape_invalid"),
        (2, "role_missing"),
    ]
    assert desk.version() == 0


def test_an_atomic_batch_takes_the_status_of_its_first_refused_fact(desk: Desk) -> None:
    answer = desk.append("finance", [fact("contract.signed"), fact("contract.signed")])
    assert answer.status_code == 409
    assert answer.json()["errors"][0] == {
        "index": 1,
        "pointer": "/data/contract",
        "code": "already_exists",
        "detail": answer.json()["detail"],
    }


def test_an_independent_batch_answers_207_and_stores_what_it_can(desk: Desk) -> None:
    batch = {
        "mode": "independent",
        "events": [fact("contract.signed"), fact("contract.signed"), {"no": "fact"}],
    }
    answer = desk.append("finance", batch)
    body = answer.json()
    assert answer.status_code == 207
    assert [result["status"] for result in body["results"]] == ["recorded", "refused", "refused"]
    assert [result["problem"]["code"] for result in body["results"][1:]] == [
        "already_exists",
        "shape_invalid",
    ]
    assert body["results"][1]["problem"]["errors"][0]["index"] == 1
    assert desk.version() == 1


def test_an_independent_batch_without_refusals_answers_201(desk: Desk) -> None:
    batch = {"mode": "independent", "events": [fact("contract.signed")]}
    assert desk.append("finance", batch).status_code == 201


def test_a_dry_run_gives_the_same_answer_and_stores_nothing(desk: Desk) -> None:
    desk.with_terms()
    before = desk.version()
    tried = desk.appended("recorder", fact("child.enrolled"), query="?dry_run=true")
    assert tried["dry_run"] is True
    assert desk.version() == before
    done = desk.appended("recorder", fact("child.enrolled"))
    assert "dry_run" not in done
    for answer in (tried, done):
        for event in (answer["results"][0]["event"], *answer["results"][0]["decisions"]):
            del event["recorded_at"]
    assert tried["results"] == done["results"]
    assert tried["version"] == done["version"]


def test_an_append_is_refused_unless_the_ledger_is_at_the_version_demanded(desk: Desk) -> None:
    desk.appended("finance", fact("contract.signed"))
    moved = desk.append("finance", fact("funder.joined"), headers={"If-Match": '"0"'})
    assert (moved.status_code, moved.json()["code"]) == (412, "ledger_moved")
    assert moved.headers["etag"] == '"1"'
    assert desk.version() == 1
    assert (
        desk.append("finance", fact("funder.joined"), headers={"If-Match": '"1"'}).status_code
        == 201
    )


@pytest.mark.parametrize("tag", ["1", "W/", '"x"', '"1", "2"', '"-1"'])
def test_a_demand_that_is_no_version_is_refused(desk: Desk, tag: str) -> None:
    answer = desk.append("finance", fact("contract.signed"), headers={"If-Match": tag})
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")


def test_a_fact_of_the_same_id_is_recorded_once_whatever_its_white_space(desk: Desk) -> None:
    first = desk.appended("finance", fact("contract.signed", fact_id="c-1"))
    spaced = json.dumps(fact("contract.signed", fact_id="c-1"), indent=3)
    again = desk.house.clients["finance"].post(
        f"{desk.path}/events", content=spaced, headers={"Content-Type": "application/json"}
    )
    assert again.status_code == 201
    assert again.json()["results"][0]["status"] == "replayed"
    assert again.json()["results"][0]["event"] == first["results"][0]["event"]
    assert desk.version() == 1


def test_an_id_is_refused_for_another_content(desk: Desk) -> None:
    desk.appended("finance", fact("contract.signed", fact_id="c-1"))
    other = desk.append("finance", fact("contract.signed", contract="other", fact_id="c-1"))
    assert (other.status_code, other.json()["code"]) == (409, "event_id_reused")


def test_an_id_that_was_refused_is_free(desk: Desk) -> None:
    refused = desk.append("finance", fact("funder.joined", fact_id="f-1"))
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_contract")
    desk.appended("finance", fact("contract.signed"))
    assert (
        desk.appended("finance", fact("funder.joined", fact_id="f-1"))["results"][0]["status"]
        == "recorded"
    )


def test_a_batch_has_at_most_ten_thousand_facts(desk: Desk) -> None:
    answer = desk.append("recorder", [fact("interaction.recorded")] * 10_001)
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert answer.json()["errors"][0]["pointer"] == "/events"


@pytest.mark.parametrize("query", ["?dry_run=maybe", "?dry_run=true&x=1", "?dryrun=true"])
def test_an_append_takes_no_other_parameter(desk: Desk, query: str) -> None:
    answer = desk.append("finance", fact("contract.signed"), query=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert desk.version() == 0
