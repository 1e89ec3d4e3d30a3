"""Every field of a payment decision is held to the rules, not its pennies alone."""

import json
from fractions import Fraction
from random import Random

import pytest

from ledger.events.codec import encode_event
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.performing import Performance
from tests.properties.noise import history
from tests.properties.test_money import capped
from tests.properties.world import played

FIELDS = {
    "payment.released": (
        *("amount_minor", "funded_minor", "unfunded_minor", "split", "card", "card_version"),
        *("share_set", "rule_version", "evidence", "payment", "causes", "effective_on"),
    ),
    "payment.reversed": (
        *("amount_minor", "funded_minor", "unfunded_minor", "split", "card"),
        *("reversed_version", "rule_version", "payment", "causes", "effective_on"),
    ),
    "payment.withheld": (
        *("amount_minor", "reason", "card", "rule_version", "evidence", "payment", "causes"),
        "effective_on",
    ),
    "payment.evidence_changed": ("rule_version", "evidence", "payment", "causes", "effective_on"),
    "payment.lapsed": ("amount_minor", "rule_version", "payment", "causes", "effective_on"),
}
PARTS_OF_A_SPLIT = ("funder", "amount_minor", "unfunded_minor", "parts", "parts_total")


@pytest.fixture(scope="module")
def stories():
    """Noisy histories as they are stored."""
    told = [history(Random(seed), noisy=50) for seed in range(20)]
    told += [capped(Random(seed)) for seed in range(6)]
    return [[json.loads(encode_event(event)) for event in played(one).events] for one in told]


def changed(was):
    """Another value of the same kind."""
    match was:
        case int():
            return was + 1
        case str() if was.lstrip("-")[:1].isdecimal() and was.count("-") < 2:
            return str(Fraction(was) + 1)
        case str():
            return f"{was}x"
        case _:
            return was[1:]


def found_in(documents):
    findings = Findings()
    performance = Performance(findings, lambda *_: None)
    for document in documents:
        performance.follow(document)
    performance.finish()
    return findings.faults


def must_be_found(documents, place, where, field):
    """The field of that event is another, and the first fault stands there."""
    was = where[field]
    where[field] = changed(was)
    faults = found_in(documents)
    where[field] = was
    assert faults, f"version {place + 1}: {field} is missed"
    assert faults[0].version == place + 1


@pytest.mark.parametrize(
    "kind, field", [(kind, field) for kind, fields in FIELDS.items() for field in fields]
)
def test_a_field_of_a_decision_that_was_changed_is_found_where_it_stands(kind, field, stories):
    tried = 0
    for seed, documents in enumerate(stories):
        places = [n for n, one in enumerate(documents) if one["type"] == kind]
        if places and tried < 4:
            place = Random(seed).choice(places)
            event = documents[place]
            must_be_found(documents, place, event if field in event else event["data"], field)
            tried += 1
    assert tried > 1


@pytest.mark.parametrize("part", PARTS_OF_A_SPLIT)
def test_a_part_of_a_split_that_was_changed_is_found_where_it_stands(part, stories):
    tried = 0
    for documents in stories:
        places = [n for n, one in enumerate(documents) if one["type"] == "payment.released"]
        for place in places[:1]:
            must_be_found(documents, place, documents[place]["data"]["split"][0], part)
            tried += 1
    assert tried > 4


@pytest.mark.parametrize("end", ["before", "after", "funder"])
@pytest.mark.parametrize("kind", ["payment.released", "payment.reversed"])
def test_a_carry_that_was_changed_is_found_where_it_stands(kind, end, stories):
    tried = 0
    for documents in stories:
        places = [
            n
            for n, one in enumerate(documents)
            if one["type"] == kind and one["data"].get("carries")
        ]
        for place in places[-1:]:
            must_be_found(documents, place, documents[place]["data"]["carries"][0], end)
            tried += 1
    assert tried > 1
