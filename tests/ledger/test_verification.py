"""Verification by somebody else: it opens and closes, before or after its evidence."""

import pytest

from tests.ledger.facts import (
    achieved,
    baseline,
    corrected,
    end_point,
    engaged_year,
    enrolled,
    measured,
    met,
    met_often,
    register,
    rejected,
    travelled,
    verified,
    voided,
)
from tests.ledger.saying import given, released, rests_anew, reversed_
from tests.ledger.spoken import RECORDER
from tests.ledger.terms import (
    ATTENDANCE,
    ENGAGED_Y1,
    OUTCOME_1,
    OUTCOMES,
    SIGN_UP,
    card,
    contract,
    opened,
    unverified,
)

YEAR_1 = verified("ENGAGED_Y1", on="2020-09-10")


def outcomes(*facts, lines=OUTCOMES):
    """A child of a contract that pays outcomes by count."""
    return given(contract(*lines), enrolled(), facts)


def test_an_outcome_is_paid_when_it_is_verified():
    outcomes(travelled("peers")).when(verified("peers")).then(
        released("OUTCOME_1", 167500, "2021-07-18")
    )


def test_a_verification_may_come_before_its_evidence():
    world = outcomes(baseline("peers")).when(verified("peers")).then_nothing()
    world.when(end_point("peers")).then(released("OUTCOME_1", 167500, "2021-07-18"))


def test_a_year_may_be_verified_before_its_evidence_is_recorded():
    interactions, registers = engaged_year()
    world = given(contract(ENGAGED_Y1), enrolled()).when(YEAR_1).then_nothing()
    world = world.given(interactions, registers[:-1])
    world.when(registers[-1]).then_pays(rests_anew("ENGAGED_Y1"))
    world = given(contract(ENGAGED_Y1), enrolled(), YEAR_1, registers, interactions[:-1])
    world.when(interactions[-1]).then(released("ENGAGED_Y1", 167500, "2020-07-31"))


def test_a_rejection_takes_the_payment_back():
    outcomes(achieved("peers")).when(rejected("peers")).then(
        reversed_("OUTCOME_1", -167500, "2021-07-18")
    )


def test_the_latest_verdict_by_version_counts_whatever_its_date():
    world = outcomes(travelled("peers"), rejected("peers", on="2021-10-10"))
    world.when(verified("peers", on="2021-09-01")).then(released("OUTCOME_1"))


def test_a_flag_moves_no_money_either_way():
    flag = verified("peers", verdict="flagged")
    outcomes(travelled("peers")).when(flag).then_nothing()
    outcomes(achieved("peers")).when(flag).then_nothing()


def test_a_flag_does_not_hide_the_verdict_before_it():
    flag = verified("peers", verdict="flagged")
    outcomes(baseline("peers"), verified("peers"), flag).when(end_point("peers")).then(
        released("OUTCOME_1")
    )


def test_a_verification_stands_through_corrections():
    world = outcomes(achieved("peers")).when(corrected("peers", 4))
    world = world.then(reversed_("OUTCOME_1", -167500, "2021-07-18"))
    world.when(corrected("peers", 1)).then(released("OUTCOME_1", 167500, "2021-07-18"))


def test_a_correction_that_changes_no_result_changes_the_evidence():
    start, end, seen = baseline("peers"), end_point("peers"), verified("peers")
    anew = corrected("peers", 1)
    outcomes(start, end, seen).when(anew).then(
        rests_anew("OUTCOME_1", "2021-07-18", evidence=(start, anew, seen))
    )


@pytest.mark.parametrize("point", ["baseline", "end_point"])
def test_an_area_is_not_verified_by_who_measured_it(point):
    start = baseline("peers", by="verifier" if point == "baseline" else RECORDER)
    end = end_point("peers", by="verifier" if point == "end_point" else RECORDER)
    outcomes(start, end).when(verified("peers")).then_refused("verifier_is_recorder")


def test_who_rejects_is_not_who_measured_either():
    outcomes(travelled("peers")).when(rejected("peers", by=RECORDER)).then_refused(
        "verifier_is_recorder"
    )


def test_who_recorded_a_follow_up_may_verify_the_end_point():
    after = measured("peers", "follow_up", 2, "2022-07-18", by="verifier")
    outcomes(travelled("peers"), after).when(verified("peers")).then(released("OUTCOME_1"))


def test_a_year_is_not_verified_by_who_met_the_child():
    facts = [engaged_year(), met(on="2020-07-01", by="verifier")]
    given(contract(), enrolled(), facts).when(YEAR_1).then_refused("verifier_is_recorder")


def test_a_year_is_not_verified_by_who_kept_a_register_that_counts():
    facts = [engaged_year(), register("extra", "2020-07-01", by="verifier")]
    given(contract(), enrolled(), facts).when(YEAR_1).then_refused("verifier_is_recorder")


def test_who_took_a_session_out_of_the_year_cannot_verify_it():
    """Decision 0014: a cancelled register is no evidence, and still decides the fraction."""
    extra = register("extra", "2020-07-01", by="verifier", status="cancelled_by_school")
    world = given(contract(ENGAGED_Y1), enrolled(), engaged_year(), extra)
    world.when(YEAR_1).then_refused("verifier_is_recorder")
    world.when(verified("ENGAGED_Y1", by="somebody-else")).then(released("ENGAGED_Y1"))


