"""Splitting and rounding whole pennies (`domain.md` 5 and 7). No float, ever."""

from collections.abc import Sequence
from fractions import Fraction

from ledger.invariants import ensure


def split_by_largest_remainder(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `amount` pennies in proportion to whole-number weights; the parts add up to it.

    Each share is floored; the pennies left over go to the largest remainders, ties in the order of
    the weights (`domain.md` 5). `amount` is not negative and the weights have a positive sum.
    """
    total = sum(weights)
    ensure(amount >= 0 and total > 0, "a split has something to split and somebody to take it")
    parts = [amount * weight // total for weight in weights]
    remainders = [amount * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -remainders[place])
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    ensure(sum(parts) == amount, "the parts add up to the amount")
    return tuple(parts)


def split_with_carry(targets: Sequence[Fraction], price: int) -> tuple[int, ...]:
    """Split `price` pennies as near to the targets as whole, non-negative pennies allow.

    Each part starts as its target, floored at zero. While the sum is below the price, one penny
    goes to the largest target - part, ties in share order; while it is above, one penny comes from
    the smallest target - part that has one, ties from the last (`domain.md` 5, cumulative).
    """
    places = range(len(targets))
    parts = [max(0, target.numerator // target.denominator) for target in targets]
    while sum(parts) < price:
        place = max(places, key=lambda p: (targets[p] - parts[p], -p))
        parts[place] += 1
    while sum(parts) > price:
        paying = [p for p in places if parts[p] > 0]
        place = min(paying, key=lambda p: (targets[p] - parts[p], -p))
        parts[place] -= 1
    return tuple(parts)


def round_half_up(exact: Fraction) -> int:
    """Round an amount that is not negative to whole pennies, halves up, once (`domain.md` 7)."""
    ensure(exact >= 0, "what is rounded is not negative")
    return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
