"""Outcomes by area: at risk at baseline, achieved at the end, informants (`domain.md` 3)."""

import pytest

from tests.ledger.facts import (
    achieved,
    baseline,
    corrected,
    end_point,
    enrolled,
    measured,
    travelled,
    verified,
)
from tests.ledger.saying import given, released, rests_anew, reversed_
from tests.ledger.terms import PEERS, contract


def line(area):
    """A line that prices one area by itself."""
    return {
        "trigger": f"{area.upper()}_DONE",
        "kind": "outcome_area",
        "area": area,
        "price_minor": 50000,
    }


def priced_area(entry, *facts):
    """A child of a contract that prices one area."""
    entries = entry if isinstance(entry, list) else [entry]
    return given(contract(line(entries[0]["area"]), areas=entries), enrolled(), facts)


def area(achieved_when, at_risk=None):
    """An entry of the area `score`."""
    risk = {} if at_risk is None else {"at_risk": at_risk}
    return {"area": "score", "domain": "school", "achieved": achieved_when} | risk


def test_an_area_is_paid_on_its_end_point_date_when_it_is_verified():
    start, end, seen = baseline("peers"), end_point("peers"), verified("peers")
    priced_area(PEERS, start, end).when(seen).then(
        released("PEERS_DONE", 50000, "2021-07-18", evidence=(start, end, seen))
    )


def test_each_area_is_paid_by_itself():
    lines = [line("peers"), line("attendance")]
    given(contract(*lines), enrolled(), achieved("peers"), travelled("attendance")).when(
        verified("attendance")
    ).then(released("ATTENDANCE_DONE", 50000))


@pytest.mark.parametrize("value, pays", [(2, False), (3, True), (6, True)])
def test_an_area_pays_only_if_the_child_was_at_risk_at_baseline(value, pays):
    answer = priced_area(PEERS, baseline("peers", value), end_point("peers")).when(
        verified("peers")
    )
    answer.then(*([released("PEERS_DONE")] if pays else []))


def test_without_a_baseline_nobody_was_at_risk():
    priced_area(PEERS, end_point("peers")).when(verified("peers")).then_nothing()


def test_without_an_at_risk_test_every_child_counts():
    entry = area({"at_least": 5})
    priced_area(entry, end_point("score", 5)).when(verified("score")).then(released("SCORE_DONE"))


@pytest.mark.parametrize(
    "test, start, end, passes",
    [
        ({"below": 4}, 6, 3, True),
        ({"below": 4}, 6, 4, False),
        ({"above": 4}, 1, 5, True),
        ({"above": 4}, 1, 4, False),
        ({"at_least": "92.5"}, 80, "92.5", True),
        ({"at_least": "92.5"}, 80, "92.499999999", False),
        ({"at_most": 2}, 6, 2, True),
        ({"at_most": 2}, 6, 3, False),
        ({"gain_at_least": "0.1"}, "0.2", "0.3", True),
        ({"gain_at_least": "0.1"}, "0.2", "0.299999999", False),
        ({"fall_at_least": 2}, 6, 4, True),
        ({"fall_at_least": 2}, 6, 5, False),
        ({"fall_at_least": 2}, 4, 6, False),
        ({"is_true": True}, None, True, True),
        ({"is_true": True}, None, False, False),
        ({"is_true": True}, None, 1, False),
        ({"at_least": 1}, 1, True, False),
        ({"gain_at_least": 1}, None, 5, False),
        ({"gain_at_least": 1}, False, 5, False),
        ({"at_least": 0}, 0, "-0.5", False),
    ],
)
def test_achieved_is_an_exact_predicate(test, start, end, passes):
    facts = [] if start is None else [measured("score", "baseline", start, "2019-10-10")]
    facts.append(measured("score", "end_point", end, "2021-07-18"))
    answer = priced_area(area(test), facts).when(verified("score"))
    answer.then(*([released("SCORE_DONE")] if passes else []))


