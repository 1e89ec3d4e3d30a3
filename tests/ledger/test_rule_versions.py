"""Versions of the rules: adopted by a fact, recorded in every decision, old ones stay (0032)."""

import pytest

from ledger.rule_versions import FIRST, LATEST, RULES, rules_known
from tests.ledger.facts import (
    baseline,
    corrected,
    end_point,
    engaged_year,
    enrolled,
    granted,
    rules_adopted,
    verified,
)
from tests.ledger.saying import given, released, reversed_, withheld
from tests.ledger.terms import (
    ALL_LINES,
    ATTENDANCE,
    OUTCOMES,
    PEERS,
    SIGN_UP,
    card,
    contract,
    order,
)

STOP = "2021-12-31"
IN_TIME, LATE = STOP, "2022-01-01"
BEFORE_SIGN_UP = "2019-09-15"
HALF_WAY = {
    "trigger": "HALF_WAY",
    "kind": "distance_travelled",
    "percent": 50,
    "price_minor": 120000,
}
FIRST_OUTCOME = OUTCOMES[0]["trigger"]


def child_of(*lines, **terms):
    """A child of a cohort with a long-stop day."""
    return given(contract(*lines, long_stop_on=STOP, **terms), enrolled())


def dated_anew():
    """An end point dated before the sign-up, received in time; its right day came too late."""
    return [
        baseline("peers", received=IN_TIME),
        end_point("peers", on=BEFORE_SIGN_UP, received=IN_TIME),
        corrected("peers", 2, informant="teacher", received=LATE),
    ]


def test_the_versions_are_dense_from_one_and_each_says_what_it_is():
    assert [rules.version for rules in RULES] == list(range(1, len(RULES) + 1))
    assert all(rules.says.endswith(".") for rules in RULES)
    assert (rules_known(1), rules_known(LATEST.version)) == (FIRST, LATEST)
    assert rules_known(0) is None
    assert rules_known(LATEST.version + 1) is None


def test_only_a_version_that_can_be_run_is_adopted():
    given().when(rules_adopted(LATEST.version + 1)).then_refused("unknown_rules", "/data/rules")


@pytest.mark.parametrize("rules", [1, 2])
def test_rules_are_adopted_forwards_alone(rules):
    given(rules_adopted(2)).when(rules_adopted(rules)).then_refused("rules_not_later")


def test_the_first_version_is_in_force_from_the_beginning():
    given().when(rules_adopted(1)).then_refused("rules_not_later", "/data/rules")


def test_an_adoption_lies_not_ahead():
    given().when(rules_adopted(2, on="2030-01-01")).then_refused("future_date")


def test_every_decision_names_the_version_it_was_made_under():
    before = [contract(*ALL_LINES), order(), enrolled()]
    after = [granted(60022500), engaged_year(), verified("ENGAGED_Y1")]
    world = given(before, rules_adopted(), after).world
    adopted = [event.type for event in world.events].index("rules.adopted")
    kinds = {
        (event.type, event.data.rule_version, place > adopted)
        for place, event in enumerate(world.events)
        if hasattr(event.data, "rule_version")
    }
    assert kinds == {
        ("payment.released", 1, False),
        ("payment.released", 2, True),
        ("fee.accrued", 2, True),
    }


def test_a_contract_signed_later_begins_under_the_version_in_force():
    world = given(rules_adopted(), contract(SIGN_UP)).given(enrolled()).world
    assert world.events[-1].data.rule_version == LATEST.version


def test_an_adoption_that_changes_nothing_for_anybody_moves_no_money():
    child_of(SIGN_UP, *OUTCOMES).when(rules_adopted()).then_nothing()


def test_an_area_was_in_time_when_its_scores_were_whatever_their_days():
    child_of(*OUTCOMES).given(dated_anew()).when(verified("peers")).then(
        released(FIRST_OUTCOME, on="2021-07-18")
    )


def test_an_area_is_in_time_when_what_came_in_time_would_have_paid_it():
    child_of(*OUTCOMES).given(rules_adopted(), dated_anew()).when(verified("peers")).then(
        withheld(FIRST_OUTCOME, "time_barred")
    )


def test_an_adoption_reverses_what_the_adopted_rules_hold_back():
    child_of(*OUTCOMES).given(dated_anew(), verified("peers")).when(rules_adopted()).then(
        reversed_(FIRST_OUTCOME), withheld(FIRST_OUTCOME, "time_barred")
    )


def test_an_area_in_time_under_the_card_of_then_stays_in_time_under_a_later_card():
    """What came in time passed the first card's test; the right day has a card that asks more."""
    harder = {**PEERS, "achieved": {"at_most": 1}}
    facts = [
        card(*OUTCOMES, areas=[harder], name="second", on="2021-07-01"),
        baseline("peers", received=IN_TIME),
        end_point("peers", 2, on="2021-06-20", received=IN_TIME),
        corrected("peers", 1, on="2021-07-18", informant="teacher", received=LATE),
        verified("peers"),
    ]
    child_of(*OUTCOMES, areas=[PEERS]).given(rules_adopted(), facts[:-1]).when(facts[-1]).then(
        released(FIRST_OUTCOME, on="2021-07-18")
    )


def test_a_distance_took_end_points_from_before_the_sign_up():
    facts = [
        [baseline("peers", 4), end_point("peers", 2, on=BEFORE_SIGN_UP)],
        [baseline("attendance", 80), end_point("attendance", 95)],
    ]
    terms = contract(HALF_WAY, areas=[PEERS, ATTENDANCE])
    given(terms, enrolled(), facts).when(verified("HALF_WAY")).then(released("HALF_WAY"))
    again = given(terms, enrolled(), rules_adopted(), facts).when(verified("HALF_WAY"))
    again.then_nothing().when(corrected("peers", 2, on="2021-07-01", informant="teacher")).then(
        released("HALF_WAY", on="2021-07-18")
    )


def test_a_distance_is_in_time_when_what_came_in_time_would_have_paid_it():
    facts = [
        baseline("attendance", 80, received=IN_TIME),
        end_point("attendance", 95, on=BEFORE_SIGN_UP, received=IN_TIME),
        corrected("attendance", 95, on="2021-07-18", received=LATE),
    ]
    terms = {"areas": [ATTENDANCE]}
    seen = verified("HALF_WAY")
    child_of(HALF_WAY, **terms).given(facts).when(seen).then(released("HALF_WAY"))
    child_of(HALF_WAY, **terms).given(rules_adopted(), facts).when(seen).then(
        withheld("HALF_WAY", "time_barred")
    )


def test_a_distance_in_time_under_an_earlier_card_is_in_time():
    dearer = HALF_WAY | {"price_minor": 130000}
    facts = [
        card(dearer, areas=[ATTENDANCE], name="second", on="2021-07-10"),
        baseline("attendance", 80, received=IN_TIME),
        end_point("attendance", 95, on="2021-07-01", received=IN_TIME),
        corrected("attendance", 95, on="2021-07-18", received=LATE),
    ]
    child_of(HALF_WAY, areas=[ATTENDANCE]).given(rules_adopted(), facts).when(
        verified("HALF_WAY")
    ).then(released("HALF_WAY", 130000, "2021-07-18"))
