"""Partners' fees: what each register obliges us to pay (`domain.md` 7 and 10.5)."""

import pytest

from tests.ledger.facts import enrolled, register, withdrew
from tests.ledger.saying import accrued, given, unaccrued
from tests.ledger.terms import contract, order

BOTH = ("child-7", "child-8")


def partners(*facts):
    """A contract with two children and the orders given."""
    return given(contract(), enrolled("child-7"), enrolled("child-8"), facts)


def at(unit, rate=6000, **terms):
    """The order `tutoring`, by this unit."""
    return order("tutoring", partner="tutors", unit=unit, rate_minor=rate, **terms)


def lesson(session="s-1", on="2020-02-03", **terms):
    """A register of the order `tutoring`."""
    return register(session, on, order="tutoring", **terms)


def fee(amount, session="s-1", on="2020-02-03", **terms):
    """Expect a fee of the order `tutoring`."""
    return accrued(session, amount, on, order="tutoring", **terms)


def fee_back(amount, session="s-1", on="2020-02-03"):
    """Expect a fee of the order `tutoring` to be taken back."""
    return unaccrued(session, -amount, on, order="tutoring")


def test_a_delivered_session_costs_the_rate_whoever_came():
    partners().when(register("s-1", attended=())).then(accrued("s-1", 8500, "2020-02-03"))


@pytest.mark.parametrize("minutes, amount", [(60, 6000), (90, 9000), (50, 5000), (1, 100)])
def test_an_hour_is_paid_by_the_minute(minutes, amount):
    partners(at("hour")).when(lesson(minutes=minutes)).then(fee(amount))


@pytest.mark.parametrize(
    "rate, minutes, amount", [(1, 30, 1), (1, 29, 0), (8501, 30, 4251), (8501, 50, 7084)]
)
def test_part_hours_round_half_up(rate, minutes, amount):
    answer = partners(at("hour", rate)).when(lesson(minutes=minutes))
    answer.then(*([fee(amount)] if amount else []))


def test_an_attendee_is_paid_by_the_head_that_attended():
    partners(at("attendee")).when(lesson(expected=BOTH, attended=("child-8",))).then(fee(6000))
    partners(at("attendee")).when(lesson(expected=BOTH)).then(fee(12000))


def test_nobody_attended_costs_nothing_by_the_head():
    partners(at("attendee")).when(lesson(attended=())).then_nothing()


@pytest.mark.parametrize("unit, half", [("session", 3000), ("hour", 2000), ("attendee", 6000)])
def test_a_cancellation_costs_its_percentage_of_what_was_planned(unit, half):
    """An hour as planned: 40 minutes; two children expected; the partner's own costs nothing."""
    terms = at(unit, cancelled_by_school_percent=50)
    by_school = lesson(status="cancelled_by_school", expected=BOTH, minutes=40)
    by_partner = lesson("s-2", status="cancelled_by_partner", expected=BOTH, minutes=40)
    world = partners(terms).when(by_school).then(fee(half))
    world.when(by_partner).then_nothing()


def test_a_partners_own_cancellation_may_cost_its_percentage():
    terms = at("session", cancelled_by_partner_percent=10)
    partners(terms).when(lesson(status="cancelled_by_partner")).then(fee(600))


def test_percentages_and_part_hours_round_once():
    """A third of an hour at 0.10 is 3.33 pence; half of it 1.67, rounded to 2."""
    terms = at("hour", 10, cancelled_by_school_percent=50)
    partners(terms).when(lesson(status="cancelled_by_school", minutes=20)).then(fee(2))


def test_half_a_penny_is_rounded_up():
    terms = at("session", 8501, cancelled_by_school_percent=50)
    partners(terms).when(lesson(status="cancelled_by_school")).then(fee(4251))


def test_an_hour_needs_its_minutes():
    partners(at("hour")).when(lesson()).then_refused("minutes_needed", "/data/minutes")


