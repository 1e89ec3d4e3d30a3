"""The days on which data is due: calendar months, anchors, superseded rules, several contracts."""

import datetime
from typing import Final

import pytest
from hypothesis import given as always
from hypothesis import strategies as st

from ledger.events.codec import ShapeInvalid
from ledger.events.privacy import RetentionSet
from ledger.events.terms import CohortOpened, ProgrammeYear
from ledger.retention import (
    RetentionRule,
    counted_from,
    due_on,
    due_under_all,
    left_programme_on,
    months_after,
    rule_in_force,
    takes,
)
from tests.ledger.saying import given
from tests.ledger.spoken import FINANCE, fact
from tests.ledger.terms import signed

KINDS: Final = ("scores", "identity", "financial_records")
DAYS: Final = st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31))
MONTHS: Final = st.integers(1, 1200)
AFTER: Final = st.sampled_from(("left_programme", "contract_ended", "last_payment"))


def day(text):
    return None if text is None else datetime.date.fromisoformat(text)


def kept(months=12, after="left_programme", kind="scores"):
    return RetentionSet(contract="lcf", kind=kind, months=months, after=after)


def rule(version, on, kind="scores", months=12):
    return RetentionRule(version, day(on), kept(months, kind=kind))


def due(terms, *, left=None, ends="2024-09-30", paid=None):
    found = due_on(terms, left_on=day(left), contract_ends_on=day(ends), last_payment_on=day(paid))
    return None if found is None else found.isoformat()


@pytest.mark.parametrize(
    "first, months, then",
    [
        ("2021-07-31", 12, "2022-07-31"),
        ("2021-07-15", 1, "2021-08-15"),
        ("2021-12-31", 1, "2022-01-31"),
        ("2021-12-01", 13, "2023-01-01"),
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-01-31", 2, "2024-03-31"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2099-12-31", 2, "2100-02-28"),
        ("1999-12-31", 2, "2000-02-29"),
        ("2021-08-31", 3, "2021-11-30"),
        ("2019-11-30", 84, "2026-11-30"),
        ("2199-12-31", 1200, "2299-12-31"),
    ],
)
def test_months_are_calendar_months_and_a_short_month_gives_its_last_day(first, months, then):
    assert months_after(day(first), months).isoformat() == then


@pytest.mark.parametrize(
    "after, left, ends, paid, then",
    [
        # after              left          contract ends  last payment   due a year later
        ("left_programme", "2021-07-31", "2024-09-30", "2021-09-10", "2022-07-31"),
        ("left_programme", None, "2024-09-30", "2021-09-10", None),
        ("contract_ended", "2021-07-31", "2024-09-30", "2021-09-10", "2025-09-30"),
        ("contract_ended", None, "2024-09-30", None, "2025-09-30"),
        ("last_payment", "2021-07-31", "2024-09-30", "2021-09-10", "2022-09-10"),
        ("last_payment", "2021-07-31", "2024-09-30", None, "2025-09-30"),
        # paid long before it left: a child in the programme is never due
        ("last_payment", "2021-07-31", "2024-09-30", "2019-10-01", "2021-07-31"),
        ("last_payment", None, "2024-09-30", "2019-10-01", "2024-09-30"),
        # a cohort that outlasts its contract by more than the months
        ("contract_ended", "2026-07-31", "2024-09-30", None, "2026-07-31"),
    ],
)
def test_what_a_year_is_counted_from(after, left, ends, paid, then):
    assert due(kept(12, after), left=left, ends=ends, paid=paid) == then


@pytest.mark.parametrize(
    "after, paid, then",
    [
        ("last_payment", "2024-11-15", "2031-11-15"),
        ("last_payment", None, "2031-09-30"),
        ("contract_ended", "2024-11-15", "2031-09-30"),
    ],
)
def test_financial_records_are_kept_seven_years_after_the_last_payment(after, paid, then):
    assert due(kept(84, after, "financial_records"), paid=paid) == then


def test_financial_records_of_a_contract_that_runs_are_not_due():
    assert due(kept(1, "last_payment", "financial_records"), paid="2020-01-31") == "2024-09-30"


def test_financial_records_are_not_counted_from_a_child():
    with pytest.raises(ValueError, match="counted from contract_ended or last_payment"):
        kept(84, "left_programme", "financial_records")
    with pytest.raises(ShapeInvalid):
        fact("retention.set", "2019-09-01", FINANCE, kind="financial_records", months=84,
            after="left_programme").typed(None)  # fmt: skip


