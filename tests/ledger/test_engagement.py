"""High engagement in a programme year: six formal interactions and 75% (`domain.md` 4, 10.7)."""

import pytest

from tests.ledger.facts import (
    engaged_year,
    enrolled,
    met,
    met_often,
    register,
    ruled,
    sessions,
    verified,
    voided,
    withdrew,
)
from tests.ledger.saying import given, lapsed, released, rests_anew, reversed_, withheld
from tests.ledger.terms import ENGAGED_Y1, ENGAGED_Y2, card, contract, order

YEAR_1 = verified("ENGAGED_Y1", on="2020-09-10")


def engaged(*facts, lines=(ENGAGED_Y1, ENGAGED_Y2)):
    """A child of an engagement contract, whose first year is told by these facts."""
    return given(contract(*lines), enrolled(), facts)


def test_a_year_is_paid_on_its_last_day_whenever_it_is_verified():
    engaged(engaged_year()).when(verified("ENGAGED_Y1", on="2020-09-10")).then(
        released(
            "ENGAGED_Y1",
            167500,
            "2020-07-31",
            split={"phil": 73683, "dcms": 43801, "la": 31457, "sch": 18559},
        )
    )


def test_each_programme_year_is_paid_by_itself():
    world = engaged(engaged_year(), engaged_year(2021)).when(YEAR_1).then(released("ENGAGED_Y1"))
    world.when(verified("ENGAGED_Y2")).then(released("ENGAGED_Y2", 167500, "2021-07-31"))


@pytest.mark.parametrize(
    "attended, expected, passes",
    [(12, 16, True), (11, 15, False), (3, 4, True), (1, 1, True), (0, 1, False), (11, 14, True)],
)
def test_the_75_percent_line_is_exact(attended, expected, passes):
    answer = engaged(met_often(), sessions(attended, expected)).when(YEAR_1)
    answer.then(*([released("ENGAGED_Y1")] if passes else []))


@pytest.mark.parametrize("formal, passes", [(6, True), (5, False), (0, False)])
def test_six_formal_interactions_are_enough_and_five_are_not(formal, passes):
    answer = engaged(met_often(formal), sessions(15, 16)).when(YEAR_1)
    answer.then(*([released("ENGAGED_Y1")] if passes else []))


def test_an_informal_interaction_counts_for_nothing():
    engaged(met_often(5), met(formal=False), sessions(16, 16)).when(YEAR_1).then_nothing()


def test_a_year_without_a_verification_waits():
    engaged(engaged_year()[:1]).when(register("s-1")).then_pays()


@pytest.mark.parametrize("by", ["partner", "school"])
def test_a_cancelled_session_leaves_the_denominator(by):
    """11 of 15 fails; once a missed session turns out to be cancelled, 11 of 14 passes."""
    year = [met_often(), sessions(11, 15)]
    cancelled = register("s2020-15", "2020-02-15", status=f"cancelled_by_{by}")
    engaged(year, YEAR_1).when(cancelled).then_pays(released("ENGAGED_Y1", 167500, "2020-07-31"))


def test_a_session_that_becomes_missed_takes_the_payment_back():
    year = [met_often(), sessions(12, 16)]
    resubmitted = register("s2020-12", "2020-02-12", attended=())
    engaged(year, YEAR_1).when(resubmitted).then_pays(
        reversed_("ENGAGED_Y1", -167500, "2020-07-31")
    )


def test_a_child_left_out_of_a_resubmitted_register_is_no_longer_expected():
    year = [met_often(), sessions(11, 15)]
    resubmitted = register("s2020-15", "2020-02-15", expected=())
    engaged(year, YEAR_1).when(resubmitted).then_pays(released("ENGAGED_Y1"))


def test_a_session_moved_out_of_the_year_no_longer_counts_in_it():
    year = [met_often(), sessions(11, 15)]
    elsewhere = register("s2020-15", "2020-09-15", attended=())
    engaged(year, YEAR_1).when(elsewhere).then_pays(released("ENGAGED_Y1"))


def test_what_happened_before_the_sign_up_does_not_count():
    before = [met(on="2019-09-30"), *met_often(5)]
    engaged(before, sessions(1, 1)).when(YEAR_1).then_nothing()


def test_the_day_of_the_sign_up_and_the_last_day_of_the_year_both_count():
    edges = [met(on="2019-10-01"), met(on="2020-07-31"), *met_often(4), register("s", "2020-07-31")]
    engaged(edges).when(YEAR_1).then(released("ENGAGED_Y1"))


