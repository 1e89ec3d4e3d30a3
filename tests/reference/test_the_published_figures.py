"""The reference contract through the rules alone: every published row, to the penny."""

import datetime
from collections import Counter
from fractions import Fraction

import msgspec
import pytest

from api.reference import published
from api.reference.contract import ACTORS, facts
from api.reference.intakes import END_POINTS, LOCAL_AUTHORITIES
from api.reference.roster import roster
from ledger.book import Book
from ledger.deciding import decide
from ledger.events.codec import AnyEvent, decode_fact

TODAY = datetime.date(2026, 1, 5)
RECORDED_AT = "2026-01-05T09:00:00.000000Z"
SEED = 2019
ALMOST_93_PERCENT = Fraction(93, 100)
A_LITTLE = Fraction(5, 1000)


@pytest.fixture(scope="module")
def events() -> list[AnyEvent]:
    """The whole contract: every fact decided in the order of its time."""
    book = Book()
    decided: list[AnyEvent] = []
    for written in facts():
        fact = decode_fact(msgspec.json.encode(written.fact))
        decided += decide(book, fact, actor=written.actor, today=TODAY, recorded_at=RECORDED_AT)
    return decided


@pytest.fixture(scope="module")
def payments(events) -> list[tuple[AnyEvent, int]]:
    """Releases, counting one, and reversals, counting minus one."""
    signs = {"payment.released": 1, "payment.reversed": -1}
    return [(event, signs[event.type]) for event in events if event.type in signs]


def released_between(payments, first_on, last_on):
    return sum(
        event.data.amount_minor
        for event, _ in payments
        if first_on <= event.effective_on <= last_on
    )


@pytest.mark.parametrize(
    "row", published.payments(), ids=lambda row: f"{row.first_on:%Y-%m}-{row.reading}"
)
def test_a_published_row_is_released_to_the_whole_pound_of_its_publication(payments, row):
    released = released_between(payments, row.first_on, row.last_on)
    assert (released + 50) // 100 * 100 == row.amount_minor
    if row.reading != "OUTCOMES" or row.count is None:
        assert released == row.amount_minor


def test_autumn_2021_is_half_a_pound_below_its_rounded_publication(payments):
    released = released_between(payments, datetime.date(2021, 10, 1), datetime.date(2021, 12, 31))
    assert released == 142_123_750


def test_the_published_column_adds_up():
    assert sum(row.amount_minor for row in published.payments()) == 1_514_723_000


def test_nothing_is_paid_outside_the_published_periods(payments):
    rows = published.payments()
    inside = sum(released_between(payments, row.first_on, row.last_on) for row in rows)
    assert inside == sum(event.data.amount_minor for event, _ in payments) == 1_514_722_950


def test_sign_ups_engagements_and_outcomes_are_as_many_as_published(payments):
    counts = Counter()
    for event, sign in payments:
        counts[event.data.kind] += sign
        counts[event.data.trigger] += sign
    assert (counts["sign_up"], counts["engagement"]) == (2_191, 3_203)
    assert [counts[f"OUTCOME_{rank}"] for rank in (1, 2, 3)] == [372, 333, 287]


def test_no_cap_bites_and_every_council_ends_near_93_percent(payments):
    paid = Counter()
    for event, _ in payments:
        assert event.data.unfunded_minor == 0
        for part in event.data.split:
            paid[part.funder] += part.amount_minor
    limits = {funder.funder: funder.limit_minor for funder in published.commitments()}
    assert sum(limits.values()) == 1_624_496_000 - 179_926_800
    for council in LOCAL_AUTHORITIES:
        assert abs(Fraction(paid[council], limits[council]) - ALMOST_93_PERCENT) < A_LITTLE
    assert all(paid[funder] < limit for funder, limit in limits.items())


def test_a_correction_after_payment_is_reversed_and_not_hidden(events, payments):
    corrected = [event for event in events if event.type == "measurement.corrected"]
    reversed_ = [event.data.trigger for event, sign in payments if sign < 0]
    assert len(corrected) == 3
    assert reversed_ == ["OUTCOME_3"] * 3


def test_nobody_verifies_what_they_recorded(events):
    recorders, verifiers = set(), set()
    for event in events:
        if event.type == "verification.recorded":
            verifiers.add(event.actor)
        elif event.type.startswith(("interaction.", "register.", "measurement.")):
            recorders.add(event.actor)
    assert len(recorders) == 2
    assert not recorders & verifiers
    assert recorders | verifiers <= set(ACTORS)


def test_partners_are_paid_by_every_unit_and_one_is_billed_too_high(events):
    units = {event.data.unit for event in events if event.type == "order.placed"}
    accrued = {event.data.order for event in events if event.type == "fee.accrued"}
    placed = {event.data.order for event in events if event.type == "order.placed"}
    assert units == {"session", "hour", "attendee", "block"}
    assert accrued == placed
    assert [event.data.invoice for event in events if event.type == "fee.credited"] == [
        "tutors-2022"
    ]


def test_the_same_seed_gives_the_same_facts_and_another_seed_others():
    first, second, other = facts(SEED), facts(SEED), facts(SEED + 1)
    assert first == second
    assert first != other


def test_every_fact_has_an_id_of_its_own():
    ids = [written.fact["id"] for written in facts()]
    assert len(ids) == len(set(ids))


def test_nothing_is_received_before_it_happened():
    early = [
        written.fact
        for written in facts()
        if written.fact["received_on"] < written.fact["effective_on"]
    ]
    assert early == []


def test_the_measured_cohort_ends_as_published():
    children = [child for child in roster(SEED) if child.intake.cohort == "2019"]
    measured = [child for child in children if child.achieved is not None]
    engaged = [child for child in children if child.year_ends[1] == "engaged"]
    assert (len(children), len(engaged), len(measured)) == (440, 428, 400)
    assert [sum(child.achieved >= rank for child in measured) for rank in (1, 2, 3)] == [
        372,
        333,
        287,
    ]


def test_end_points_lie_in_the_weeks_of_autumn_2021():
    days = {
        written.fact["effective_on"]
        for written in facts()
        if written.fact["data"].get("point") == "end_point"
    }
    assert END_POINTS[0].isoformat() <= min(days) <= max(days) <= END_POINTS[1].isoformat()


def test_at_most_32_children_of_2021_withdraw():
    gone = [
        child
        for child in roster(SEED)
        if child.intake.cohort == "2021" and child.withdrawn_on is not None
    ]
    assert 0 < len(gone) <= 32
