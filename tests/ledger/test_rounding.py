"""Rounding per line and with a carry, to the penny (`domain.md` 5 and 10)."""

from fractions import Fraction

import pytest

from ledger.money import split_by_largest_remainder, split_with_carry
from tests.ledger.facts import enrolled, granted, voided
from tests.ledger.saying import given, released, reversed_
from tests.ledger.terms import (
    GRANT,
    PARTS,
    SIGN_UP,
    cap,
    card,
    fixed_shares,
    funders,
    opened,
    priced,
    shares,
    signed,
)

THIRDS = shares(phil=1, dcms=1, la=1)


def rounding(how, *more, price=100, parts=THIRDS):
    """A contract whose sign-ups cost so much."""
    return given(
        signed(rounding=how), funders(), opened(), card(priced(SIGN_UP, price), GRANT), parts, more
    )


@pytest.mark.parametrize(
    "price, phil, dcms, la, sch",
    [
        (168000, 73903, 43932, 31551, 18614),
        (167500, 73683, 43801, 31457, 18559),
        (83750, 36842, 21901, 15728, 9279),
        (100001, 43991, 26150, 18780, 11080),
    ],
)
def test_the_table_of_the_worked_examples(price, phil, dcms, la, sch):
    world = rounding("per_line", price=price, parts=shares(**PARTS))
    world.when(enrolled()).then(
        released("SIGN_UP", price, split={"phil": phil, "dcms": dcms, "la": la, "sch": sch})
    )


def test_thirds_of_1000_01_and_their_exact_reversal():
    wrong = enrolled()
    world = rounding("per_line", price=100001).when(wrong)
    world = world.then(released("SIGN_UP", split={"phil": 33334, "dcms": 33334, "la": 33333}))
    world.when(voided(wrong)).then(
        reversed_("SIGN_UP", -100001, split={"phil": -33334, "dcms": -33334, "la": -33333})
    )


def test_equal_lines_have_equal_splits_per_line():
    world = rounding("per_line")
    for child in ("child-1", "child-2", "child-3"):
        world = world.when(enrolled(child)).then(
            released("SIGN_UP", 100, child=child, split={"phil": 34, "dcms": 33, "la": 33})
        )


def test_a_carry_evens_out_over_three_payments():
    world = rounding("cumulative")
    for child, split in (
        ("child-1", {"phil": 34, "dcms": 33, "la": 33}),
        ("child-2", {"phil": 33, "dcms": 34, "la": 33}),
        ("child-3", {"phil": 33, "dcms": 33, "la": 34}),
    ):
        world = world.when(enrolled(child)).then(released("SIGN_UP", 100, child=child, split=split))
    assert set(world.world.book.contracts["lcf"].carries.values()) == {Fraction(0)}


def test_a_payment_stores_the_carries_before_and_after():
    world = rounding("cumulative", enrolled("child-1"))
    paid = world.when(enrolled("child-2")).events[1].data
    assert [(carry.funder, carry.before, carry.after) for carry in paid.carries] == [
        ("phil", "-2/3", "-1/3"),
        ("dcms", "1/3", "-1/3"),
        ("la", "1/3", "2/3"),
    ]


def test_a_reversal_takes_its_effect_on_the_carry_back():
    wrong = enrolled("child-1")
    world = rounding("cumulative", wrong, enrolled("child-2"))
    taken = world.when(voided(wrong)).events[1].data
    assert [(carry.funder, carry.before, carry.after) for carry in taken.carries] == [
        ("phil", "-1/3", "1/3"),
        ("dcms", "-1/3", "-2/3"),
        ("la", "2/3", "1/3"),
    ]
    carries = world.world.book.contracts["lcf"].carries
    assert carries == {"phil": Fraction(1, 3), "dcms": Fraction(-2, 3), "la": Fraction(1, 3)}


def test_fixed_shares_leave_carries_alone():
    fixed = fixed_shares("SIGN_UP", phil=99, dcms=1, on="2019-11-01")
    world = rounding("cumulative", fixed, enrolled("child-1", "2019-10-01"))
    paid = world.when(enrolled("child-2", "2019-11-01")).events[1].data
    assert paid.carries is None
    assert world.world.book.contracts["lcf"].carries["phil"] == Fraction(-2, 3)


def test_a_grant_shares_the_carry_of_the_contract():
    world = rounding("cumulative", enrolled("child-1"))
    world.when(granted(100)).then(
        released("COVID", 100, child="covid-1", split={"phil": 33, "dcms": 34, "la": 33})
    )


def test_the_carry_is_taken_before_caps():
    world = rounding("cumulative", cap(10, "phil"), enrolled("child-1"))
    world.when(enrolled("child-2")).then(
        released("SIGN_UP", child="child-2", split={"phil": (0, 33), "dcms": 34, "la": 33})
    )


def test_a_per_line_payment_has_no_carries():
    assert rounding("per_line").when(enrolled()).events[1].data.carries is None


def test_left_over_pennies_go_to_the_largest_remainders_ties_in_share_order():
    assert split_by_largest_remainder(100, (1, 1, 1)) == (34, 33, 33)
    assert split_by_largest_remainder(10, (1, 2, 4)) == (1, 3, 6)
    assert split_by_largest_remainder(0, (1, 1)) == (0, 0)


def test_a_negative_target_pays_nothing_and_the_others_give_up_a_penny_from_the_last():
    targets = [Fraction(-6, 5), Fraction(11, 10), Fraction(11, 10)]
    assert split_with_carry(targets, 1) == (0, 1, 0)


def test_a_missing_penny_goes_to_the_largest_shortfall_ties_in_share_order():
    half = Fraction(1, 2)
    assert split_with_carry([half, half], 1) == (1, 0)
    assert split_with_carry([Fraction(1, 3), Fraction(2, 3)], 1) == (0, 1)


def test_share_sets_too_many_to_be_exact_are_refused_before_a_carry_grows():
    world = rounding("cumulative")
    fine = [shares(phil=10**9 - odd, dcms=10**9 - 2, on="2019-09-02") for odd in range(1, 30, 2)]
    refused = [world.when(given_shares) for given_shares in fine[:1]]
    assert not refused[0].decisions
    rounding("cumulative", fine[:6]).when(fine[7]).then_refused("shares_too_fine", "/data/shares")
    rounding("per_line", fine[:6]).when(fine[7]).then_nothing()
