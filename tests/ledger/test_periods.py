"""Periods: closed in order, refusing nothing, and opened again by a second person with a reason."""

import datetime

import pytest

from ledger.period_close import posting_day
from tests.ledger.facts import engaged_year, enrolled, received, register, verified, voided
from tests.ledger.periods import (
    NO_ROOT,
    YEAR_1,
    YEAR_2,
    YEAR_3,
    closed,
    closed_hard,
    of_ledger,
    reopened,
)
from tests.ledger.saying import accrued, given, released, reversed_
from tests.ledger.spoken import APPROVER, CONTRACT, FINANCE, fact
from tests.ledger.terms import ENGAGED_Y1, SIGN_UP, contract, signed

SECOND = "second-approver"
THIRD = "third-approver"


def posted(world, day, contract=CONTRACT):
    """The day on which something effective on a day is posted by now."""
    on = datetime.date.fromisoformat(day)
    return posting_day(world.world.book.closed, contract, on).isoformat()


def other_contract():
    terms = signed().content["data"] | {"contract": "other"}
    return fact("contract.signed", "2019-08-01", FINANCE, **terms)


# what a closed period does


@pytest.mark.parametrize("hardness", ["soft", "hard"])
def test_a_closed_period_refuses_nothing_and_moves_no_effective_date(hardness):
    world = given(contract(SIGN_UP), closed(hardness=hardness))
    world = world.when(enrolled()).then(released("SIGN_UP", 168_000, "2019-10-01"))
    world = world.when(register("s1")).then(accrued("s1", 8500, "2020-02-03"))
    world.when(received(5000, on="2020-03-01")).then_nothing()


def test_a_late_reversal_keeps_the_date_of_its_payment():
    enrolment = enrolled()
    world = given(contract(SIGN_UP), enrolment, closed_hard())
    late = voided(enrolment, on="2022-09-06")
    world.when(late).then(reversed_("SIGN_UP", -168_000, "2019-10-01"))


def test_what_is_effective_in_a_closed_period_is_posted_on_the_first_open_day():
    world = given(contract())
    assert posted(world, "2020-03-01") == "2020-03-01"
    world = world.given(closed())
    assert posted(world, "2020-03-01") == posted(world, "2020-08-31") == "2020-09-01"
    assert posted(world, "2020-09-01") == "2020-09-01"
    world = world.given(closed(YEAR_2))
    assert posted(world, "2020-03-01") == posted(world, "2021-08-31") == "2021-09-01"


def test_what_lies_before_the_first_closed_period_is_closed_with_it():
    world = given(contract(), closed(YEAR_2))
    assert posted(world, "2019-10-01") == "2021-09-01"


def test_a_contracts_period_closes_that_contract_alone():
    world = given(contract(), other_contract(), closed())
    assert posted(world, "2020-03-01", "other") == "2020-03-01"


def test_a_period_of_the_ledger_closes_every_contract():
    world = given(contract(), other_contract(), closed(), of_ledger(closed(YEAR_2)))
    assert posted(world, "2020-03-01") == "2021-09-01"
    assert posted(world, "2020-03-01", "other") == "2021-09-01"
    world = world.given(closed(YEAR_2), closed(YEAR_3))
    assert posted(world, "2020-03-01") == "2022-09-01"
    assert posted(world, "2020-03-01", "other") == "2021-09-01"


def test_a_ledger_may_be_closed_before_anything_was_recorded():
    world = given().when(of_ledger(closed())).then_nothing()
    assert posted(world, "2020-03-01") == "2020-09-01"


# closing


def test_periods_follow_each_other_without_gap_or_overlap():
    world = given(contract(), closed(YEAR_2))
    gap = closed(("2021-09-02", "2022-08-31"))
    overlap = closed(("2021-08-31", "2022-08-31"))
    world = world.when(gap).then_refused("period_gap", "/data/from")
    world = world.when(overlap).then_refused("period_overlaps", "/data/from")
    world = world.when(closed(YEAR_1)).then_refused("period_overlaps")
    world = world.when(closed(("2020-09-01", "2021-07-31"))).then_refused("period_overlaps")
    world.when(closed(YEAR_3)).then_nothing()


def test_the_order_of_one_scope_does_not_bind_another():
    world = given(contract(), other_contract(), closed(YEAR_1))
    elsewhere = closed(YEAR_3, contract="other")
    world.when(elsewhere).then_nothing().when(of_ledger(closed(YEAR_2))).then_nothing()


def test_a_period_is_closed_once_each_way():
    world = given(contract(), closed())
    world = world.when(closed()).then_refused("already_closed", "/data/from")
    world = world.when(closed_hard()).then_nothing()
    world = world.when(closed_hard()).then_refused("already_closed")
    world.when(closed()).then_refused("already_closed")


def test_a_hard_period_has_only_hard_ones_before_it():
    world = given(contract(), closed(YEAR_1), closed(YEAR_2))
    world = world.when(closed_hard(YEAR_2)).then_refused("earlier_period_soft", "/data/hardness")
    world = world.when(closed_hard(YEAR_3)).then_refused("earlier_period_soft")
    world = world.given(closed_hard(YEAR_1), closed_hard(YEAR_2))
    world.when(closed_hard(YEAR_3)).then_nothing()


