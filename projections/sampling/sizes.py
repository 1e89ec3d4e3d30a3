"""How many items to look at, by the rules behind the tables of the AICPA's Audit Guide.

`poisson` is Table C-1 (monetary units; the factor of a gamma distribution, so that a part of a
misstatement may be expected), `binomial` is Table A-1 (tests of controls: a whole number of
deviations), `hypergeometric` the same for a population that is not large. Rates are exact
fractions: what is tolerable, and what is expected, of the population's amount or of its items.
"""

from collections.abc import Callable
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction
from functools import lru_cache, partial
from math import ceil
from typing import Final, Literal, NamedTuple

from projections.sampling.distributions import (
    DIGITS,
    binomial_at_most,
    decimal,
    gamma_at_most,
    hypergeometric_at_most,
)

SIZE_MAX: Final = 10_000
RATE_PLACES: Final = Decimal("0.0001")
HALVINGS: Final = 40
Table = Literal["poisson", "binomial", "hypergeometric"]


class Plan(NamedTuple):
    """What the auditor wants to be able to say: with which confidence, of which rates (0 to 1)."""

    confidence: Fraction
    tolerable: Fraction
    expected: Fraction
    table: Table


class SizeOutOfReach(ValueError):
    """No sample of at most `SIZE_MAX` items can say that."""

    def __init__(self) -> None:
        """Say how far samples go."""
        super().__init__(f"this takes more than {SIZE_MAX} items")


@lru_cache(maxsize=1_024)
def size_of(plan: Plan, population: int) -> int:
    """The size of the smallest sample by a plan; `population` is a count of items.

    A sample is never larger than the population, except of monetary units, where the caller
    counts items for that table alone. Raises `SizeOutOfReach`.
    """
    match plan.table:
        case "poisson":
            return _monetary(plan)
        case "binomial":
            return _attributes(plan, SIZE_MAX, lambda most, size: _binomial(plan, most, size))
        case "hypergeometric":
            deviations = ceil(plan.tolerable * population)
            return _attributes(
                plan,
                min(SIZE_MAX, population),
                lambda most, size: hypergeometric_at_most(most, size, deviations, population),
            )


def _monetary(plan: Plan) -> int:
    """The first size whose misstatement, as expected, would be below what is tolerable."""

    def enough(size: int) -> bool:
        chance = gamma_at_most(1 + size * plan.expected, size * plan.tolerable)
        return chance >= decimal(plan.confidence)

    return _first(1, SIZE_MAX, enough)


def _binomial(plan: Plan, most: int, size: int) -> Decimal:
    return binomial_at_most(most, size, plan.tolerable)


def _attributes(plan: Plan, largest: int, at_most: Callable[[int, int], Decimal]) -> int:
    """The first size that may have the deviations it is expected to have, a whole number.

    More deviations need a larger sample, and a larger sample is expected to have more: both grow
    until they meet.
    """
    believed = 1 - decimal(plan.confidence)
    deviations = 0
    while True:
        few = partial(_is_unbelievable, at_most, believed, deviations)
        size = _first(deviations + 1, largest, few)
        expected = ceil(size * plan.expected)
        if expected <= deviations:
            return size
        deviations = expected


def _is_unbelievable(
    at_most: Callable[[int, int], Decimal], believed: Decimal, deviations: int, size: int
) -> bool:
    """Whether so few deviations in a sample of a size are not to be believed."""
    return at_most(deviations, size) <= believed


def _first(low: int, high: int, enough: Callable[[int], bool]) -> int:
    """The first number that is enough; above it all are. Raises `SizeOutOfReach`."""
    if low > high or not enough(high):
        raise SizeOutOfReach
    while low < high:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle + 1
    return low


def upper_rate(deviations: int, size: int, confidence: Fraction) -> Decimal:
    """The rate of deviations, in percent, that a population has at most (Table A-3).

    Rounded up at four places: the first rate at which so few deviations are not to be believed.
    """
    if deviations >= size:
        return Decimal(100)
    believed = 1 - confidence
    low, high = Fraction(deviations, size), Fraction(1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if binomial_at_most(deviations, size, middle) > decimal(believed):
            low = middle
        else:
            high = middle
    with localcontext(prec=DIGITS):
        return (decimal(high) * 100).quantize(RATE_PLACES, ROUND_CEILING)