def test_before_any_terms_a_register_of_an_hourly_order_needs_its_minutes_too():
    early = partners(at("hour", on="2020-03-01"))
    early.when(lesson()).then_refused("minutes_needed", "/data/minutes")


def test_hourly_terms_do_not_reach_back_to_a_waiting_register_without_minutes():
    """A fee of nothing, in silence, would be worse than a refusal that names the session."""
    world = partners(at("session", on="2020-03-01"), lesson())
    world.when(at("hour", on="2020-02-01")).then_refused("minutes_needed", "/effective_on")
    world.when(at("hour", on="2020-02-04")).then_nothing()
    world.when(at("session", on="2020-02-01")).then(fee(6000))


def test_a_resubmitted_register_supersedes_the_earlier_one():
    world = partners().when(register("s-1")).then(accrued("s-1", 8500))
    world = world.when(register("s-1", status="cancelled_by_school"))
    world = world.then(unaccrued("s-1", -8500, "2020-02-03"))
    world.when(register("s-1", "2020-02-04")).then(accrued("s-1", 8500, "2020-02-04"))


def test_a_resubmitted_register_on_another_day_reverses_on_the_old_one():
    partners(register("s-1", "2020-02-03")).when(register("s-1", "2020-02-04")).then(
        unaccrued("s-1", -8500, "2020-02-03"), accrued("s-1", 8500, "2020-02-04")
    )


def test_a_session_is_known_by_its_order_and_reference():
    world = partners(at("session", 100), register("s-1"))
    world.when(lesson("s-1")).then(fee(100))


def test_a_limit_leaves_the_rest_unpaid_and_says_so():
    terms = at("session", limit_minor=10000)
    world = partners(terms).when(lesson("s-1")).then(fee(6000, "s-1"))
    world = world.when(lesson("s-2")).then(fee(4000, "s-2", over=2000))
    world.when(lesson("s-3")).then(fee(0, "s-3", over=6000))


def test_a_reversed_fee_frees_its_part_of_the_limit():
    terms = at("session", limit_minor=10000)
    world = partners(terms, lesson("s-1"), lesson("s-2"))
    world = world.when(lesson("s-1", status="cancelled_by_partner"))
    world = world.then(fee_back(6000, "s-1"))
    world.when(lesson("s-3")).then(fee(6000, "s-3"))


def test_a_lower_limit_takes_nothing_back():
    world = partners(at("session", limit_minor=10000), lesson("s-1"))
    world = world.when(at("session", limit_minor=1, on="2020-02-04")).then_nothing()
    world.when(lesson("s-2", "2020-02-05")).then(fee(0, "s-2", "2020-02-05", over=6000))


def test_a_block_is_paid_once_at_its_earliest_delivered_register():
    world = partners(at("block")).when(lesson("s-2", "2020-02-10"))
    world = world.then(fee(6000, "s-2", "2020-02-10"))
    world = world.when(lesson("s-3", "2020-02-17")).then_nothing()
    world.when(lesson("s-1", "2020-02-03")).then(
        fee_back(6000, "s-2", "2020-02-10"), fee(6000, "s-1", "2020-02-03")
    )


def test_a_block_is_not_paid_for_a_cancelled_session():
    terms = at("block", cancelled_by_school_percent=100)
    world = partners(terms).when(lesson("s-1", status="cancelled_by_school")).then_nothing()
    world.when(lesson("s-2", "2020-02-10")).then(fee(6000, "s-2", "2020-02-10"))


def test_a_block_moves_on_when_its_first_session_turns_out_to_be_cancelled():
    facts = [at("block"), lesson("s-1", "2020-02-03"), lesson("s-2", "2020-02-10")]
    world = partners(*facts).when(lesson("s-1", "2020-02-03", status="cancelled_by_partner"))
    world = world.then(fee_back(6000, "s-1"), fee(6000, "s-2", "2020-02-10"))
    world.when(lesson("s-2", "2020-02-10", status="cancelled_by_partner")).then(
        fee_back(6000, "s-2", "2020-02-10")
    )


