"""Sign-ups: enrolled with consent, once (`domain.md` 3 and 4)."""

from tests.ledger.facts import enrolled, moved, planned, rejected, verified, voided, withdrew
from tests.ledger.saying import given, released, reversed_
from tests.ledger.terms import SIGN_UP, contract, opened, shares, signed

DOMAIN_SPLIT = {"phil": 73903, "dcms": 43932, "la": 31551, "sch": 18614}


def test_a_child_that_enrols_with_consent_is_paid_for_on_that_day():
    sign_up = enrolled(on="2019-10-01")
    given(contract()).when(sign_up).then(
        released(
            "SIGN_UP",
            168000,
            "2019-10-01",
            split=DOMAIN_SPLIT,
            evidence=(sign_up,),
            card="card-2019",
        )
    )


def test_consent_on_the_day_of_the_sign_up_is_in_time():
    given(contract()).when(enrolled(consent_given_on="2019-10-01")).then(released("SIGN_UP"))


def test_consent_later_than_the_sign_up_is_no_consent():
    given(contract()).when(enrolled(consent_given_on="2019-10-02")).then_refused(
        "no_consent", "/data/consent_given_on"
    )


def test_a_child_enrols_once_per_contract():
    given(contract(), enrolled()).when(enrolled(on="2020-01-10")).then_refused("already_enrolled")


def test_a_child_that_has_left_is_still_enrolled_once():
    given(contract(), enrolled(), withdrew()).when(enrolled(on="2021-02-01")).then_refused(
        "already_enrolled"
    )


def test_a_child_enrols_into_an_opened_cohort():
    given(contract()).when(enrolled(cohort="c2031")).then_refused("unknown_cohort", "/data/cohort")


def test_a_sign_up_line_may_ask_for_a_verification():
    seen = verified("SIGN_UP", on="2019-10-02")
    sign_up = enrolled()
    given(contract(SIGN_UP | {"verify": True}), sign_up).when(seen).then(
        released("SIGN_UP", 168000, "2019-10-01", evidence=(sign_up, seen))
    ).when(rejected("SIGN_UP")).then(reversed_("SIGN_UP", -168000, "2019-10-01"))


def test_a_sign_up_is_not_verified_by_its_recorder():
    given(contract(SIGN_UP | {"verify": True}), enrolled(by="verifier")).when(
        verified("SIGN_UP", on="2019-10-02")
    ).then_refused("verifier_is_recorder")


def test_a_plan_and_a_move_pay_nothing():
    world = given(contract(), enrolled()).when(planned()).then_nothing()
    world.when(moved()).then_nothing()


def test_a_voided_enrolment_takes_every_payment_back_to_the_penny():
    wrong = enrolled()
    given(contract(), wrong).when(voided(wrong)).then(
        reversed_(
            "SIGN_UP",
            -168000,
            "2019-10-01",
            split={"phil": -73903, "dcms": -43932, "la": -31551, "sch": -18614},
        )
    )


def test_a_child_may_be_enrolled_anew_after_its_enrolment_was_voided():
    wrong = enrolled()
    given(contract(), wrong, voided(wrong)).when(enrolled(on="2019-11-01")).then(
        released("SIGN_UP", 168000, "2019-11-01")
    )


def test_a_sign_up_before_there_are_shares_waits_for_them():
    waiting = contract()[:4]
    given(waiting, enrolled()).when(shares(phil=1, dcms=1)).then(
        released("SIGN_UP", 168000, "2019-10-01", split={"phil": 84000, "dcms": 84000})
    )


def test_a_sign_up_is_within_the_contract():
    world = given(contract()).when(enrolled(on="2019-08-31")).then_refused("outside_contract")
    world = world.when(enrolled(on="2024-10-01")).then_refused("outside_contract", "/effective_on")
    world.when(enrolled(on="2024-09-30")).then(released("SIGN_UP", on="2024-09-30"))


def test_no_child_enrols_without_a_contract():
    given().when(enrolled()).then_refused("unknown_contract", "/data/contract")
    given(signed(), opened()).when(enrolled()).then_nothing()
