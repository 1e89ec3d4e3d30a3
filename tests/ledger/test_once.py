"""A child is paid for one trigger at most once per contract, by any path (`domain.md` 4, Once)."""

import pytest

from tests.ledger.facts import (
    achieved,
    corrected,
    end_point,
    engaged_year,
    enrolled,
    granted,
    measured,
    met,
    register,
    rejected,
    travelled,
    verified,
    voided,
    withdrew,
)
from tests.ledger.saying import World, flat, given, released, rests_anew
from tests.ledger.spoken import Spoken
from tests.ledger.terms import ENGAGED_Y1, OUTCOMES, SIGN_UP, contract

YEAR_1 = verified("ENGAGED_Y1", on="2020-09-10")
OTHER = "other"


def elsewhere(*facts):
    """The same facts, in another contract."""
    for spoken in flat(facts):
        terms = spoken.content["data"] | {"contract": OTHER}
        yield Spoken(spoken.actor, spoken.content | {"data": terms}, spoken.about)


def again(spoken):
    """The same fact, sent once more."""
    return Spoken(spoken.actor, spoken.content, spoken.about)


def test_the_same_verification_twice_pays_once():
    seen = verified("peers")
    world = given(contract(*OUTCOMES), enrolled(), travelled("peers"), seen)
    world.when(again(seen)).then(rests_anew("OUTCOME_1"))


def test_the_same_measurement_twice_pays_once():
    score = end_point("peers")
    world = given(contract(*OUTCOMES), enrolled(), achieved("peers"))
    world.when(again(score)).then(rests_anew("OUTCOME_1"))


def test_the_same_register_twice_counts_once():
    year = [engaged_year()[0], register("s-1")]
    world = given(contract(ENGAGED_Y1), enrolled(), year, YEAR_1)
    answer = world.when(again(register("s-1")))
    answer.then_pays(rests_anew("ENGAGED_Y1"))


def test_the_same_enrolment_twice_is_refused():
    given(contract(), enrolled()).when(enrolled()).then_refused("already_enrolled", "/data/child")


def test_a_new_release_after_a_reversal_stands_alone():
    world = given(contract(*OUTCOMES), enrolled(), achieved("peers"), rejected("peers"))
    answer = world.when(verified("peers"))
    answer.then(released("OUTCOME_1", 167500, "2021-07-18"))
    answer.then_stands(OUTCOME_1=167500)


def test_a_child_of_two_contracts_is_paid_for_in_each():
    world = given(contract(SIGN_UP), elsewhere(contract(SIGN_UP)), enrolled())
    answer = world.when(next(elsewhere([enrolled()])))
    answer.then(released("SIGN_UP", 168000))
    assert answer.events[1].data.contract == OTHER


def test_a_grants_reference_is_its_contracts_own():
    world = given(contract(), elsewhere(contract()), granted(100))
    world.when(next(elsewhere([granted(100)]))).then(released("COVID", 100, child="covid-1"))


def test_a_score_of_an_area_that_no_card_has_is_stored_and_waits():
    given(contract(), enrolled()).when(
        measured("no_such_area", "baseline", 4, "2019-10-10")
    ).then_nothing()


def net(facts):
    """What stands after these facts, and who pays it."""
    world = World()
    for spoken in flat(facts):
        world.hear(spoken)
    kept = world.book.contracts["lcf"].children["child-7"].payments()
    return {p.trigger: (p.effective_on, p.amount_minor, p.split) for p in kept}


LIFE = [
    contract(),
    enrolled(),
    engaged_year(),
    YEAR_1,
    achieved("peers"),
    achieved("emotions", "2021-07-19"),
]


@pytest.mark.parametrize(
    "wrong",
    [
        met(on="2020-06-01"),
        met(on="2020-06-01", by="verifier"),
        withdrew(on="2020-07-30"),
        withdrew(on="2021-07-18"),
        rejected("peers"),
        rejected("ENGAGED_Y1"),
        granted(5000),
    ],
    ids=lambda wrong: wrong.content["type"] + wrong.content["effective_on"],
)
def test_voiding_makes_the_payments_those_of_a_book_without_the_fact(wrong):
    assert net([LIFE, wrong, voided(wrong)]) == net(LIFE)


@pytest.mark.parametrize("number", range(6))
def test_voiding_one_of_many_facts_leaves_what_the_others_earn(number):
    """Of six interactions, none can be missed."""
    interactions, registers = engaged_year()
    wrong = interactions[number]
    others = [spoken for spoken in interactions if spoken is not wrong]
    begun, rest = LIFE[:2], [registers, *LIFE[3:]]
    assert net([begun, interactions, rest, voided(wrong)]) == net([begun, others, rest])


def test_a_correction_back_and_forth_ends_where_it_began():
    there_and_back = [corrected("peers", 4), corrected("peers", 2)]
    assert net([LIFE, there_and_back]) == net(LIFE)