def test_an_order_placed_again_with_a_later_date_is_new_terms():
    world = partners(at("session"), lesson("s-1"), at("session", 7000, on="2020-03-01"))
    world = world.when(lesson("s-2", "2020-02-29")).then(fee(6000, "s-2"[:3], "2020-02-29"))
    world.when(lesson("s-3", "2020-03-01")).then(fee(7000, "s-3", "2020-03-01"))


def test_of_two_terms_of_one_date_the_later_recorded_counts():
    partners(at("session", 1), at("session", 2)).when(lesson()).then(fee(2))


def test_back_dated_terms_change_no_fee_that_accrued():
    world = partners(at("session"), lesson("s-1"))
    world.when(at("session", 7000, on="2020-01-01")).then_nothing()


def test_a_register_from_before_all_terms_of_its_order_accrues_when_they_arrive():
    world = partners(at("session", on="2020-03-01"))
    world = world.when(lesson("s-1", "2020-02-03")).then_nothing()
    world.when(at("session", 5000, on="2020-02-01")).then(fee(5000, "s-1"))


def test_a_block_from_before_all_terms_is_paid_when_they_arrive():
    early = [lesson("s-1", "2020-02-03"), lesson("s-2", "2020-02-10")]
    world = partners(at("block", on="2020-03-01"), early)
    world.when(at("block", 5000, on="2020-02-01")).then(fee(5000, "s-1"))


def test_a_block_of_the_same_date_takes_back_no_session_that_accrued_by_itself():
    facts = [at("session"), lesson("s-1", "2020-02-03"), lesson("s-2", "2020-02-10")]
    world = partners(*facts).when(at("block", 90000)).then_nothing()
    world = world.when(lesson("s-3", "2020-02-17")).then(fee(90000, "s-3", "2020-02-17"))
    world.when(lesson("s-1", "2020-02-03")).then(
        fee_back(6000, "s-1"), fee_back(90000, "s-3", "2020-02-17"), fee(90000, "s-1")
    )


def test_an_order_stays_with_its_partner():
    partners(at("session")).when(order("tutoring", partner="chess")).then_refused(
        "already_exists", "/data/order"
    )


def test_the_worked_example_of_the_partner():
    """10.5: ten delivered at 85.00, one cancelled by each: 892.50."""
    terms = order("group", cancelled_by_school_percent=50)
    world = partners(terms)
    for day in range(1, 11):
        world = world.given(register(f"s-{day}", f"2020-02-{day:02}", order="group"))
    for status in ("cancelled_by_school", "cancelled_by_partner"):
        world = world.given(register(status, "2020-02-20", order="group", status=status))
    assert world.world.book.contracts["lcf"].order_accrued["group"] == 89250


def test_fees_never_depend_on_a_childs_path():
    partners(withdrew("child-7", on="2020-01-15")).when(register("s-1")).then(accrued("s-1", 8500))


def test_a_session_nobody_was_expected_at_is_paid_too():
    partners().when(register("s-1", expected=())).then(accrued("s-1", 8500))


@pytest.mark.parametrize("day", ["2019-08-31", "2024-10-01"])
def test_a_session_is_within_the_contract(day):
    partners().when(register("s-1", day)).then_refused("outside_contract", "/effective_on")


def test_a_register_is_of_a_placed_order_and_of_enrolled_children():
    world = partners().when(register("s-1", order="nobodys"))
    world = world.then_refused("unknown_order", "/data/order")
    world = world.when(register("s-1", expected=("child-7", "child-9")))
    world.then_refused("unknown_child", "/data/expected/1")


def test_who_attended_was_expected_and_who_engaged_attended():
    world = partners().when(register("s-1", attended=BOTH))
    world = world.then_refused("attended_not_expected", "/data/attended")
    world = world.when(register("s-1", expected=BOTH, attended=("child-7",), engaged=BOTH))
    world = world.then_refused("engaged_not_attended", "/data/engaged")
    world.when(register("s-1", expected=BOTH, attended=BOTH, engaged=("child-8",))).then(
        accrued("s-1", 8500)
    )