@pytest.mark.parametrize("without", [{"status": "cancelled_by_partner"}, {"expected": ()}])
def test_a_verifier_opens_no_year_by_taking_a_missed_session_out(without):
    missed = [met_often(), register("s-1"), register("s-2", attended=()), YEAR_1]
    gone = register("s-2", by="verifier", **without)
    world = given(contract(ENGAGED_Y1), enrolled(), missed).when(gone).then_pays()
    world.when(verified("ENGAGED_Y1", by="somebody-else")).then(released("ENGAGED_Y1"))


def test_an_informal_interaction_is_no_evidence_either():
    extra = met(on="2020-07-01", by="verifier", formal=False)
    given(contract(ENGAGED_Y1), enrolled(), engaged_year(), extra).when(YEAR_1).then(
        released("ENGAGED_Y1")
    )


def test_evidence_that_the_verifier_records_later_closes_the_trigger():
    world = given(contract(ENGAGED_Y1), enrolled(), engaged_year(), YEAR_1)
    world = world.when(met(on="2020-07-01", by="verifier")).then(
        reversed_("ENGAGED_Y1", -167500, "2020-07-31")
    )
    world.when(verified("ENGAGED_Y1", by="second-verifier")).then(
        released("ENGAGED_Y1", 167500, "2020-07-31")
    )


def test_a_score_that_the_verifier_records_later_closes_the_area():
    world = outcomes(achieved("peers")).when(end_point("peers", 1, by="verifier"))
    world = world.then(reversed_("OUTCOME_1"))
    world.when(verified("peers", by="second-verifier")).then(released("OUTCOME_1"))


@pytest.mark.parametrize(
    "day, answer", [("2020-07-30", "refused"), ("2020-07-31", "paid"), ("2020-08-01", "paid")]
)
def test_a_year_is_verified_on_its_last_day_or_after(day, answer):
    tried = given(contract(ENGAGED_Y1), enrolled(), engaged_year()).when(
        verified("ENGAGED_Y1", on=day)
    )
    if answer == "refused":
        tried.then_refused("year_not_over", "/effective_on")
    else:
        tried.then(released("ENGAGED_Y1", on="2020-07-31"))


def test_a_verdict_on_an_area_may_be_dated_before_its_end_point():
    outcomes(travelled("peers")).when(verified("peers", on="2021-07-01")).then(
        released("OUTCOME_1", on="2021-07-18")
    )


@pytest.mark.parametrize("about", ["OUTCOME_1", "SIGN_UP", "COVID", "NO_SUCH_LINE", "no_such_area"])
def test_a_verdict_that_no_line_can_use_is_refused(about):
    given(contract(), enrolled()).when(verified(about)).then_refused("nothing_to_verify")


def test_an_area_of_a_card_without_outcome_lines_is_nothing_to_verify():
    given(contract(SIGN_UP), enrolled()).when(verified("peers")).then_refused(
        "nothing_to_verify", "/data/area"
    )


def test_a_line_that_needs_no_verdict_is_nothing_to_verify():
    lines = [unverified(OUTCOME_1)]
    given(contract(*lines), enrolled()).when(verified("peers")).then_refused("nothing_to_verify")


def test_without_a_card_a_verdict_waits():
    terms = contract()
    world = given(terms[:3], terms[4:], enrolled(), travelled("peers"))
    world.when(verified("peers")).then_nothing().when(card(*OUTCOMES)).then(
        released("OUTCOME_1", 167500, "2021-07-18")
    )


def test_a_year_that_was_verified_too_early_without_a_card_is_not_opened_by_it():
    terms = contract()
    early = verified("ENGAGED_Y1", on="2020-07-30")
    world = given(terms[:3], terms[4:], enrolled(), engaged_year(), early)
    world = world.when(card(ENGAGED_Y1)).then_nothing()
    world.when(verified("ENGAGED_Y1", on="2020-07-31")).then(released("ENGAGED_Y1"))


def test_a_card_of_another_cohort_gives_nothing_to_verify_and_does_not_count_as_a_card():
    terms = contract()
    other = card(*OUTCOMES, cohorts=["c2020"])
    world = given(terms[:3], opened("c2020"), other, terms[4:], enrolled())
    world.when(verified("no_such_area")).then_nothing()


def test_a_voided_verdict_is_as_if_it_had_never_been():
    seen = verified("peers")
    world = outcomes(travelled("peers"), seen).when(voided(seen))
    world = world.then(reversed_("OUTCOME_1", -167500, "2021-07-18"))
    world.when(verified("peers")).then(released("OUTCOME_1"))


def test_voiding_the_latest_verdict_brings_the_one_before_it_back():
    closing = rejected("peers")
    outcomes(achieved("peers"), closing).when(voided(closing)).then(released("OUTCOME_1"))


def test_a_line_without_verification_is_paid_by_its_measurement():
    line = unverified(OUTCOME_1)
    given(contract(line, areas=[ATTENDANCE]), enrolled(), baseline("attendance")).when(
        end_point("attendance")
    ).then(released("OUTCOME_1", 167500, "2021-07-18"))
