"""Withdrawal and completion: nothing is effective after a child has left (`domain.md` 4, 10.2)."""

from tests.ledger.facts import (
    achieved,
    completed,
    end_point,
    engaged_year,
    enrolled,
    met,
    moved,
    register,
    travelled,
    verified,
    voided,
    withdrew,
)
from tests.ledger.saying import given, released, reversed_
from tests.ledger.terms import OUTCOMES, PARTS, contract, order, shares

YEAR_1 = verified("ENGAGED_Y1", on="2020-09-10")


def test_what_was_earned_before_the_withdrawal_stays():
    """10.2: released stays 3,355.00, and the second year is never released."""
    world = given(contract(), enrolled(), engaged_year(), YEAR_1)
    answer = world.when(withdrew(on="2021-01-15"))
    answer.then_nothing()
    answer.then_stands(SIGN_UP=168000, ENGAGED_Y1=167500)
    world.given(engaged_year(2021)).when(verified("ENGAGED_Y2")).then_nothing()


def test_what_was_earned_before_is_still_paid_when_its_proof_comes_later():
    world = given(contract(), enrolled(), engaged_year(), withdrew(on="2020-09-01"))
    world.when(YEAR_1).then(released("ENGAGED_Y1", 167500, "2020-07-31"))


def test_payments_effective_after_the_withdrawal_are_reversed_though_released_before():
    given(contract(*OUTCOMES), enrolled(), achieved("peers", "2021-07-18")).when(
        withdrew(on="2021-07-17")
    ).then(reversed_("OUTCOME_1", -167500, "2021-07-18"))


def test_a_payment_effective_on_the_day_of_the_withdrawal_stays():
    given(contract(*OUTCOMES), enrolled(), achieved("peers", "2021-07-18")).when(
        withdrew(on="2021-07-18")
    ).then_nothing()


def test_a_child_may_withdraw_on_the_day_of_its_sign_up():
    given(contract(), enrolled(on="2019-10-01")).when(withdrew(on="2019-10-01")).then_nothing()


def test_nobody_leaves_before_the_sign_up():
    world = given(contract(), enrolled(on="2019-10-01"))
    world = world.when(withdrew(on="2019-09-30")).then_refused("before_enrolment")
    world.when(completed(on="2019-09-30")).then_refused("before_enrolment", "/effective_on")


def test_an_outcome_after_the_withdrawal_does_not_count_towards_a_rank():
    early, late = achieved("peers", "2021-07-10"), achieved("emotions", "2021-07-20")
    answer = given(contract(*OUTCOMES), enrolled(), early, late).when(withdrew(on="2021-07-15"))
    answer.then(reversed_("OUTCOME_2", -167500, "2021-07-20"))


def test_a_rank_dated_after_the_withdrawal_is_paid_anew_on_the_date_that_counts():
    """The first rank rested on 20 July; what is left of it is the area of 10 July."""
    late, early = travelled("peers", "2021-07-20"), travelled("emotions", "2021-07-10")
    facts = [late, early, verified("peers"), verified("emotions")]
    given(contract(*OUTCOMES), enrolled(), facts).when(withdrew(on="2021-07-15")).then(
        reversed_("OUTCOME_2", -167500, "2021-07-20"),
        reversed_("OUTCOME_1", -167500, "2021-07-20"),
        released("OUTCOME_1", 167500, "2021-07-10"),
    )


def test_facts_about_a_child_who_has_left_are_stored_whatever_their_date():
    world = given(contract(), enrolled(), withdrew(on="2020-01-15"))
    world = world.when(met(on="2020-03-01")).then_nothing()
    world = world.when(register("s-1", "2020-03-01")).then_pays()
    world = world.when(end_point("peers", on="2021-07-18")).then_nothing()
    world = world.when(verified("peers")).then_nothing()
    world.when(moved(on="2020-06-01")).then_nothing()


def test_a_child_withdraws_once():
    given(contract(), enrolled(), withdrew()).when(withdrew(on="2021-02-01")).then_refused(
        "already_withdrawn"
    )


def test_who_has_withdrawn_does_not_complete():
    given(contract(), enrolled(), withdrew()).when(completed()).then_refused("already_withdrawn")


def test_a_child_completes_once():
    given(contract(), enrolled(), completed()).when(completed()).then_refused("already_completed")


def test_who_has_completed_may_still_withdraw():
    given(contract(), enrolled(), completed(on="2021-07-01")).when(
        withdrew(on="2021-07-10")
    ).then_nothing()


def test_completion_stops_nothing():
    world = given(contract(*OUTCOMES), enrolled(), completed(on="2021-07-01"))
    world.given(travelled("peers", "2021-07-18")).when(verified("peers")).then(
        released("OUTCOME_1", on="2021-07-18")
    )


def test_a_voided_withdrawal_brings_back_what_it_took():
    left = withdrew(on="2021-07-17")
    given(contract(*OUTCOMES), enrolled(), achieved("peers"), left).when(voided(left)).then(
        released("OUTCOME_1", 167500, "2021-07-18")
    )


def test_a_child_may_withdraw_again_after_its_withdrawal_was_voided():
    left = withdrew()
    given(contract(), enrolled(), left, voided(left)).when(withdrew()).then_nothing()


def test_nothing_is_effective_after_the_contracts_last_day():
    ended = travelled("peers", "2024-10-01")
    given(contract(*OUTCOMES), enrolled(), ended).when(
        verified("peers", on="2024-11-01")
    ).then_nothing()


def test_the_contracts_last_day_is_within_it():
    last_day = travelled("peers", "2024-09-30")
    given(contract(*OUTCOMES), enrolled(), last_day).when(verified("peers", on="2024-11-01")).then(
        released("OUTCOME_1", on="2024-09-30")
    )


def test_a_programme_year_that_ends_after_the_contract_is_not_paid():
    years = [{"from": "2019-09-01", "to": "2020-07-31"}, {"from": "2023-09-01", "to": "2024-10-31"}]
    facts = [enrolled(), engaged_year(2024)]
    given(contract(years=years), facts).when(verified("ENGAGED_Y2", on="2024-11-01")).then_nothing()


def test_withdrawal_after_the_contracts_end_extends_nothing():
    world = given(contract(*OUTCOMES), enrolled(), travelled("peers", "2024-10-01"))
    world.given(withdrew(on="2024-11-01")).when(verified("peers", on="2024-11-05")).then_nothing()


def test_terms_that_arrive_later_pay_only_what_came_before_the_withdrawal():
    waiting = contract()[:4]
    world = given(waiting, order(), enrolled(), achieved("peers"), withdrew(on="2021-07-17"))
    world.when(shares(**PARTS)).then(released("SIGN_UP", 168000, "2019-10-01"))


def test_a_child_that_is_enrolled_anew_completes_anew():
    wrong = enrolled()
    world = given(contract(), wrong, completed(), voided(wrong), enrolled())
    world.when(completed()).then_nothing()
