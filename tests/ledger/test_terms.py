"""Terms are versioned facts: each is recorded once, and names only what there is."""

import pytest

from ledger.events.codec import ShapeInvalid
from tests.ledger.facts import enrolled
from tests.ledger.saying import given
from tests.ledger.spoken import APPROVER, FINANCE, RECORDER, fact
from tests.ledger.terms import (
    ENGAGED_Y1,
    GRANT,
    PEERS,
    cap,
    card,
    contract,
    joined,
    opened,
    order,
    shares,
    signed,
)

PEERS_DONE = {"trigger": "PEERS", "kind": "outcome_area", "area": "peers", "price_minor": 1}


@pytest.mark.parametrize(
    "again, pointer",
    [
        (signed(), "/data/contract"),
        (joined("phil"), "/data/funder"),
        (opened(), "/data/cohort"),
    ],
)
def test_a_reference_is_given_once(again, pointer):
    given(contract()).when(again).then_refused("already_exists", pointer)


@pytest.mark.parametrize(
    "terms",
    [joined("new"), opened("c2020"), card(), shares(phil=1), cap(1), order()],
    ids=lambda spoken: spoken.content["type"],
)
def test_terms_are_those_of_a_signed_contract(terms):
    given().when(terms).then_refused("unknown_contract", "/data/contract")


def test_a_card_names_opened_cohorts():
    given(contract()).when(card(cohorts=["c2019", "c2031"])).then_refused(
        "unknown_cohort", "/data/cohorts/1"
    )


def test_a_card_prices_only_areas_that_it_defines():
    world = given(contract())
    world = world.when(card(ENGAGED_Y1, PEERS_DONE, areas=())).then_refused(
        "unknown_area", "/data/triggers/1/area"
    )
    world.when(card(PEERS_DONE, areas=[PEERS])).then_nothing()


def test_terms_may_lie_ahead():
    ahead = "2031-09-01"
    world = given(contract())
    for terms in (
        card(on=ahead),
        shares(phil=1, on=ahead),
        cap(1, on=ahead),
        order("later", on=ahead),
    ):
        world = world.when(terms).then_nothing()


def test_facts_do_not_lie_ahead():
    world = given(contract()).when(enrolled(on="2024-12-02", consent_given_on="2024-12-01"))
    world = world.then_refused("future_date", "/effective_on").given(enrolled())
    paid = fact("fee.paid", "2024-12-02", FINANCE, partner="chess", amount_minor=1)
    world = world.when(paid).then_refused("future_date", "/effective_on")
    seen = fact("plan.agreed", "2020-01-01", RECORDER, "2024-12-02", child="child-7", areas=[])
    world.when(seen).then_refused("future_date", "/received_on")


@pytest.mark.parametrize(
    "lines, why",
    [
        ([ENGAGED_Y1 | {"verify": False}], "always needs a verification"),
        ([GRANT | {"price_minor": 1}], "a grant has none"),
        ([GRANT | {"verify": True}], "cannot be verified"),
        ([ENGAGED_Y1, ENGAGED_Y1], "two lines have the same trigger"),
    ],
)
def test_a_line_that_cannot_be_is_no_shape(lines, why):
    with pytest.raises(ShapeInvalid, match=why):
        card(*lines).typed(None)


def attached(about, **terms):
    """Attach the digest of a document."""
    digest = {"sha256": "0" * 64, "media_type": "application/pdf", "bytes": 1}
    return fact("evidence.attached", "2020-01-01", RECORDER, about=about, **digest, **terms)


def test_evidence_is_about_a_version_that_there_is_or_an_id():
    world = given(contract(), enrolled())
    world = world.when(attached(1)).then_nothing()
    world = world.when(attached("an-id-of-a-fact", child="child-7")).then_nothing()
    world = world.when(attached(999)).then_refused("unknown_fact", "/data/about")
    world.when(attached(1, child="child-9")).then_refused("unknown_child", "/data/child")


@pytest.mark.parametrize(
    "kind, terms",
    [
        ("plan.agreed", {"areas": []}),
        ("interaction.recorded", {"formal": True}),
        ("measurement.recorded", {"area": "peers", "point": "baseline", "value": 1}),
        ("child.transferred", {"school": "ark"}),
        ("child.withdrawn", {"reason": "moved"}),
        ("child.completed", {}),
        ("payment.decided", {"trigger": "X", "verdict": "release", "reason_code": "x"}),
    ],
)
def test_facts_about_a_child_need_an_enrolled_one(kind, terms):
    said = fact(kind, "2020-01-01", APPROVER, child="child-9", **terms)
    given(contract()).when(said).then_refused("unknown_child", "/data/child")
    given().when(said).then_refused("unknown_contract", "/data/contract")


@pytest.mark.parametrize("day", ["2019-08-31", "2024-10-01"])
def test_an_interaction_is_within_the_contract(day):
    said = fact("interaction.recorded", day, RECORDER, child="child-7", formal=True)
    given(contract(), enrolled()).when(said).then_refused("outside_contract", "/effective_on")
