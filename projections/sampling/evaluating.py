"""What a sample says of its population: projected, at most, and against what is tolerable.

Monetary units (AICPA Audit Guide, Audit Sampling, 2017, chapter 6 and Table C-3; the bound is
Stringer's, 1963, with Poisson factors as Leslie, Teitlebaum and Anderson, 1979, give it):

- the taint of an item is (book value - audited value) / book value;
- an item below the interval stands for an interval: its taint times the interval is projected;
  an item of the interval or more stands for itself, and what was found in it is all there is;
- upper limit = interval x (R(0) + sum over taints, the largest first, of (R(i) - R(i-1)) x taint)
  + what was found in items of the interval or more, with R(i) the Poisson factor of i
  misstatements. R(0) x interval is the basic precision. Taints of 0 and below are left out, and
  bounded by themselves as understatements.

Items drawn with equal chance: the rate of the amounts is projected (0022), and deviations, items
whose values differ, are bounded by the binomial rule of Table A-3. All is exact until the end:
limits are rounded up to a penny, projections to the nearest, halves up.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import ceil, floor
from typing import NamedTuple

from projections.sampling.distributions import poisson_factors
from projections.sampling.sizes import upper_rate

Factor = Callable[[int], Fraction]


class Finding(NamedTuple):
    """What an item was in the books, and what the auditor found it to be, both in pence."""

    book_minor: int
    audited_minor: int

    @property
    def difference_minor(self) -> int:
        """What it is overstated by, in pence; negative: understated."""
        return self.book_minor - self.audited_minor

    @property
    def taint(self) -> Fraction:
        """The part of the book value that is not right; `ZeroDivisionError` where that is 0."""
        return Fraction(self.difference_minor, self.book_minor)


class Bound(NamedTuple):
    """One direction of misstatement: in how many items, what is projected, what it is at most.

    Amounts are exact, in pence; `certain` is what items of the interval or more were found to be.
    """

    found: int
    projected: Fraction
    basic: Fraction
    incremental: Fraction
    certain: Fraction

    @property
    def upper(self) -> Fraction:
        """What is projected, and what a sample of this size leaves open."""
        return self.projected + self.basic + self.incremental


def factors_at(confidence: Fraction) -> Factor:
    """R(i): the Poisson factors at a confidence, worked out once, as far as they are asked for."""
    factors = poisson_factors(confidence)
    known: list[Fraction] = []

    def factor(found: int) -> Fraction:
        known.extend(map(Fraction, islice(factors, max(0, found + 1 - len(known)))))
        return known[found]

    return factor


def stringer(findings: Sequence[Finding], interval: Fraction, factor: Factor) -> Bound:
    """The bound of overstatements by Stringer. A taint is at most 1: nobody is paid below nothing.

    `incremental` is what the bound adds to what is projected, beside the basic precision. The
    `interval` and all amounts are in pence; the formula is at the head of this module.
    """
    taints = sorted(
        (one.taint for one in findings if one.taint > 0 and one.book_minor < interval), reverse=True
    )
    certain = Fraction(
        sum(max(one.difference_minor, 0) for one in findings if one.book_minor >= interval)
    )
    known = sum(1 for one in findings if one.taint > 0 and one.book_minor >= interval)
    incremental = sum(
        (
            (factor(place) - factor(place - 1) - 1) * taint * interval
            for place, taint in enumerate(taints, start=1)
        ),
        Fraction(0),
    )
    projected = sum(taints, Fraction(0)) * interval + certain
    basic = factor(0) * interval
    return Bound(len(taints) + known, projected, basic, incremental, certain)


def turned(findings: Sequence[Finding]) -> list[Finding]:
    """Understatements as if they were overstatements of the same size."""
    return [Finding(one.book_minor, 2 * one.book_minor - one.audited_minor) for one in findings]


def is_bounded(findings: Sequence[Finding]) -> bool:
    """Whether every taint is at most 1, as Stringer's bound supposes."""
    return all(one.taint <= 1 for one in findings)


def ratio(findings: Sequence[Finding], total_minor: int) -> Fraction:
    """The misstatement of a population, in pence, at the rate of the amounts looked at (0022).

    Nothing where nothing was looked at.
    """
    looked_at = sum(one.book_minor for one in findings)
    wrong = sum(one.difference_minor for one in findings)
    return Fraction(wrong, looked_at) * total_minor if looked_at else Fraction(0)


def rate_at_most(findings: Sequence[Finding], confidence: Fraction) -> Decimal:
    """The part of the items, in percent, whose value differs at most (AICPA Table A-3)."""
    return upper_rate(sum(1 for one in findings if one.taint), len(findings), confidence)


def rounded(amount: Fraction) -> int:
    """Whole pence, halves up."""
    return floor(amount + Fraction(1, 2))


def at_most(amount: Fraction) -> int:
    """Whole pence that are not below an amount."""
    return ceil(amount)
