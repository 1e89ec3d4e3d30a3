"""A voided fact: the decisions become those of a book without it (`domain.md` 4)."""

import time

import pytest

from tests.ledger.facts import (
    achieved,
    baseline,
    completed,
    engaged_year,
    enrolled,
    granted,
    met,
    planned,
    received,
    refunded,
    register,
    travelled,
    verified,
    voided,
    withdrew,
)
from tests.ledger.saying import given, released, reversed_
from tests.ledger.spoken import FINANCE, RECORDER, fact
from tests.ledger.terms import OUTCOMES, cap, card, contract, order, shares, signed

YEAR_1 = verified("ENGAGED_Y1", on="2020-09-10")


def test_a_voided_enrolment_takes_all_payments_back_latest_first():
    wrong = enrolled()
    world = given(contract(), wrong, engaged_year(), YEAR_1, achieved("peers"))
    world.when(voided(wrong)).then(
        reversed_("OUTCOME_1", -167500, "2021-07-18"),
        reversed_("ENGAGED_Y1", -167500, "2020-07-31"),
        reversed_("SIGN_UP", -168000, "2019-10-01"),
    )


def test_a_child_whose_enrolment_is_voided_is_unknown():
    wrong = enrolled()
    world = given(contract(), wrong, voided(wrong))
    world = world.when(met()).then_refused("unknown_child", "/data/child")
    world = world.when(register("s-1")).then_refused("unknown_child", "/data/expected/0")
    world.when(verified("peers")).then_refused("unknown_child")


def test_a_child_enrolled_anew_is_paid_for_once_with_the_facts_there_are():
    wrong = enrolled(on="2019-10-01")
    world = given(contract(*OUTCOMES), wrong, achieved("peers"), voided(wrong))
    world.when(enrolled(on="2019-10-02")).then(released("OUTCOME_1", 167500, "2021-07-18"))


def test_a_voided_fact_is_not_voided_again():
    wrong = enrolled()
    given(contract(), wrong, voided(wrong)).when(voided(wrong)).then_refused("already_voided")


def test_whoever_recorded_a_fact_does_not_void_it():
    wrong = enrolled()
    given(contract(), wrong).when(voided(wrong, by=RECORDER)).then_refused("voider_is_recorder")


SUPERSEDED = [
    register("s-1"),
    order("tutoring"),
    card(name="card-2020", on="2020-09-01"),
    shares(phil=1),
    cap(10**9),
    planned(),
    completed(),
    baseline("peers"),
    fact("fee.paid", "2020-04-01", FINANCE, partner="chess", amount_minor=1),
]


@pytest.mark.parametrize("wrong", SUPERSEDED, ids=lambda spoken: spoken.content["type"])
def test_what_is_superseded_by_new_facts_is_not_voided(wrong):
    given(contract(), enrolled(), wrong).when(voided(wrong)).then_refused(
        "not_voidable", "/data/version"
    )


def _of_version(version, contract_named="lcf"):
    terms = {"version": version, "reason_code": "wrong_child", "contract": contract_named}
    return fact("fact.voided", "2021-10-01", "approver", **terms)


def test_a_version_that_the_ledger_has_not_reached_is_no_fact():
    given(contract()).when(_of_version(999)).then_refused("unknown_fact", "/data/version")


def test_a_decision_is_no_fact_and_is_not_voided():
    world = given(contract(), enrolled())
    version_of_the_payment = world.world.book.version
    world.when(_of_version(version_of_the_payment)).then_refused("unknown_fact")


def test_a_fact_of_another_contract_is_not_voided_here():
    sign_up, money, agreed = enrolled(), received(5000), granted(100)
    other = fact("contract.signed", "2019-08-01", FINANCE, **_other_contract())
    world = given(contract(), other, sign_up, money, agreed)
    for spoken in (sign_up, money, agreed):
        version = world.world.versions[spoken]
        world = world.when(_of_version(version, "other")).then_refused("unknown_fact")


def _other_contract():
    return signed().content["data"] | {"contract": "other"}


def test_a_voided_grant_is_taken_back_and_may_be_agreed_anew():
    agreed = granted(100000)
    world = given(contract(), agreed).when(voided(agreed))
    world = world.then(
        reversed_(
            "COVID",
            -100000,
            "2020-07-31",
            child="covid-1",
            split={"phil": -43990, "dcms": -26150, "la": -18780, "sch": -11080},
        )
    )
    world.when(granted(90000)).then(released("COVID", 90000, "2020-07-31", child="covid-1"))


def test_of_two_grants_only_the_voided_one_is_taken_back():
    first, second = granted(100), granted(200, "covid-2")
    given(contract(), first, second).when(voided(second)).then(
        reversed_("COVID", -200, "2020-07-31", child="covid-2")
    )


def test_a_voided_receipt_is_no_credit_any_more():
    money = received(5000)
    world = given(contract(), money).when(voided(money)).then_nothing()
    world.when(refunded(1)).then_refused("exceeds_unallocated", "/data/amount_minor")


def test_a_receipt_that_was_paid_back_is_still_relied_on():
    money = received(5000)
    given(contract(), money, refunded(1)).when(voided(money)).then_refused(
        "still_relied_on", "/data/version"
    )


def test_a_receipt_is_voided_when_other_credit_covers_the_refund():
    money = received(5000)
    given(contract(), money, received(1, "r-2"), refunded(1)).when(voided(money)).then_nothing()


def test_a_reference_of_a_voided_receipt_stays_taken():
    money = received(5000)
    given(contract(), money, voided(money)).when(received(5000)).then_refused("already_exists")


def test_a_receipt_is_voided_as_quickly_among_many_as_among_a_few():
    def takes(receipts):
        said = [received(1, f"r-{number}") for number in range(receipts)]
        world = given(contract(), said).world
        began = time.process_time()
        for spoken in said[:50]:
            world.hear(voided(spoken))
        return time.process_time() - began

    assert takes(30_000) < 10 * takes(100) + 0.02


def test_voiding_what_moved_no_money_moves_none():
    meeting = met()
    given(contract(), enrolled(), meeting).when(voided(meeting)).then_nothing()


def test_a_reversal_by_voiding_frees_headroom_but_pays_nobody():
    wrong, other = enrolled("child-7"), enrolled("child-8", on="2019-10-02")
    third = enrolled("child-9", on="2019-10-03")
    world = given(contract(), cap(200000), wrong, other).when(voided(wrong))
    world = world.then(reversed_("SIGN_UP", -168000))
    world.when(third).then(
        released(
            "SIGN_UP",
            168000,
            child="child-9",
            split={"phil": 73903, "dcms": 43932, "la": 31551, "sch": 18614},
        )
    )


def test_a_withdrawal_outlives_the_enrolment_until_it_is_voided_too():
    wrong, left = enrolled(on="2019-10-01"), withdrew(on="2020-01-15")
    world = given(contract(), wrong, left, voided(wrong))
    world = world.when(enrolled(on="2020-02-01")).then_nothing()
    world.when(voided(left)).then(released("SIGN_UP", 168000, "2020-02-01"))


def test_an_area_travelled_before_the_wrong_enrolment_was_voided_is_not_lost():
    wrong = enrolled()
    world = given(contract(*OUTCOMES), wrong, travelled("peers"), voided(wrong), enrolled())
    world.when(verified("peers")).then(released("OUTCOME_1"))