@pytest.mark.parametrize(
    "test, start, at_risk",
    [
        ({"below": 90}, "89.9", True),
        ({"below": 90}, 90, False),
        ({"above": 3}, 4, True),
        ({"above": 3}, 3, False),
        ({"is_true": True}, True, True),
        ({"is_true": True}, False, False),
    ],
)
def test_at_risk_is_a_test_on_the_baseline(test, start, at_risk):
    facts = [
        measured("score", "baseline", start, "2019-10-10"),
        measured("score", "end_point", 100, "2021-07-18"),
    ]
    answer = priced_area(area({"at_least": 100}, test), facts).when(verified("score"))
    answer.then(*([released("SCORE_DONE")] if at_risk else []))


def test_baseline_and_end_point_count_only_under_the_same_informants_entry():
    facts = [baseline("peers", informant="teacher"), end_point("peers", informant="parent")]
    priced_area(PEERS, facts).when(verified("peers")).then_nothing()


def test_a_parents_entry_has_its_own_bands():
    """A parent's 3 is raised; a teacher's 3 is, too, but both must be measured by that one."""
    parent = PEERS | {"informant": "parent", "at_risk": {"at_least": 3}, "achieved": {"at_most": 1}}
    scores = [baseline("peers", 4, informant="parent"), end_point("peers", 1, informant="parent")]
    priced_area([PEERS, parent], scores).when(verified("peers")).then(released("PEERS_DONE"))


def test_an_entry_without_informant_takes_measurements_of_any():
    entry = {key: value for key, value in PEERS.items() if key != "informant"}
    facts = [baseline("peers", informant="teacher"), end_point("peers", informant="parent")]
    priced_area(entry, facts).when(verified("peers")).then(released("PEERS_DONE"))


def test_a_follow_up_never_releases_money():
    after = measured("peers", "follow_up", 2, "2022-07-18", informant="teacher")
    priced_area(PEERS, baseline("peers"), verified("peers")).when(after).then_nothing()


def test_a_follow_up_that_falls_back_takes_nothing_away():
    after = measured("peers", "follow_up", 9, "2022-07-18", informant="teacher")
    priced_area(PEERS, achieved("peers")).when(after).then_nothing()


def test_a_new_measurement_replaces_the_earlier_one_with_its_date():
    world = priced_area(PEERS, achieved("peers")).when(end_point("peers", 4, on="2021-07-20"))
    world = world.then(reversed_("PEERS_DONE", -50000, "2021-07-18"))
    world.when(end_point("peers", 1, on="2021-07-22")).then(
        released("PEERS_DONE", 50000, "2021-07-22")
    )


def test_a_standing_payment_keeps_its_date_when_the_end_point_is_dated_anew():
    priced_area(PEERS, achieved("peers")).when(corrected("peers", 1, on="2021-07-22")).then(
        rests_anew("PEERS_DONE", "2021-07-18")
    )


def test_a_corrected_baseline_may_show_that_nobody_was_at_risk():
    priced_area(PEERS, achieved("peers")).when(corrected("peers", 2, "baseline")).then(
        reversed_("PEERS_DONE", -50000, "2021-07-18")
    )


def test_a_correction_names_a_score_that_was_recorded():
    priced_area(PEERS, baseline("peers")).when(corrected("peers", 2)).then_refused(
        "unknown_area", "/data/area"
    )


def test_where_several_informants_measured_a_correction_names_one():
    facts = [end_point("peers", informant="teacher"), end_point("peers", informant="parent")]
    world = priced_area(PEERS, baseline("peers"), facts, verified("peers"))
    world = world.when(corrected("peers", 4)).then_refused("informant_needed", "/data/informant")
    world = world.when(corrected("peers", 4, informant="sibling")).then_refused("unknown_area")
    world = world.when(corrected("peers", 4, informant="parent")).then_nothing()
    world.when(corrected("peers", 4, informant="teacher")).then(reversed_("PEERS_DONE"))
