"""The OpenAPI document: every fact with an example, every answer named, and held to its word."""

import json
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from api.http.openapi import EXAMPLES
from api.http.permissions import OPEN_ROUTES, ROUTES
from api.http.problems import REFUSAL_STATUS, STATUS_OF
from ledger.events.catalogue import APPENDED, DECISIONS
from ledger.events.codec import decode_fact
from ledger.log.refusals import LOG_REFUSALS
from ledger.refusals import ALL_REFUSALS
from tests.api.desk import ADMIN_SECRET, Desk, House


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
    assert set(union["discriminator"]["mapping"]) == set(APPENDED) == set(EXAMPLES)
    for name, ref in union["discriminator"]["mapping"].items():
        schema = document["components"]["schemas"][ref.rpartition("/")[2]]
        assert schema["example"]["type"] == name
        decode_fact(json.dumps(schema["example"]).encode())
        whole = {**document, "$ref": ref}
        assert jsonschema_rs.is_valid(whole, schema["example"])


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
    """A small budget of generated requests: business with every role, and then the admin's."""
    business = house.key(["recorder", "verifier", "finance", "approver", "auditor", "custodian"])
    schema = schemathesis.openapi.from_url(f"{house.url}/openapi.json")
    tried = set()
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if name == "stream_events":
            continue  # it never ends
        secret = ADMIN_SECRET if ROUTES.get(name) == {"admin"} else business
        try_operation(operation, secret, desk.ledger)
        tried.add(name)
    assert tried == (set(ROUTES) | OPEN_ROUTES) - {"openapi", "docs", "stream_events"}


def try_operation(operation: Any, secret: str, ledger: str) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=5,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: Any) -> None:
        if "ledger" in (case.path_parameters or {}):
            case.path_parameters["ledger"] = ledger
        (case.query or {}).pop("min_version", None)  # a version that never comes is a 503
        case.call_and_validate(
            headers={"Authorization": f"Bearer {secret}"},
            # A fact of the right shape may still be against the rules.
            excluded_checks=[positive_data_acceptance],
        )

    attempt()
