"""The order in which one fact reverses and releases, and how much it may move (`domain.md` 4)."""

from tests.ledger.facts import (
    achieved,
    corrected,
    enrolled,
    ruled,
    travelled,
    verified,
    voided,
    withdrew,
)
from tests.ledger.saying import given, released, rests_anew, reversed_
from tests.ledger.terms import (
    OUTCOME_1,
    OUTCOMES,
    PARTS,
    PEERS,
    SIGN_UP,
    card,
    contract,
    funders,
    opened,
    priced,
    shares,
    signed,
)

EVERYBODY_PAYS = shares(**PARTS)


def waiting(*lines, **more):
    """A contract that lacks nothing but its shares."""
    return [signed(), funders(), opened(), card(*lines, **more)]


def test_releases_come_by_effective_date():
    late, early = enrolled("child-1", "2019-10-02"), enrolled("child-2", "2019-10-01")
    given(waiting(SIGN_UP), late, early).when(EVERYBODY_PAYS).then(
        released("SIGN_UP", on="2019-10-01", child="child-2"),
        released("SIGN_UP", on="2019-10-02", child="child-1"),
    )


def test_releases_of_one_day_come_by_version_of_the_enrolment():
    wrong = enrolled("child-1")
    facts = [wrong, enrolled("child-2"), voided(wrong), enrolled("child-1")]
    given(waiting(SIGN_UP), facts).when(EVERYBODY_PAYS).then(
        released("SIGN_UP", child="child-2"), released("SIGN_UP", child="child-1")
    )


def test_releases_of_one_child_and_day_come_in_the_order_of_the_cards_lines():
    lines = [OUTCOMES[2], OUTCOMES[1], OUTCOMES[0]]
    facts = [achieved("peers"), achieved("emotions"), achieved("maths")]
    given(waiting(*lines), enrolled(), facts).when(EVERYBODY_PAYS).then(
        released("OUTCOME_3"), released("OUTCOME_2"), released("OUTCOME_1")
    )


def test_reversals_come_latest_date_first_then_highest_rank():
    three = [achieved("peers"), achieved("emotions"), achieved("maths", "2021-07-19")]
    wrong = enrolled()
    given(contract(SIGN_UP, *OUTCOMES), wrong, three).when(voided(wrong)).then(
        reversed_("OUTCOME_3", on="2021-07-19"),
        reversed_("OUTCOME_2", on="2021-07-18"),
        reversed_("OUTCOME_1", on="2021-07-18"),
        reversed_("SIGN_UP", on="2019-10-01"),
    )


def test_reversals_come_before_releases():
    """The withdrawal moves the first rank from 20 to 10 July."""
    facts = [travelled("peers", "2021-07-20"), travelled("emotions", "2021-07-10")]
    world = given(contract(*OUTCOMES), enrolled(), facts, verified("peers"), verified("emotions"))
    world.when(withdrew(on="2021-07-15")).then(
        reversed_("OUTCOME_2", on="2021-07-20"),
        reversed_("OUTCOME_1", on="2021-07-20"),
        released("OUTCOME_1", on="2021-07-10"),
    )


def test_reversals_free_the_headroom_that_the_releases_of_the_same_fact_use():
    by_area = {"kind": "outcome_area", "area": "peers", "trigger": "PEERS", "price_minor": 100}
    world = given(waiting(by_area, areas=[PEERS]), EVERYBODY_PAYS, enrolled(), achieved("peers"))
    world = world.when(corrected("peers", 4)).then(reversed_("PEERS", -100))
    world.when(corrected("peers", 2)).then(released("PEERS", 100))


def test_a_decision_takes_actor_and_received_on_from_the_fact_that_caused_it():
    fact, decision = given(contract()).when(enrolled(received="2019-10-05")).events
    assert decision.actor == fact.actor == "recorder"
    assert decision.received_on == fact.received_on
    assert decision.received_on.isoformat() == "2019-10-05"
    assert decision.recorded_at == fact.recorded_at


def test_a_fact_without_a_receipt_was_received_today():
    fact, decision = given(contract()).when(enrolled()).events
    assert fact.received_on.isoformat() == decision.received_on.isoformat() == "2024-12-01"


def test_a_payment_is_named_after_its_version_and_names_its_causes():
    sign_up = enrolled()
    terms = contract()
    world = given(terms)
    _, decision = world.when(sign_up).events
    versions = world.world.versions
    assert decision.data.payment == f"P{decision.version}"
    assert set(decision.causes) == {versions[sign_up], versions[terms[3]], versions[terms[4]]}
    assert decision.data.share_set == versions[terms[4]]
    assert decision.data.rule_version == 1


def test_a_reversal_names_the_payment_it_reverses():
    wrong = enrolled()
    world = given(contract(), wrong)
    payment = world.world.events[-1]
    _, decision = world.when(voided(wrong)).events
    assert decision.data.payment == payment.data.payment
    assert decision.data.reversed_version == payment.version
    assert payment.version in decision.causes


def test_a_withheld_row_is_named_apart_and_goes_with_the_release():
    late = contract(*OUTCOMES, long_stop_on="2021-08-31")
    world = given(late, enrolled(), achieved("peers"))
    row = world.world.events[-1]
    assert row.data.payment == f"W{row.version}"
    answer = world.when(ruled("OUTCOME_1"))
    assert answer.events[1].data.payment == f"P{answer.events[1].version}"
    child = world.world.book.contracts["lcf"].children["child-7"]
    assert child.withheld == {"OUTCOME_1": None}


MANY_LINES = [priced(SIGN_UP, 1) | {"trigger": f"SIGN_UP_{number}"} for number in range(200)]


def test_twenty_thousand_decisions_may_follow_from_one_fact_and_no_more():
    children = [enrolled(f"child-{number}") for number in range(100)]
    world = given(waiting(*MANY_LINES), children)
    wide = world.world.hear(EVERYBODY_PAYS)
    assert len(wide) == 1 + 20_000
    world = given(waiting(*MANY_LINES), children, enrolled("child-100"))
    world.when(EVERYBODY_PAYS).then_refused("too_many_decisions")


def test_evidence_changes_are_told_between_reversals_and_releases():
    facts = [achieved("peers", "2021-07-05"), achieved("emotions"), achieved("maths")]
    world = given(contract(*OUTCOMES), enrolled(), facts)
    world.when(corrected("peers", 4)).then(reversed_("OUTCOME_3"), rests_anew("OUTCOME_1"))


def test_a_line_priced_by_two_cards_is_ordered_by_its_own():
    later = card(priced(OUTCOME_1, 5), name="new", on="2021-07-18")
    world = given(waiting(*OUTCOMES), later, enrolled(), achieved("peers", "2021-07-18"))
    world.when(EVERYBODY_PAYS).then(released("OUTCOME_1", 5, card="new"))
