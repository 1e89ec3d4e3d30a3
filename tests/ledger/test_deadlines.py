"""Long-stop days: what is received late can only reduce what is due (`domain.md` 4, Deadlines)."""

import pytest

from tests.ledger.facts import (
    achieved,
    baseline,
    corrected,
    end_point,
    engaged_year,
    enrolled,
    met,
    met_often,
    register,
    ruled,
    sessions,
    travelled,
    verified,
)
from tests.ledger.saying import given, lapsed, released, rests_anew, reversed_, withheld
from tests.ledger.terms import ENGAGED_Y1, OUTCOMES, PEERS, contract

STOP = "2021-12-31"
IN_TIME, LATE = STOP, "2022-01-01"
YEAR_1 = verified("ENGAGED_Y1", on="2022-02-10")
HALF_WAY = {
    "trigger": "HALF_WAY",
    "kind": "distance_travelled",
    "percent": 50,
    "price_minor": 120000,
}


def stopped(*facts, lines=(ENGAGED_Y1, *OUTCOMES, HALF_WAY), **terms):
    """A child of a cohort with a long-stop day, whose evidence is received on it by default."""
    return given(contract(*lines, long_stop_on=STOP, **terms), enrolled(), facts)


def in_time(times=6, attended=12, expected=16):
    """A year's evidence, received on the last possible day."""
    return [met_often(times, received=IN_TIME), sessions(attended, expected, received=IN_TIME)]


def test_what_is_received_on_the_long_stop_day_is_in_time():
    stopped(in_time()).when(YEAR_1).then(released("ENGAGED_Y1", 167500, "2020-07-31"))


def test_the_day_of_receipt_decides_not_the_day_of_the_fact():
    """An undated receipt is received today, long after the deadline."""
    stopped(engaged_year()).when(YEAR_1).then(withheld("ENGAGED_Y1", "time_barred"))


def test_a_year_that_passes_only_with_a_late_interaction_is_late():
    sixth = met(on="2020-06-01", received=LATE)
    stopped(in_time(5), sixth).when(YEAR_1).then(
        withheld("ENGAGED_Y1", "time_barred", 167500, "2020-07-31")
    )


def test_a_year_that_passes_only_with_a_late_register_is_late():
    late = register("extra", "2020-06-01", received=LATE)
    stopped(in_time(6, 2, 3), late).when(YEAR_1).then(withheld("ENGAGED_Y1", "time_barred"))


def test_a_late_cancellation_of_a_missed_session_is_late_too():
    cancelled = register("s2020-15", "2020-02-15", status="cancelled_by_partner", received=LATE)
    stopped(in_time(6, 11, 15), YEAR_1).when(cancelled).then_pays(
        withheld("ENGAGED_Y1", "time_barred")
    )


def test_a_late_register_can_reduce_what_is_due():
    missed = register("s2020-12", "2020-02-12", attended=(), received=LATE)
    stopped(in_time(), YEAR_1).when(missed).then_pays(reversed_("ENGAGED_Y1", -167500))


def test_late_facts_that_a_year_does_not_need_change_the_evidence_alone():
    stopped(in_time(), YEAR_1).when(met(on="2020-06-01", received=LATE)).then(
        rests_anew("ENGAGED_Y1")
    )


def test_enrolments_and_verifications_are_not_barred():
    late = enrolled(received=LATE)
    terms = contract(long_stop_on=STOP)
    given(terms).when(late).then(released("SIGN_UP"))
    given(terms, late, in_time()).when(YEAR_1).then(released("ENGAGED_Y1"))


@pytest.mark.parametrize("which", ["baseline", "end_point"])
def test_an_area_that_passes_only_with_a_late_measurement_is_late(which):
    start = baseline("peers", received=LATE if which == "baseline" else IN_TIME)
    end = end_point("peers", received=LATE if which == "end_point" else IN_TIME)
    stopped(start, end).when(verified("peers", on="2022-02-10")).then(
        withheld("OUTCOME_1", "time_barred", 167500, "2021-07-18")
    )


def test_a_late_correction_cannot_add_an_outcome():
    start, end = baseline("peers", received=IN_TIME), end_point("peers", 4, received=IN_TIME)
    world = stopped(start, end, verified("peers", on="2022-02-10"))
    world.when(corrected("peers", 2, received=LATE)).then(withheld("OUTCOME_1", "time_barred"))


