"""Distance travelled: the mean progress over the at-risk areas, exactly (`domain.md` 4)."""

import pytest

from tests.ledger.facts import baseline, corrected, end_point, enrolled, measured, verified
from tests.ledger.saying import given, released, reversed_
from tests.ledger.terms import (
    AREAS,
    ATTENDANCE,
    EMOTIONS,
    MATHS,
    PEERS,
    card,
    contract,
    opened,
    unverified,
)

HALF_WAY = {
    "trigger": "HALF_WAY",
    "kind": "distance_travelled",
    "percent": 50,
    "price_minor": 120000,
}
ALL_THE_WAY = HALF_WAY | {"trigger": "ALL_THE_WAY", "percent": 100, "price_minor": 60000}
SEEN = verified("HALF_WAY")
YES, NO = True, False


def distance(*facts, areas=(PEERS, ATTENDANCE), lines=(HALF_WAY,)):
    """A child of a contract that pays by the distance travelled."""
    return given(contract(*lines, areas=areas), enrolled(), facts)


def score(area_name, start, end, on="2021-07-18"):
    """An area's baseline and end point."""
    return [baseline(area_name, start), end_point(area_name, end, on=on)]


@pytest.mark.parametrize(
    "peers, attendance, pays",
    [
        ((4, 2), (80, 80), True),  # 100% and 0%
        ((4, 3), (80, 85), True),  # 50% and 50%
        ((5, 4), (80, "86.666666666"), False),  # a third, and a hair less than two thirds
        ((5, 4), (80, "86.666666667"), True),
        ((4, 0), (80, 70), True),  # limited to 100%, and not below 0%
        ((4, 9), (80, 100), True),  # limited to 0% and 100%
        ((4, 4), (80, 89), False),
    ],
)
def test_the_mean_progress_reaches_the_lines_percentage_or_not(peers, attendance, pays):
    facts = [score("peers", *peers), score("attendance", *attendance)]
    answer = distance(facts).when(SEEN)
    answer.then(*([released("HALF_WAY", 120000, "2021-07-18")] if pays else []))


def test_it_is_paid_on_the_last_end_point_date():
    facts = [score("peers", 4, 2, "2021-07-20"), score("attendance", 80, 95, "2021-07-10")]
    distance(facts).when(SEEN).then(released("HALF_WAY", 120000, "2021-07-20"))


def test_it_waits_until_all_areas_have_an_end_point():
    world = distance(score("peers", 4, 2), baseline("attendance"), SEEN)
    world.when(end_point("attendance", 80)).then(released("HALF_WAY", on="2021-07-18"))


def test_an_area_that_was_not_at_risk_is_left_out():
    facts = [score("peers", 4, 2), score("attendance", 95, 60)]
    distance(facts).when(SEEN).then(released("HALF_WAY"))


def test_an_area_without_a_baseline_is_left_out():
    distance(score("peers", 4, 2), end_point("attendance", 10)).when(SEEN).then(
        released("HALF_WAY")
    )


def test_an_area_without_a_numeric_threshold_is_left_out():
    maths = [measured("maths", point, NO, "2021-07-18") for point in ("baseline", "end_point")]
    distance(maths, score("peers", 4, 2), areas=(PEERS, MATHS)).when(SEEN).then(
        released("HALF_WAY")
    )


def test_an_area_with_no_distance_is_left_out():
    """At risk by one test, and already beyond the threshold of the other."""
    entry = EMOTIONS | {"at_risk": {"above": 1}}
    facts = [score("emotions", 3, 9), score("peers", 4, 2)]
    distance(facts, areas=(PEERS, entry)).when(SEEN).then(released("HALF_WAY"))


def test_no_area_at_all_is_no_distance():
    distance(score("peers", 1, 1)).when(SEEN).then_nothing()
    distance(areas=()).when(SEEN).then_nothing()


