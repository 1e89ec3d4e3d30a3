"""The checker's fees, worked out a second time: each field of one is held to the rules."""

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.codec import encode_event
from projections.bundle.checker.fees import TAKEN_BACK
from projections.bundle.checker.fees_again import FEES, Fees
from projections.bundle.checker.findings import Findings
from tests.bundle.again import must_be_performed_again
from tests.ledger.facts import enrolled, register
from tests.ledger.saying import World, flat
from tests.ledger.terms import contract, order

UNITS = ("session", "hour", "attendee", "block")
PERCENTAGES = (0, 33, 50, 100)


def days(chance):
    """A day of a few, so that registers meet on one, come late, and stand before all terms."""
    return f"2020-02-{chance.randint(1, 12):02}"


def placed(chance):
    """Terms of one of two orders; those in pence make for halves."""
    return order(
        chance.choice(("tutoring", "sports")), partner="tutors",
        unit=chance.choice(UNITS), rate_minor=chance.choice((1, 25, 4999)), on=days(chance),
        limit_minor=chance.choice((None, None, 20, 9000)),
        cancelled_by_school_percent=chance.choice(PERCENTAGES),
        cancelled_by_partner_percent=chance.choice(PERCENTAGES),
    )  # fmt: skip


def held(chance):
    """A register of a session that may have one already."""
    status = chance.choice(("delivered", "delivered", "cancelled_by_school"))
    children = tuple(child for child in ("c1", "c2", "c3") if chance.random() < 0.7) or ("c1",)
    attended = children[: chance.randint(0, len(children))] if status == "delivered" else ()
    return register(
        f"s-{chance.randint(1, 5)}", days(chance), order=chance.choice(("tutoring", "sports")),
        status=status, expected=children, attended=attended, minutes=chance.randint(1, 90),
    )  # fmt: skip


def term(chance, length=40):
    """What the ledger decided in a term of two orders whose terms change all the time."""
    world = World()
    for fact in flat((contract(), *(enrolled(child) for child in ("c1", "c2", "c3")))):
        world.hear(fact)
    for name in ("tutoring", "sports"):
        world.hear(order(name, partner="tutors", unit=chance.choice(UNITS), on=days(chance)))
    for _ in range(length):
        make = placed if chance.random() < 0.2 else held
        world.hear(make(chance))
    return world.events


@given(st.integers(0, 2**32 - 1))
def test_fees_of_orders_whose_terms_change_are_performed_again_to_the_penny(seed):
    must_be_performed_again(term(Random(seed)))


def found_in(documents):
    """The faults in the fees of some events."""
    findings = Findings()
    fees = Fees(findings)
    for document in documents:
        fees.follow(document)
    fees.finish()
    return findings.faults


@pytest.mark.parametrize(
    "field",
    ["amount_minor", "over_limit_minor", "terms_version", "rule_version", "partner", "causes",
     "effective_on", "reversed_version"],
)  # fmt: skip
def test_a_fee_that_was_changed_is_found_where_it_stands(field):
    changed = 0
    for seed in range(10):
        documents = [json.loads(encode_event(event)) for event in term(Random(seed))]
        fees = [one for one in documents if one["type"] in FEES]
        fee = Random(seed).choice(
            [one for one in fees if field != "reversed_version" or one["type"] == TAKEN_BACK]
            or fees
        )
        where = fee if field in fee else fee["data"]
        if field not in where:
            continue
        changed += 1
        was = where[field]
        where[field] = (
            was + 1 if isinstance(was, int) else was[1:] if field == "causes" else f"{was}x"
        )
        faults = found_in(documents)
        assert faults[0].version == fee["version"]
        assert fee["type"] in faults[0].what
    assert changed > 4


def test_causes_of_a_fee_in_another_order_are_found():
    documents = [json.loads(encode_event(event)) for event in term(Random(5))]
    fees = [place for place, one in enumerate(documents) if one["type"] in FEES]
    several = [place for place in fees if len(documents[place]["causes"]) > 1]
    assert len(several) > 3
    for place in several:
        fee = documents[place]
        changed = {**fee, "causes": fee["causes"][::-1]}
        assert found_in([*documents[:place], changed])[0].version == fee["version"]


def test_a_fee_that_is_missing_is_found_at_its_fact_or_where_the_next_one_stands():
    documents = [json.loads(encode_event(event)) for event in term(Random(5))]
    fees = [place for place, one in enumerate(documents) if one["type"] in FEES]
    assert len(fees) > 10
    for place in fees:
        rest = [*documents[:place], *documents[place + 1 :]]
        fact = max(one["version"] for one in rest[:place] if one["type"] not in FEES)
        assert found_in(rest)[0].version in {fact, place + 2}


def test_a_fee_that_nothing_obliges_us_to_pay_is_found():
    documents = [json.loads(encode_event(event)) for event in term(Random(8))]
    place = max(n for n, one in enumerate(documents) if one["type"] == "fee.accrued")
    twice = [*documents[: place + 1], documents[place], *documents[place + 1 :]]
    (fault,) = found_in(twice)
    assert fault.version == documents[place]["version"]
    assert "nothing is due" in fault.what
