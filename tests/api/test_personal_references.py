"""A name, a number, a postcode or a date where a reference is expected: refused at every door."""

import json

import pytest

from tests.api.desk import Desk, Json, fact
from tests.api.test_lines import NDJSON, as_lines

NAME = "Jane-Smith"
SENT: tuple[tuple[Json, str], ...] = (
    (fact("child.enrolled", child=NAME), "/data/child"),
    (fact("child.enrolled", child="A123456789012"), "/data/child"),
    (fact("plan.agreed", link_worker="W10-5BL"), "/data/link_worker"),
    (fact("register.submitted", attended=[], expected=["c-1", "2010-09-04"]), "/data/expected/1"),
    (fact("interaction.recorded", fact_id="met:943-476-5919"), "/id"),
)


@pytest.mark.parametrize(("sent", "pointer"), SENT, ids=[pointer for _, pointer in SENT])
def test_one_fact_is_refused_with_the_place_and_without_the_value(
    desk: Desk, sent: Json, pointer: str
) -> None:
    desk.with_terms()
    before = desk.version()
    answer = desk.append("recorder", sent)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "personal_reference")
    [item] = problem["errors"]
    assert (item["pointer"], item["code"]) == (pointer, "personal_reference")
    for value in (NAME, "A123456789012", "W10-5BL", "2010-09-04", "943-476-5919"):
        assert value not in answer.text
    assert desk.version() == before


def test_an_atomic_batch_names_each_such_fact_and_stores_nothing(desk: Desk) -> None:
    desk.with_terms()
    before = desk.version()
    answer = desk.append("recorder", [fact("child.enrolled"), *(sent for sent, _ in SENT)])
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "personal_reference")
    assert [(item["index"], item["pointer"], item["code"]) for item in problem["errors"]] == [
        (index, pointer, "personal_reference") for index, (_, pointer) in enumerate(SENT, start=1)
    ]
    assert NAME not in answer.text
    assert desk.version() == before


def test_an_independent_batch_stores_the_others(desk: Desk) -> None:
    desk.with_terms()
    batch = {"mode": "independent", "events": [fact("child.enrolled"), SENT[0][0]]}
    answer = desk.append("recorder", batch)
    recorded, refused = answer.json()["results"]
    assert (answer.status_code, recorded["status"], refused["status"]) == (
        207, "recorded", "refused",
    )  # fmt: skip
    assert refused["problem"]["code"] == "personal_reference"
    assert refused["problem"]["errors"][0]["pointer"] == "/data/child"
    assert NAME not in answer.text


def test_a_stream_of_lines_refuses_such_a_line_alone(desk: Desk) -> None:
    desk.with_terms()
    answer = desk.house.clients["recorder"].post(
        f"{desk.path}/events",
        content=as_lines([fact("child.enrolled"), *(sent for sent, _ in SENT)]),
        headers=NDJSON,
    )
    first, *refused = [json.loads(line) for line in answer.text.splitlines()]
    assert first["status"] == "recorded"
    assert {line["problem"]["code"] for line in refused} == {"personal_reference"}
    assert [line["problem"]["errors"][0]["pointer"] for line in refused] == [
        pointer for _, pointer in SENT
    ]
    assert NAME not in answer.text


def test_the_code_is_described(desk: Desk) -> None:
    document = desk.house.nobody.get("/openapi.json").json()
    appending = document["paths"]["/v1/ledgers/{ledger}/events"]["post"]
    assert "personal_reference" in appending["responses"]["422"]["description"]