def test_making_a_period_hard_moves_no_posting_day():
    world = given(contract(), closed(YEAR_1), closed(YEAR_2))
    before = posted(world, "2020-03-01")
    assert posted(world.given(closed_hard(YEAR_1)), "2020-03-01") == before == "2021-09-01"


def test_a_period_is_closed_when_its_last_day_has_passed():
    world = given(contract())
    today, yesterday = ("2024-01-01", "2024-12-01"), ("2024-01-01", "2024-11-30")
    world = world.when(closed(today)).then_refused("period_not_over", "/data/to")
    world = world.when(closed(("2024-01-01", "2025-08-31"))).then_refused("period_not_over")
    world = world.when(closed(on="2025-01-01")).then_refused("future_date")
    world.when(closed(yesterday)).then_nothing()


@pytest.mark.parametrize("version", [0, 1, 10_000])
def test_the_trial_balance_is_that_of_the_ledger_as_it_stands(version):
    world = given(contract()).when(closed(at_version=version))
    world.then_refused("period_moved", "/data/at_version")


def test_a_period_is_of_a_contract_that_was_signed():
    world = given(contract()).when(closed(contract="nothing"))
    world = world.then_refused("unknown_contract", "/data/contract")
    reopening = fact("period.reopened", "2022-09-20", APPROVER, **of("nothing"))
    world.when(reopening).then_refused("unknown_contract", "/data/contract")


def of(name):
    return reopened().content["data"] | {"contract": name}


def test_a_period_that_ends_before_it_starts_is_none():
    with pytest.raises(ValueError, match="ends before it starts"):
        given(contract(), closed(("2020-09-01", "2020-08-31")))
    assert closed().content["data"]["root"] == NO_ROOT


# reopening


@pytest.mark.parametrize("hardness", ["soft", "hard"])
def test_a_second_person_reopens_a_period_and_its_days_are_open_again(hardness):
    world = given(contract(), closed(hardness=hardness)).when(reopened()).then_nothing()
    assert posted(world, "2020-03-01") == "2020-03-01"
    world.when(closed(("2019-09-01", "2020-07-31"), hardness)).then_nothing()


@pytest.mark.parametrize("hardness", ["soft", "hard"])
def test_whoever_closed_a_period_cannot_reopen_it(hardness):
    world = given(contract(), closed(hardness=hardness, by=APPROVER))
    world = world.when(reopened(by=APPROVER)).then_refused("closer_cannot_reopen")
    world.when(reopened(by=SECOND)).then_nothing()


def test_neither_who_closed_it_softly_nor_who_made_it_hard_reopens_a_period():
    world = given(contract(), closed(by=APPROVER), closed_hard(by=SECOND))
    world = world.when(reopened(by=APPROVER)).then_refused("closer_cannot_reopen")
    world = world.when(reopened(by=SECOND)).then_refused("closer_cannot_reopen")
    world.when(reopened(by=THIRD)).then_nothing()


def test_a_closing_that_was_reopened_binds_nobody_any_more():
    world = given(contract(), closed(by=APPROVER), reopened(by=SECOND), closed(by=SECOND))
    world.when(reopened(by=APPROVER)).then_nothing()


def test_only_the_last_closed_period_is_reopened():
    world = given(contract(), closed(YEAR_1), closed(YEAR_2))
    world = world.when(reopened(YEAR_1)).then_refused("later_period_closed", "/data/to")
    world = world.given(reopened(YEAR_2)).when(reopened(YEAR_1)).then_nothing()
    world.when(reopened(YEAR_1)).then_refused("unknown_period", "/data/from")


@pytest.mark.parametrize("span", [YEAR_2, ("2019-09-01", "2020-08-30"), ("2019-10-01", YEAR_1[1])])
def test_a_period_is_reopened_by_its_very_days(span):
    given(contract(), closed()).when(reopened(span)).then_refused("unknown_period")


def test_a_contract_is_not_reopened_where_the_ledger_is_closed():
    world = given(contract(), closed(), of_ledger(closed(by=SECOND)))
    world = world.when(reopened()).then_refused("ledger_closed", "/data/contract")
    world = world.when(of_ledger(reopened())).then_nothing()
    assert posted(world, "2020-03-01") == "2020-09-01", "its own period still holds"
    world.when(reopened()).then_nothing()


def test_a_contract_closed_beyond_the_ledger_may_be_reopened():
    world = given(contract(), of_ledger(closed(YEAR_1)), closed(YEAR_1), closed(YEAR_2))
    world = world.when(reopened(YEAR_2)).then_nothing()
    assert posted(world, "2020-03-01") == "2020-09-01"


def test_what_becomes_known_of_a_closed_year_still_counts_for_that_year():
    world = given(contract(ENGAGED_Y1), enrolled(), closed_hard(), engaged_year(2020))
    world.when(verified("ENGAGED_Y1")).then(released("ENGAGED_Y1", 167_500, "2020-07-31"))
