"""Which share set splits a payment, and how (`domain.md` 5, Shares)."""

import pytest

from tests.ledger.facts import enrolled, granted
from tests.ledger.saying import given, released
from tests.ledger.terms import (
    GRANT,
    SIGN_UP,
    card,
    fixed_shares,
    funders,
    opened,
    priced,
    role,
    shares,
    signed,
)

HERE = enrolled(school="ark", borough="lbhf")
LINES = (priced(SIGN_UP, 1000), GRANT)


def paid_by(*share_sets, lines=LINES):
    """A contract with these share sets and nothing else in doubt."""
    return given(signed(), funders(), opened(), card(*lines), share_sets)


def test_parts_are_whole_numbers_of_any_total():
    paid_by(shares(phil=1, dcms=1, la=1)).when(HERE).then(
        released("SIGN_UP", 1000, split={"phil": 334, "dcms": 333, "la": 333})
    )


def test_a_set_takes_effect_on_its_date():
    before, after = shares(phil=1, on="2019-10-01"), shares(dcms=1, on="2019-10-02")
    paid_by(before, after).when(HERE).then(released("SIGN_UP", split={"phil": 1000}))


def test_a_set_from_after_the_trigger_does_not_pay_it():
    paid_by(shares(dcms=1, on="2019-10-02")).when(HERE).then_nothing()


def test_the_latest_date_wins_then_the_latest_version():
    by_date = [shares(phil=1, on="2019-09-20"), shares(dcms=1, on="2019-09-10")]
    paid_by(by_date).when(HERE).then(released("SIGN_UP", split={"phil": 1000}))
    by_version = [shares(phil=1), shares(dcms=1)]
    paid_by(by_version).when(HERE).then(released("SIGN_UP", split={"dcms": 1000}))


SCHOOL, BOROUGH, TRIGGER = {"school": "ark"}, {"borough": "lbhf"}, {"trigger": "SIGN_UP"}


@pytest.mark.parametrize(
    "stronger, weaker",
    [
        (TRIGGER, None),
        (BOROUGH, TRIGGER),
        (SCHOOL, BOROUGH),
        (SCHOOL, TRIGGER),
        (BOROUGH | TRIGGER, SCHOOL),
        (SCHOOL | TRIGGER, BOROUGH | TRIGGER),
        (SCHOOL | BOROUGH, SCHOOL | TRIGGER),
        (SCHOOL | BOROUGH | TRIGGER, SCHOOL | BOROUGH),
    ],
)
def test_most_conditions_win_then_school_before_borough_before_trigger(stronger, weaker):
    sets = [shares(phil=1, where=stronger), shares(dcms=1, where=weaker, on="2019-09-30")]
    paid_by(sets).when(HERE).then(released("SIGN_UP", split={"phil": 1000}))


@pytest.mark.parametrize(
    "elsewhere",
    [{"school": "oak"}, {"borough": "rbkc"}, {"trigger": "COVID"}, SCHOOL | {"borough": "rbkc"}],
)
def test_every_condition_of_a_set_must_hold(elsewhere):
    paid_by(shares(phil=1), shares(dcms=1, where=elsewhere)).when(HERE).then(
        released("SIGN_UP", split={"phil": 1000})
    )


def test_a_set_of_a_borough_is_not_for_a_child_without_one():
    paid_by(shares(phil=1), shares(dcms=1, where=BOROUGH)).when(enrolled()).then(
        released("SIGN_UP", split={"phil": 1000})
    )


def test_fixed_pence_that_add_up_to_the_price_are_paid_as_they_are():
    paid_by(shares(phil=1), fixed_shares("SIGN_UP", la=999, sch=1, on="2019-09-02")).when(
        HERE
    ).then(released("SIGN_UP", 1000, split={"la": 999, "sch": 1}))


def test_a_fixed_set_that_does_not_add_up_to_the_price_is_passed_over():
    """It adds up under the other card alone."""
    dear = card(priced(SIGN_UP, 1500), name="card-2020", on="2020-01-01")
    sets = [shares(phil=1), fixed_shares("SIGN_UP", la=1500, on="2019-09-02", where=SCHOOL)]
    world = given(signed(), funders(), opened(), card(priced(SIGN_UP, 1000)), dear, sets)
    world = world.when(HERE).then(released("SIGN_UP", 1000, split={"phil": 1000}))
    world.when(enrolled("child-8", "2020-01-01")).then(
        released("SIGN_UP", 1500, child="child-8", split={"la": 1500})
    )


def test_a_fixed_set_says_nothing_of_triggers_that_it_does_not_name():
    paid_by(fixed_shares("COVID", la=1000)).when(HERE).then_nothing()


def test_fixed_shares_that_add_up_to_no_price_of_their_trigger_are_refused():
    paid_by().when(fixed_shares("SIGN_UP", la=999)).then_refused("shares_do_not_sum", "/data/fixed")


def test_fixed_shares_of_a_trigger_that_no_card_prices_yet_are_let_in():
    paid_by().when(fixed_shares("OUTCOME_1", la=999)).then_nothing()


def test_fixed_shares_of_a_grant_pay_the_agreed_sum():
    paid_by(fixed_shares("COVID", la=300, sch=200)).when(granted(500)).then(
        released("COVID", 500, "2020-07-31", child="covid-1", split={"la": 300, "sch": 200})
    )


def test_a_share_names_a_funder_that_has_joined():
    world = paid_by()
    world = world.when(shares(phil=1, nobody=1)).then_refused(
        "unknown_funder", "/data/shares/1/funder"
    )
    world.when(fixed_shares("SIGN_UP", nobody=1000)).then_refused(
        "unknown_funder", "/data/fixed/0/funder"
    )


def test_a_role_may_have_fixed_pence_too():
    sets = fixed_shares("SIGN_UP", phil=600)
    sets.content["data"]["fixed"].append(
        {"role": "school", "trigger": "SIGN_UP", "amount_minor": 400}
    )
    paid_by(sets).when(enrolled(funders={"school": "sch"})).then(
        released("SIGN_UP", 1000, split={"phil": 600, "sch": 400})
    )


def test_a_role_that_nobody_stands_for_waits_though_an_older_set_could_pay():
    by_role = shares(role("school", 1), on="2019-09-02")
    paid_by(shares(phil=1), by_role).when(HERE).then_nothing()


def test_shares_that_arrive_late_split_nothing_again():
    paid_by(shares(phil=1), HERE).when(shares(dcms=1, on="2019-09-02")).then_nothing()


def test_a_funder_that_nobodys_role_names_releases_nothing_when_it_joins():
    paid_by(shares(phil=1), HERE).when(funders("late")[0]).then_nothing()
