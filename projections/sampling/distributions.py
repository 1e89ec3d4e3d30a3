"""The distributions that auditors' tables are made of, worked out in decimals of 60 digits.

No float and no random number is used, so every program that keeps enough digits finds the same.
Chances are given as exact fractions; results are good to at least 30 digits.
"""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import lru_cache
from itertools import count
from math import isqrt
from typing import Final

DIGITS: Final = 60
NEGLIGIBLE: Final = Decimal(10) ** -50
NEGLIGIBLE_TERM: Final = Decimal(10) ** -DIGITS
NEARLY: Final = Decimal(10) ** -27
"""What Newton's method has still to correct is then below its square."""

STEPPED_FROM: Final = 32
"""From here on factors are many times what each is above the one before, whatever is believed."""
STEPS_MAX: Final = 200


def gamma_at_most(shape: Fraction, value: Fraction) -> Decimal:
    """The chance that a gamma variable of a shape, and of scale 1, is at most a value.

    For a whole shape k + 1 it is the chance that a Poisson variable with this mean is above k. The
    constant of the distribution is the same integral up to where the rest of it is below 10^-25.
    """
    if value <= 0:
        return Decimal(0)
    whole = int(shape) + 1
    upto = Fraction(whole + 16 * (isqrt(whole) + 1) + 120)
    with localcontext(prec=DIGITS):
        if value >= upto:
            return Decimal(1)
        exponent, here, end = decimal(shape), decimal(value), decimal(upto)
        scale = (here / end) ** exponent * (end - here).exp()
        return scale * _series(exponent, here) / _series(exponent, end)


def _series(shape: Decimal, value: Decimal) -> Decimal:
    """1 + x/(a + 1) + x^2/((a + 1)(a + 2)) + ...: all its terms are positive."""
    total = term = Decimal(1)
    step = shape
    while term > total * NEGLIGIBLE:
        step += 1
        term *= value / step
        total += term
    return total


def binomial_at_most(most: int, size: int, rate: Fraction) -> Decimal:
    """The chance, 0 to 1, of at most so many deviations in a sample, each with the same chance.

    `rate` is that chance, from 0 up to and with 1.
    """
    if most >= size:
        return Decimal(1)
    with localcontext(prec=DIGITS):
        hit = decimal(rate)
        if hit == 1:
            return Decimal(0)
        odds = hit / (1 - hit)
        total = term = (1 - hit) ** size
        for found in range(1, most + 1):
            term *= odds * (size - found + 1) / found
            total += term
        return total


def hypergeometric_at_most(most: int, size: int, deviations: int, population: int) -> Decimal:
    """The chance, 0 to 1, of at most so many of a population's deviations in a sample of it.

    All are counts of items; `size` and `deviations` are at most `population`.
    """
    right = population - deviations
    least = max(0, size - right)
    if most >= min(size, deviations):
        return Decimal(1)
    with localcontext(prec=DIGITS):
        term = _least_of_them(least, size, deviations, population)
        total = term if least <= most else Decimal(0)
        for found in range(least + 1, most + 1):
            left = (deviations - found + 1) * (size - found + 1)
            term *= Decimal(left) / (found * (right - size + found))
            total += term
        return total


def _least_of_them(least: int, size: int, deviations: int, population: int) -> Decimal:
    """The chance of the fewest deviations that such a sample can have."""
    term = Decimal(1)
    if least:
        for place in range(1, size + 1):
            term *= Decimal(place) / (population - size + place)
        for place in range(1, least + 1):
            term *= Decimal(deviations - least + place) / place
        return term
    for place in range(size):
        term *= Decimal(population - deviations - place) / (population - place)
    return term


@lru_cache(maxsize=1_024)
def poisson_factor(found: int, confidence: Fraction) -> Decimal:
    """The mean at which so many misstatements or fewer are just too few to be believed.

    It is what a spreadsheet gives as GAMMA.INV(confidence, found + 1, 1): 3.00 for none at 95%.
    Newton's method on a curve without a turn: the digits that are right double with each step.
    """
    with localcontext(prec=DIGITS):
        believed = 1 - decimal(confidence)
        mean = Decimal(found) + Decimal(1)
        for _ in range(STEPS_MAX):
            last = (-mean).exp()
            below = last
            for number in range(1, found + 1):
                last *= mean / number
                below += last
            step = (below - believed) / last
            mean += step
            if abs(step) < NEGLIGIBLE * mean:
                break
        return mean


def poisson_factors(confidence: Fraction) -> Iterator[Decimal]:
    """R(0), R(1), ...: the Poisson factors of none, one, two misstatements, without end.

    From `STEPPED_FROM` on each is found from the one before it, not from a sum over all counts
    below: a thousand take ten times as long as a hundred.
    """
    for found in range(STEPPED_FROM):
        yield poisson_factor(found, confidence)
    mean, step = poisson_factor(STEPPED_FROM, confidence), Decimal(1)
    for found in count(STEPPED_FROM + 1):
        yield mean
        with localcontext(prec=DIGITS):
            step = _step(found, mean, step)
            mean += step


def _step(found: int, last: Decimal, guess: Decimal) -> Decimal:
    """R(i) - R(i - 1), from a guess at it; R(i - 1) must be well above that.

    At R(i - 1), i or fewer are believed by the chance p of exactly i too much. A mean that is
    higher by h takes p away again, so the integral of g(t) = e^-t (1 + t/R(i - 1))^i up to h is 1.
    The powers of t in g come one from two others: (R(i - 1) + t) g' = (i - R(i - 1) - t) g.
    """
    step = guess
    for _ in range(STEPS_MAX):
        height = area = before = Decimal(0)
        term, power = Decimal(1), 0
        while abs(term) + abs(before) > NEGLIGIBLE_TERM:
            height += term
            area += term * step / (power + 1)
            following = (found - last - power) * term - before * step
            before, term = term, following * step / (last * (power + 1))
            power += 1
        change = (1 - area) / height
        step += change
        if abs(change) < NEARLY:
            break
    return step


def decimal(number: Fraction) -> Decimal:
    """A fraction in the digits of the context."""
    return Decimal(number.numerator) / Decimal(number.denominator)
