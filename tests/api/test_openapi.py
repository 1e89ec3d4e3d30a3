"""The OpenAPI document: every fact with an example, every answer named, and held to its word."""

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from api.http.openapi import EXAMPLES
from api.http.permissions import OPEN_ROUTES, ROUTES
from api.http.problems import REFUSAL_STATUS, STATUS_OF
from ledger.events.catalogue import DECISIONS, FACTS
from ledger.events.codec import decode_fact
from ledger.log.refusals import LOG_REFUSALS
from ledger.refusals import ALL_REFUSALS
from tests.api.desk import Desk, House


@pytest.fixture(scope="module")
def document(house: House) -> dict[str, Any]:
    return dict(house.nobody.get("/openapi.json").json())


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }


def test_every_fact_is_described_with_an_example_that_can_be_appended(
    document: dict[str, Any],
) -> None:
    union = document["components"]["schemas"]["Fact"]
    assert set(union["discriminator"]["mapping"]) == set(FACTS) == set(EXAMPLES)
    for name, ref in union["discriminator"]["mapping"].items():
        schema = document["components"]["schemas"][ref.rpartition("/")[2]]
        assert schema["example"]["type"] == name
        decode_fact(jsonschema_rs_bytes(schema["example"]))
        whole = {**document, "$ref": ref}
        assert jsonschema_rs.is_valid(whole, schema["example"])


def jsonschema_rs_bytes(example: dict[str, Any]) -> bytes:
    import json  # noqa: PLC0415 (only here)

    return json.dumps(example).encode()


def test_every_decision_is_described(document: dict[str, Any]) -> None:
    union = document["components"]["schemas"]["Decision"]
    assert set(union["discriminator"]["mapping"]) == set(DECISIONS)


def test_every_route_but_the_open_ones_asks_for_a_key(document: dict[str, Any]) -> None:
    described = operations(document)
    assert set(described) == set(ROUTES) | (OPEN_ROUTES - {"openapi", "docs"})
    for name, operation in described.items():
        assert ("security" in operation) is (name not in OPEN_ROUTES)
        assert operation["description"], name


def test_every_refusal_has_a_code_of_its_own_and_a_status() -> None:
    codes = [refusal.code for refusal in (*ALL_REFUSALS, *LOG_REFUSALS)]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(STATUS_OF)
    assert all(400 <= status < 600 for status in STATUS_OF.values())
    assert {REFUSAL_STATUS[code] for code in codes if code.startswith("already_")} == {409}


def test_what_is_answered_is_what_is_described(house: House, desk: Desk) -> None:
    """A small budget of generated requests; one key with every role, on an empty ledger."""
    secret = house.key(["recorder", "verifier", "finance", "approver", "auditor"])
    schema = schemathesis.openapi.from_url(f"{house.url}/openapi.json")
    chosen = schema.exclude(
        operation_id=["stream_events", "create_key", "delete_key", "create_ledger", "metrics"]
    )
    for operation in chosen.get_all_operations():
        try_operation(operation.ok(), secret, desk.ledger)


def try_operation(operation: Any, secret: str, ledger: str) -> None:
    import hypothesis  # noqa: PLC0415 (only here)

    @hypothesis.given(case=operation.as_strategy())
    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: Any) -> None:
        if "ledger" in (case.path_parameters or {}):
            case.path_parameters["ledger"] = ledger
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

    attempt()
