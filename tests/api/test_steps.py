"""Doors of single steps: what is read of a body is the fact's own, and what is described."""

from typing import Any

import msgspec
import pytest

from api.http import claims, samples, settlements
from api.http.steps import DAY, Step, Subject, body_for
from ledger.events.settlements import SettlementPaid
from tests.api.desk import House

CLAIM = Subject("claim", *claims.UNKNOWN)
STEPS: list[tuple[Step, Subject | None]] = [
    *((step, None) for step in (*claims.DRAFTS, *settlements.DRAFTS)),
    *((step, CLAIM) for step in (*claims.STEPS, *samples.DRAWS)),
    *((step, Subject("sample", *samples.UNKNOWN)) for step in samples.STEPS),
    *((step, Subject("settlement", *settlements.UNKNOWN)) for step in settlements.STEPS),
]


@pytest.fixture(scope="module")
def described(house: House) -> dict[str, Any]:
    document = house.nobody.get("/openapi.json").json()
    return {
        operation["operationId"]: operation["requestBody"]["content"]["application/json"]["schema"]
        for path in document["paths"].values()
        for operation in path.values()
        if "application/json" in operation.get("requestBody", {}).get("content", {})
    }


@pytest.mark.parametrize("step, subject", STEPS, ids=lambda it: getattr(it, "name", ""))
def test_the_body_of_a_step_is_described_as_it_is_read(
    described: dict[str, Any], step: Step, subject: Subject | None
) -> None:
    fields = msgspec.structs.fields(body_for(step.fact, subject))
    schema = described[step.name]
    assert set(schema["properties"]) == {field.name for field in fields}
    assert set(schema["required"]) == {field.name for field in fields if field.required}
    assert schema["additionalProperties"] is False


def test_a_body_is_the_fact_without_what_the_path_names_and_a_day() -> None:
    body = body_for(SettlementPaid, Subject("settlement", *settlements.UNKNOWN))
    read = msgspec.json.decode(b'{"contract":"lcf","effective_on":"2022-04-04"}', type=body)
    given = msgspec.structs.asdict(read)
    assert given.pop(DAY).isoformat() == "2022-04-04"
    assert given == {"contract": "lcf", "bank_account": "main", "reference": None}
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"contract":"lcf","settlement":"2022-03"}', type=body)