def test_a_late_correction_can_take_an_outcome_away_and_a_later_one_give_it_back():
    """It passes with all facts and with those received in time alone: so it counts."""
    start, end = baseline("peers", received=IN_TIME), end_point("peers", received=IN_TIME)
    world = stopped(start, end, verified("peers", on="2022-02-10"))
    world = world.when(corrected("peers", 4, received=LATE)).then(reversed_("OUTCOME_1"))
    world.when(corrected("peers", 1, received=LATE)).then(released("OUTCOME_1"))


def test_areas_in_time_take_the_ranks_before_late_ones():
    late = [baseline("peers", received=IN_TIME), end_point("peers", received=LATE, on="2021-07-01")]
    timely = [baseline("emotions", received=IN_TIME), end_point("emotions", received=IN_TIME)]
    world = stopped(late, timely, verified("peers")).when(verified("emotions"))
    world = world.then(
        withheld("OUTCOME_2", "time_barred", 167500, "2021-07-01"),
        released("OUTCOME_1", 167500, "2021-07-18"),
    )
    assert world.world.standing() == {"OUTCOME_1": 167500}


def test_a_late_area_released_by_hand_makes_room_for_one_in_time():
    """Three count, two of them in time: the second rank rests on those, the third is late."""
    facts = {
        area: [baseline(area, received=IN_TIME), end_point(area, on=on, received=received)]
        for area, on, received in (
            ("peers", "2021-07-01", IN_TIME),
            ("emotions", "2021-07-02", LATE),
            ("attendance", "2021-07-03", IN_TIME),
        )
    }
    late = [*facts["emotions"], verified("emotions")]
    timely = [*facts["attendance"], verified("attendance")]
    world = stopped(facts["peers"], verified("peers"), late, ruled("OUTCOME_2"), timely[:-1])
    world.when(timely[-1]).then(
        rests_anew("OUTCOME_2", "2021-07-02", evidence=tuple(timely)),
        withheld("OUTCOME_3", "time_barred", 83750, "2021-07-02", evidence=tuple(late)),
    )


@pytest.mark.parametrize("received, decided", [(IN_TIME, "released"), (LATE, "withheld")])
def test_a_distance_is_late_when_it_is_travelled_only_with_late_measurements(received, decided):
    facts = [baseline("peers", received=IN_TIME), end_point("peers", received=received)]
    answer = stopped(facts, areas=(PEERS,)).when(verified("HALF_WAY"))
    answer.then(
        released("HALF_WAY") if decided == "released" else withheld("HALF_WAY", "time_barred")
    )


def test_a_distance_that_reaches_the_line_only_by_a_late_correction_is_late():
    facts = [baseline("peers", received=IN_TIME), end_point("peers", 4, received=IN_TIME)]
    world = stopped(facts, verified("HALF_WAY"), areas=(PEERS,))
    world.when(corrected("peers", 3, received=LATE)).then(
        withheld("HALF_WAY", "time_barred", 120000, "2021-07-18")
    )


def test_what_is_late_is_let_go_when_it_is_no_longer_earned():
    world = stopped(achieved("peers")).when(corrected("peers", 4))
    world.then(lapsed("OUTCOME_1", 167500, "2021-07-18"))


def test_an_approver_may_release_what_is_late():
    stopped(achieved("peers")).when(ruled("OUTCOME_1", on="2022-03-01")).then(
        released("OUTCOME_1", 167500, "2021-07-18")
    )


def test_without_a_long_stop_day_nothing_is_late():
    given(contract(*OUTCOMES), enrolled(), travelled("peers")).when(
        verified("peers", on="2024-11-30")
    ).then(released("OUTCOME_1"))


def test_a_late_register_never_takes_a_manual_decision_back():
    """In time alone the year had no session, and a person decided; the late one only confirms."""
    released_by_hand = [met_often(received=IN_TIME), YEAR_1, ruled("ENGAGED_Y1", on="2022-03-01")]
    late = register("session-1", expected=["child-7"], attended=["child-7"], received=LATE)
    stopped(released_by_hand).when(late).then_pays(rests_anew("ENGAGED_Y1"))
