from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.money import round_half_up, split_by_largest_remainder, split_with_carry

prices = st.one_of(st.integers(1, 20), st.integers(1, 10**7), st.integers(1, 10**15))
weights = st.lists(st.one_of(st.integers(1, 9), st.integers(1, 10**9)), min_size=1, max_size=8)


@given(prices, weights)
def test_the_parts_of_a_split_add_up_and_none_is_negative(price, weights):
    parts = split_by_largest_remainder(price, weights)
    assert sum(parts) == price
    assert min(parts) >= 0


@given(prices, weights)
def test_no_part_is_a_penny_or_more_from_its_exact_share(price, weights):
    parts = split_by_largest_remainder(price, weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - Fraction(price * weight, sum(weights))) < 1


@given(prices, weights)
def test_a_larger_share_never_gets_fewer_pennies(price, weights):
    parts = split_by_largest_remainder(price, weights)
    by_weight = sorted(zip(weights, parts, strict=True))
    for (smaller, fewer), (larger, more) in pairwise(by_weight):
        assert smaller == larger or fewer <= more


@given(prices, st.integers(1, 8))
def test_the_odd_pennies_of_equal_shares_go_to_the_first(price, funders):
    parts = split_by_largest_remainder(price, (1,) * funders)
    assert list(parts) == sorted(parts, reverse=True)
    assert parts[0] - parts[-1] <= 1


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=5), weights)
def test_scaling_all_shares_moves_no_penny(prices, weights):
    for price in prices:
        scaled = tuple(weight * 37 for weight in weights)
        assert split_by_largest_remainder(price, weights) == split_by_largest_remainder(
            price, scaled
        )


def carried(prices, weights):
    """Each funder's distance from its exact share after each of a series of payments."""
    carries = [Fraction(0)] * len(weights)
    for price in prices:
        targets = [
            Fraction(price * weight, sum(weights)) + carry
            for weight, carry in zip(weights, carries, strict=True)
        ]
        parts = split_with_carry(targets, price)
        assert sum(parts) == price
        assert min(parts) >= 0
        carries = [target - part for target, part in zip(targets, parts, strict=True)]
        assert sum(carries) == 0
        yield carries


@given(
    st.lists(st.integers(1, 200_000), max_size=40),
    st.lists(st.integers(1, 99), min_size=1, max_size=7),
)
def test_nobody_drifts_a_penny_where_every_share_is_at_least_one(prices, weights):
    pennies = [price + sum(weights) for price in prices]
    for carries in carried(pennies, weights):
        assert all(-1 < carry < 1 for carry in carries)


@given(st.lists(st.integers(1, 9), max_size=60), weights)
def test_nobody_drifts_two_pence_whatever_the_prices(prices, weights):
    for carries in carried(prices, weights):
        assert all(-1 < carry < 2 for carry in carries)


@given(st.fractions(0, 10**9))
def test_a_half_penny_is_rounded_up(exact):
    rounded = round_half_up(exact)
    assert -Fraction(1, 2) < rounded - exact <= Fraction(1, 2)