@pytest.mark.parametrize(
    "test, start, half_way",
    [
        ({"at_least": 20}, 10, 15),
        ({"above": 20}, 10, 15),
        ({"at_most": 2}, 6, 4),
        ({"below": 2}, 6, 4),
        ({"gain_at_least": 10}, 10, 15),
        ({"fall_at_least": 4}, 6, 4),
    ],
)
def test_every_numeric_threshold_has_a_distance(test, start, half_way):
    entry = {"area": "score", "domain": "school", "achieved": test}
    short = half_way + (1 if half_way < start else -1)
    world = distance(score("score", start, short), areas=(entry,)).when(SEEN).then_nothing()
    world.when(end_point("score", half_way)).then(released("HALF_WAY"))


def test_a_baseline_that_is_no_number_has_no_distance():
    entry = {"area": "score", "domain": "school", "achieved": {"at_least": 20}}
    distance(score("score", NO, 20), score("peers", 4, 2), areas=(PEERS, entry)).when(SEEN).then(
        released("HALF_WAY")
    )


def test_an_end_point_that_is_no_number_is_no_progress():
    entry = {"area": "score", "domain": "school", "achieved": {"at_least": 20}}
    distance(score("score", 10, YES), areas=(entry,)).when(SEEN).then_nothing()


def test_each_line_has_its_own_percentage_and_verdict():
    lines = (HALF_WAY, ALL_THE_WAY)
    world = distance(score("peers", 4, 2), SEEN, lines=lines)
    world.when(verified("ALL_THE_WAY")).then(released("ALL_THE_WAY", 60000, "2021-07-18"))
    world = distance(score("peers", 4, 3), SEEN, lines=lines)
    world.when(verified("ALL_THE_WAY")).then_nothing()


def test_a_correction_below_the_line_takes_the_payment_back():
    distance(score("peers", 4, 3), SEEN).when(corrected("peers", 4)).then(
        reversed_("HALF_WAY", -120000, "2021-07-18")
    )


def test_it_is_not_verified_by_who_measured_an_area():
    by_verifier = [baseline("peers"), end_point("peers", by="verifier")]
    distance(score("attendance", 80, 95), by_verifier).when(SEEN).then_refused(
        "verifier_is_recorder"
    )


def test_a_score_that_the_verifier_records_later_closes_it():
    world = distance(score("peers", 4, 2), SEEN).when(end_point("peers", 1, by="verifier"))
    world = world.then(reversed_("HALF_WAY"))
    world.when(verified("HALF_WAY", by="second-verifier")).then(released("HALF_WAY"))


def test_a_line_may_need_no_verification():
    line = unverified(HALF_WAY)
    distance(baseline("peers"), lines=(line,)).when(end_point("peers")).then(
        released("HALF_WAY", 120000, "2021-07-18")
    )


def test_an_area_with_two_informants_travels_once():
    parent = PEERS | {"informant": "parent"}
    facts = [
        score("peers", 4, 3),
        baseline("peers", 4, informant="parent"),
        end_point("peers", 4, informant="parent"),
    ]
    distance(facts, areas=(PEERS, parent)).when(SEEN).then(released("HALF_WAY"))


def test_all_seven_kinds_of_area_meet_in_one_mean():
    facts = [score("peers", 4, 2), score("emotions", 5, 5), score("reading", 90, "97.5")]
    distance(facts, areas=AREAS).when(SEEN).then(released("HALF_WAY"))


def test_an_end_point_after_the_verification_is_seen_whatever_other_cards_call_the_trigger():
    """Another cohort's card has the name as an engagement line; this child's has a distance."""
    named_alike = {"trigger": "HALF_WAY", "kind": "engagement", "year": 1, "price_minor": 5000}
    other = [opened(cohort="c2020"), card(named_alike, name="other", cohorts=["c2020"])]
    world = distance(other, score("peers", 4, 2), baseline("attendance", 80), SEEN)
    world.when(end_point("attendance", 95)).then(released("HALF_WAY"))
