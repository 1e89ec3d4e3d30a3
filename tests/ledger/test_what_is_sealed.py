"""What of a fact is stored sealed: what it says of a child, and of nobody else (0015)."""

import json

import pytest

from ledger.events.codec import decode_fact
from ledger.events.sealed import sealed_fields

DOCUMENT = {"about": "s-1", "sha256": "0" * 64, "media_type": "application/pdf", "bytes": 7}
SCORE = {"child": "c-1", "area": "maths", "point": "baseline", "value": 7}


def content(kind, **more):
    fact = {"type": kind, "effective_on": "2020-01-01", "data": {"contract": "lcf", **more}}
    return decode_fact(json.dumps(fact).encode()).data


@pytest.mark.parametrize(
    "kind, said, sealed",
    [
        ("measurement.recorded", SCORE, ("value",)),
        ("measurement.corrected", {**SCORE, "reason": "keyed_wrongly"}, ("value", "reason")),
        ("child.withdrawn", {"child": "c-1", "reason": "moved"}, ("reason",)),
        ("evidence.attached", {**DOCUMENT, "child": "c-1", "label": "form"}, ("label",)),
    ],
)
def test_what_a_fact_says_of_a_child_is_sealed(kind, said, sealed):
    assert sealed_fields(content(kind, **said)) == sealed


@pytest.mark.parametrize(
    "kind, said",
    [
        ("evidence.attached", {**DOCUMENT, "child": "c-1"}),
        ("evidence.attached", {**DOCUMENT, "label": "form"}),
        ("child.completed", {"child": "c-1"}),
    ],
)
def test_a_field_without_a_value_or_of_no_child_is_stored_as_it_is(kind, said):
    assert sealed_fields(content(kind, **said)) == ()
