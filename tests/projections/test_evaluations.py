"""What a sample says: exercises of textbooks with their printed factors, and what must always hold.

The first exercise is of T. Louwers and others, Auditing and Assurance Services, on monetary unit
sampling; the second is set to students with the factors that it gives.
"""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from projections.sampling.evaluating import (
    Finding,
    at_most,
    factors_at,
    is_bounded,
    rate_at_most,
    ratio,
    rounded,
    stringer,
    turned,
)

PRINTED = ("3.00", "4.75", "6.30", "7.76", "9.16")
NINETY_FIVE = Fraction(95, 100)
EXACT = factors_at(NINETY_FIVE)
FINDINGS = st.lists(
    st.tuples(st.integers(1, 5_000), st.integers(0, 100)).map(
        lambda pair: Finding(pair[0], pair[0] * pair[1] // 100)
    ),
    max_size=12,
)


def printed(found):
    return Fraction(PRINTED[found])


def test_an_exercise_with_an_item_above_the_interval():
    """Interval 12,300, risk 5%: 13,980 projected, 36,900 basic, 7,790 incremental."""
    findings = [
        Finding(1_500_000, 1_250_000), Finding(1_000_000, 400_000), Finding(300_000, 200_000),
        Finding(50_000, 50_000),
    ]  # fmt: skip
    bound = stringer(findings, Fraction(1_230_000), printed)
    assert (bound.found, bound.certain) == (3, 250_000)
    assert bound.projected == 1_398_000
    assert bound.basic == 3_690_000
    assert bound.incremental == 779_000
    assert bound.upper == 5_867_000


def test_an_exercise_in_which_the_limit_is_above_what_is_tolerable():
    """Book value 720,000, 90 items: an interval of 8,000, and 30,000 would be tolerable."""
    pairs = ((1_500, 1_000), (2_400, 1_200), (8_200, 7_500), (6_000, 5_400), (9_000, 8_000))
    findings = [Finding(book * 100, audited * 100) for book, audited in pairs]
    bound = stringer(findings, Fraction(72_000_000, 90), printed)
    assert bound.basic == 2_400_000
    assert rounded(bound.projected) == 916_667
    assert rounded(bound.incremental) == 483_467
    assert at_most(bound.upper) == 3_800_134


def test_no_misstatement_leaves_the_basic_precision():
    bound = stringer([Finding(100, 100)] * 93, Fraction(2_688_200), printed)
    assert (bound.found, bound.projected, bound.incremental) == (0, 0, 0)
    assert bound.upper == 8_064_600


def test_exact_factors_are_just_below_the_printed_ones():
    findings = [Finding(1_000_000, 400_000), Finding(300_000, 200_000)]
    exact = stringer(findings, Fraction(1_230_000), EXACT).upper
    on_paper = stringer(findings, Fraction(1_230_000), printed).upper
    assert on_paper * Fraction(998, 1000) < exact < on_paper


@given(FINDINGS, st.integers(100, 10_000))
def test_a_limit_is_never_below_what_is_projected(findings, interval):
    bound = stringer(findings, Fraction(interval), EXACT)
    assert bound.upper >= bound.projected + bound.basic
    assert bound.basic == EXACT(0) * interval
    assert bound.projected >= bound.certain >= 0


@given(FINDINGS, st.integers(100, 10_000), st.integers(1, 5_000))
def test_one_more_misstatement_never_lowers_a_limit(findings, interval, book):
    bound = stringer(findings, Fraction(interval), EXACT)
    more = stringer([*findings, Finding(book, 0)], Fraction(interval), EXACT)
    assert more.upper > bound.upper
    assert more.found == bound.found + 1


def test_understatements_are_bounded_by_themselves():
    findings = [Finding(1_000, 1_400), Finding(1_000, 900)]
    over = stringer(findings, Fraction(5_000), printed)
    under = stringer(turned(findings), Fraction(5_000), printed)
    assert (over.projected, under.projected) == (500, 2_000)
    assert is_bounded(turned(findings))
    assert not is_bounded(turned([Finding(1_000, 2_001)]))


def test_a_rate_of_amounts_is_projected():
    findings = [Finding(10_000, 9_000), Finding(30_000, 30_000)]
    assert ratio(findings, 1_000_000) == 25_000
    assert ratio([], 1_000_000) == 0
    assert str(rate_at_most([Finding(1, 1)] * 60, NINETY_FIVE)) == "4.8703"


def test_pence_are_rounded_once():
    assert [rounded(Fraction(n, 2)) for n in (1, 2, 3, -1, -3)] == [1, 1, 2, 0, -1]
    assert [at_most(Fraction(n, 2)) for n in (1, 2, -1)] == [1, 1, 0]
