"""Sample sizes, limits and factors against the tables that auditors have on paper."""

from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from itertools import islice
from math import comb

import pytest

from projections.sampling.distributions import (
    binomial_at_most,
    gamma_at_most,
    hypergeometric_at_most,
    poisson_factor,
    poisson_factors,
)
from projections.sampling.sizes import Plan, SizeOutOfReach, size_of, upper_rate
from tests.projections.aicpa import (
    RISKS,
    TABLE_A_1,
    TABLE_A_3,
    TABLE_C_1,
    TABLE_C_3,
    TOLERABLE_MISSTATEMENT,
    TOLERABLE_RATES,
    rows,
)

NINETY_FIVE = Fraction(95, 100)


def percent(text):
    return Fraction(str(text)) / 100


def planned(confidence, tolerable, expected, table, population=0):
    return size_of(Plan(confidence, tolerable, expected, table), population)


@pytest.mark.parametrize(("ratio", "size"), [(0, 100), (20, 155), (50, 385)])
def test_three_percent_at_95_takes_the_published_sizes(ratio, size):
    expected = percent(3) * percent(ratio)
    assert planned(NINETY_FIVE, percent(3), expected, "poisson") == size


@pytest.mark.parametrize("row", rows(TABLE_C_1), ids=lambda row: f"risk {row[0]}, ratio {row[1]}")
def test_monetary_sizes_are_those_of_table_c_1(row):
    risk, ratio, *printed = row
    found = [
        planned(1 - percent(risk), percent(most), percent(most) * percent(ratio), "poisson")
        for most in TOLERABLE_MISSTATEMENT
    ]
    assert found == [int(size) for size in printed]


@pytest.mark.parametrize("row", rows(TABLE_A_1), ids=lambda row: f"expected {row[0]}")
def test_attribute_sizes_are_those_of_table_a_1(row):
    expected, *printed = row
    asked = [
        (rate, int(size))
        for rate, size in zip(TOLERABLE_RATES, printed, strict=True)
        if size != "-"
    ]
    found = [
        (rate, planned(NINETY_FIVE, percent(rate), percent(expected), "binomial"))
        for rate, _ in asked
    ]
    assert found == asked


@pytest.mark.parametrize(("population", "size"), [(100, 45), (200, 51), (600, 56)])
def test_a_small_population_takes_fewer(population, size):
    """Principles of Auditing (Hayes, Wallage, Gortemaker, 2014), illustration 10.A.1."""
    assert planned(NINETY_FIVE, percent(5), Fraction(0), "hypergeometric", population) == size


def test_a_large_population_takes_as_many_as_one_without_end():
    for expected in (0, 1, 2):
        asked = (NINETY_FIVE, percent(5), percent(expected))
        assert planned(*asked, "hypergeometric", 1_000_000) == planned(*asked, "binomial")


def test_limits_of_deviations_are_those_of_table_a_3():
    for size, *printed in rows(TABLE_A_3):
        found = [
            upper_rate(deviations, int(size), NINETY_FIVE).quantize(Decimal("0.1"), ROUND_CEILING)
            for deviations in range(11)
        ]
        assert found == [Decimal(limit) for limit in printed], size


def test_all_items_wrong_bound_nothing():
    assert upper_rate(5, 5, NINETY_FIVE) == 100


def test_factors_are_those_of_table_c_3():
    """A few are printed a hundredth higher than rounding up makes them."""
    for found, *printed in rows(TABLE_C_3):
        for risk, factor in zip(RISKS, printed, strict=True):
            exact = poisson_factor(int(found), 1 - percent(risk))
            assert -Decimal("0.005") < Decimal(factor) - exact <= Decimal("0.0101")


def test_a_factor_is_where_so_few_are_just_not_believed():
    for found in (0, 1, 7, 60):
        for confidence in (Fraction(1, 2), NINETY_FIVE, Fraction(999, 1000)):
            factor = Fraction(poisson_factor(found, confidence))
            left_over = Fraction(gamma_at_most(Fraction(found + 1), factor)) - confidence
            assert abs(left_over) < Fraction(1, 10**25)


def test_a_factor_found_from_the_one_before_is_that_of_the_whole_sum():
    for confidence in (Fraction(1, 1000), Fraction(1, 2), NINETY_FIVE, 1 - Fraction(1, 10**9)):
        stepped = list(islice(poisson_factors(confidence), 301))
        for found in (0, 31, 32, 33, 34, 120, 300):
            summed = poisson_factor(found, confidence)
            assert abs(stepped[found] - summed) < Decimal(10) ** -50


def test_what_no_sample_can_say_is_refused():
    near = percent("2.99")
    for table in ("poisson", "binomial", "hypergeometric"):
        with pytest.raises(SizeOutOfReach, match="10000"):
            planned(NINETY_FIVE, percent(3), near, table, 1_000_000)


def test_a_population_that_cannot_say_it_is_refused():
    with pytest.raises(SizeOutOfReach):
        planned(NINETY_FIVE, percent(3), percent(2), "hypergeometric", 20)


def test_chances_are_those_that_counting_gives():
    for population, deviations, size in ((20, 5, 7), (20, 15, 12), (12, 12, 5), (10, 0, 4)):
        for most in range(size + 1):
            right = population - deviations
            ways = sum(comb(deviations, n) * comb(right, size - n) for n in range(most + 1))
            exact = Fraction(ways, comb(population, size))
            found = Fraction(hypergeometric_at_most(most, size, deviations, population))
            assert abs(found - exact) < Fraction(1, 10**40)
    assert binomial_at_most(0, 3, Fraction(1, 2)) == Decimal("0.125")
    assert binomial_at_most(3, 3, Fraction(1, 2)) == 1
    assert binomial_at_most(1, 3, Fraction(1)) == 0
    assert gamma_at_most(Fraction(1), Fraction(0)) == 0
    assert gamma_at_most(Fraction(1), Fraction(1000)) == 1