def test_a_session_before_the_sign_up_is_not_missed():
    year = [met_often(), register("early", "2019-09-15", attended=()), sessions(1, 1)]
    engaged(year).when(YEAR_1).then(released("ENGAGED_Y1"))


def test_another_years_facts_do_not_count():
    engaged(met_often(6, year=2021), sessions(1, 1)).when(YEAR_1).then_nothing()


def test_no_expected_session_at_all_needs_a_person():
    world = engaged(met_often()).when(YEAR_1)
    world = world.then(withheld("ENGAGED_Y1", "manual_decision", 167500, "2020-07-31"))
    world.when(ruled("ENGAGED_Y1")).then(released("ENGAGED_Y1", 167500, "2020-07-31"))


def test_only_cancelled_sessions_are_no_expected_session():
    cancelled = register("s-1", status="cancelled_by_school")
    engaged(met_often(), cancelled).when(YEAR_1).then(withheld("ENGAGED_Y1", "manual_decision"))


def test_no_session_and_too_few_interactions_is_no_case_for_a_person():
    engaged(met_often(5)).when(YEAR_1).then_nothing()


def test_a_withheld_year_is_let_go_when_a_missed_session_turns_up():
    engaged(met_often(), YEAR_1).when(register("s-1", attended=())).then_pays(
        lapsed("ENGAGED_Y1", 167500, "2020-07-31")
    )


def test_a_withheld_year_is_paid_when_an_attended_session_turns_up():
    engaged(met_often(), YEAR_1).when(register("s-1")).then_pays(released("ENGAGED_Y1"))


def test_a_late_interaction_completes_a_verified_year():
    sixth = met(on="2020-07-01")
    engaged(met_often(5), sessions(1, 1), YEAR_1).when(sixth).then(
        released("ENGAGED_Y1", 167500, "2020-07-31")
    )


def test_a_seventh_interaction_changes_the_evidence_and_moves_no_money():
    world = engaged(met_often(6), sessions(1, 1), YEAR_1)
    world.when(met(on="2020-07-01")).then(rests_anew("ENGAGED_Y1", "2020-07-31"))


def test_a_voided_interaction_is_as_if_it_had_never_been():
    sixth = met(on="2020-07-01")
    world = engaged(met_often(5), sixth, sessions(1, 1), YEAR_1)
    world.when(voided(sixth)).then(reversed_("ENGAGED_Y1", -167500, "2020-07-31"))


def test_a_child_that_signed_up_after_the_year_has_no_such_year():
    late = enrolled(on="2020-09-01")
    given(contract(), late, engaged_year()).when(YEAR_1).then_nothing()


def test_a_year_that_is_cut_short_by_a_withdrawal_is_not_paid():
    engaged(engaged_year(), withdrew(on="2020-07-30")).when(YEAR_1).then_nothing()


def test_a_withdrawal_on_the_last_day_leaves_the_year_whole():
    engaged(engaged_year(), withdrew(on="2020-07-31")).when(YEAR_1).then(released("ENGAGED_Y1"))


def test_a_card_says_what_high_engagement_is():
    terms = card(ENGAGED_Y1, engagement={"min_interactions": 2, "min_attendance_percent": 50})
    facts = [*contract()[:3], terms, *contract()[4:]]
    given(facts, enrolled(), met_often(2), sessions(1, 2)).when(YEAR_1).then(released("ENGAGED_Y1"))


def test_a_later_card_without_engagement_means_six_and_75_again():
    easy = card(
        ENGAGED_Y1, on="2019-09-01", engagement={"min_interactions": 1, "min_attendance_percent": 1}
    )
    later = card(ENGAGED_Y1, name="card-2020", on="2020-01-01")
    facts = [*contract()[:3], easy, later, *contract()[4:]]
    given(facts, enrolled(), met_often(2), sessions(1, 2)).when(YEAR_1).then_nothing()


def test_sessions_of_every_order_count_together():
    year = [met_often(), sessions(3, 3), register("a", order="tutoring", attended=())]
    given(contract(), order("tutoring", partner="tutors"), enrolled(), year).when(YEAR_1).then(
        released("ENGAGED_Y1")
    )


def test_other_children_in_the_room_change_nothing():
    other = enrolled("child-8")
    both = ("child-7", "child-8")
    year = [met_often(), register("s-1", expected=both, attended=("child-8",))]
    given(contract(ENGAGED_Y1), enrolled(), other, year).when(YEAR_1).then_nothing()