@pytest.mark.parametrize(
    "left, cohort, then",
    [
        ("2021-01-15", "opened", "2021-01-15"),
        ("2021-07-20", None, "2021-07-20"),
        (None, "opened", "2021-07-31"),
        (None, None, None),
    ],
    ids=("withdrawn", "completed-without-cohort", "neither", "nothing-known"),
)
def test_a_child_leaves_when_it_is_said_or_with_its_cohort(left, cohort, then):
    years = (
        ProgrammeYear(day("2019-09-01"), day("2020-07-31")),
        ProgrammeYear(day("2020-09-01"), day("2021-07-31")),
    )
    opened = None if cohort is None else CohortOpened("lcf", "c2019", years)
    assert left_programme_on(day(left), opened) == day(then)


FIRST, LATER, MENDED, OTHER = (
    rule(3, "2019-09-01"),
    rule(5, "2022-01-01"),
    rule(9, "2022-01-01"),
    rule(7, "2020-01-01", "identity"),
)


@pytest.mark.parametrize(
    "rules, on, found",
    [
        ((), "2022-01-01", None),
        ((FIRST, LATER), "2019-08-31", None),
        ((FIRST, LATER), "2019-09-01", FIRST),
        ((FIRST, LATER), "2021-12-31", FIRST),
        ((FIRST, LATER), "2022-01-01", LATER),
        ((LATER, FIRST), "2030-01-01", LATER),
        ((FIRST, LATER, MENDED), "2022-01-01", MENDED),
        ((MENDED, LATER, FIRST), "2022-01-01", MENDED),
        ((OTHER,), "2022-01-01", None),
        ((FIRST, OTHER), "2022-01-01", FIRST),
    ],
)
def test_the_rule_in_force_is_the_latest_of_its_kind_and_then_the_latest_recorded(rules, on, found):
    assert rule_in_force(rules, "scores", day(on)) is found


@pytest.mark.parametrize(
    "days, then",
    [
        ((), None),
        (("2022-07-31",), "2022-07-31"),
        ((None,), None),
        (("2022-07-31", "2025-09-30", "2023-01-01"), "2025-09-30"),
        (("2022-07-31", None), None),
    ],
    ids=("no-contract", "one", "without-rule", "the-latest", "one-keeps-it"),
)
def test_a_child_of_several_contracts_is_due_when_every_one_of_them_is(days, then):
    assert due_under_all([day(each) for each in days]) == day(then)


def test_an_erasure_takes_what_its_scope_says_and_financial_records_never():
    assert {kind for kind in KINDS if takes("all", kind)} == {"scores", "identity"}
    assert {kind for kind in KINDS if takes("identity", kind)} == {"identity"}


@always(DAYS, MONTHS, MONTHS)
def test_more_months_are_never_due_earlier(first, some, more):
    assert months_after(first, some) < months_after(first, some + more)


@always(DAYS, DAYS, MONTHS)
def test_a_later_anchor_is_never_due_earlier(first, second, months):
    earlier, later = sorted((first, second))
    assert months_after(earlier, months) <= months_after(later, months)


@always(AFTER, MONTHS, MONTHS, st.none() | DAYS, DAYS, st.none() | DAYS)
def test_a_rule_of_more_months_is_never_due_earlier_and_never_in_the_programme(
    after, some, more, left, ends, paid
):
    dates = {"left_on": left, "contract_ends_on": ends, "last_payment_on": paid}
    sooner, later = due_on(kept(some, after), **dates), due_on(kept(some + more, after), **dates)
    if counted_from(kept(some, after), **dates) is None:
        assert sooner is later is None
    else:
        assert (left or ends) <= sooner <= later


def test_a_rule_moves_no_money_and_needs_its_contract():
    terms = fact("retention.set", "2019-09-01", FINANCE, kind="scores", months=24,
        after="left_programme")  # fmt: skip
    given().when(terms).then_refused("unknown_contract")
    ahead = fact("retention.set", "2031-09-01", FINANCE, kind="scores", months=12,
        after="left_programme")  # fmt: skip
    given(signed()).when(terms).then_nothing().when(ahead).then_nothing()
