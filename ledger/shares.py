"""Shares: who pays which part of a payment, to the penny (`domain.md` 5)."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.events.decisions import Carry
from ledger.events.terms import FixedShare, Share, SharesSet
from ledger.events.words import Rounding
from ledger.money import split_by_largest_remainder, split_with_carry


@dataclass(frozen=True, slots=True)
class ShareSet:
    """A share set as recorded."""

    version: int
    effective_on: datetime.date
    terms: SharesSet


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a child is on a day, and the funders that its roles stand for."""

    school: str | None = None
    borough: str | None = None
    funders: Mapping[str, str] | None = None

    def resolve(self, share: Share | FixedShare) -> str | None:
        """The funder that a share names, or that its role stands for; None while unresolved."""
        if share.funder is not None:
            return share.funder
        return (self.funders or {}).get(share.role or "")


@dataclass(frozen=True, slots=True)
class Part:
    """A funder's exact share of a price: price x parts / parts_total."""

    funder: str
    parts: int
    parts_total: int


NO_PLACE: Final = Placement()


def share_set_for(
    share_sets: Sequence[ShareSet],
    placement: Placement,
    *,
    trigger: str,
    price: int,
    day: datetime.date,
) -> ShareSet | None:
    """Find the set that splits a trigger of this price for a child that is placed so on the day.

    Most conditions win; then school before borough before trigger; then the latest date; then the
    latest version. A fixed set that does not add up to the price is passed over.
    """
    candidates = [
        (_precedence(share_set), share_set)
        for share_set in share_sets
        if share_set.effective_on <= day
        and _holds(share_set.terms, placement, trigger)
        and _adds_up(share_set.terms, trigger, price)
    ]
    return max(candidates, key=lambda pair: pair[0])[1] if candidates else None


def _holds(terms: SharesSet, placement: Placement, trigger: str) -> bool:
    where = terms.where
    if where is None:
        return True
    return (
        where.school in {None, placement.school}
        and where.borough in {None, placement.borough}
        and where.trigger in {None, trigger}
    )


def _adds_up(terms: SharesSet, trigger: str, price: int) -> bool:
    return terms.fixed is None or fixed_sum(terms.fixed, trigger) == price


def fixed_sum(fixed: Sequence[FixedShare], trigger: str) -> int:
    """What the fixed shares of one trigger add up to; 0 when the set does not name it."""
    return sum(share.amount_minor for share in fixed if share.trigger == trigger)


def _precedence(share_set: ShareSet) -> tuple[int, bool, bool, bool, datetime.date, int]:
    where = share_set.terms.where
    school = where is not None and where.school is not None
    borough = where is not None and where.borough is not None
    trigger = where is not None and where.trigger is not None
    conditions = school + borough + trigger
    return conditions, school, borough, trigger, share_set.effective_on, share_set.version


def parts_of(
    terms: SharesSet, placement: Placement, *, trigger: str, price: int
) -> tuple[Part, ...] | None:
    """Resolve a set's shares to funders, in share order; None while a role is unresolved.

    Two shares that come to the same funder are one part, at the place of the first.
    """
    weights: dict[str, int] = {}
    shares: Sequence[Share | FixedShare] = terms.shares or [
        share for share in terms.fixed or () if share.trigger == trigger
    ]
    for share in shares:
        funder = placement.resolve(share)
        if funder is None:
            return None
        weight = share.parts if isinstance(share, Share) else share.amount_minor
        weights[funder] = weights.get(funder, 0) + weight
    total = sum(weights.values()) if terms.fixed is None else price
    return tuple(Part(funder, weight, total) for funder, weight in weights.items())


def split_price(
    price: int,
    parts: Sequence[Part],
    *,
    rounding: Rounding,
    fixed: bool,
    carries: Mapping[str, Fraction],
) -> tuple[tuple[int, ...], tuple[Carry, ...] | None]:
    """Split a price over the parts, before caps; under `cumulative` with the carries it leaves.

    Fixed shares leave carries alone. The amounts always add up to the price.
    """
    weights = [part.parts for part in parts]
    if fixed or rounding == "per_line":
        return split_by_largest_remainder(price, weights), None
    before = [carries.get(part.funder, Fraction(0)) for part in parts]
    targets = [
        Fraction(price * part.parts, part.parts_total) + carry
        for part, carry in zip(parts, before, strict=True)
    ]
    amounts = split_with_carry(targets, price)
    moved = tuple(
        Carry(funder=part.funder, before=str(carry), after=str(target - amount))
        for part, carry, target, amount in zip(parts, before, targets, amounts, strict=True)
    )
    return amounts, moved
