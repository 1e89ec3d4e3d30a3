"""Price, shares and caps of one payment, spelled out as steps that a person adds up by hand.

The steps follow `domain.md` 5 in its order. They are told beside the rules, not by them: what they
come to is compared with the split that is stored, and with the rules run again.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ledger.events.words import Rounding
from ledger.money import split_by_largest_remainder, split_with_carry
from ledger.shares import Part
from projections.tracing.story import CarryFrom

Step = dict[str, Any]


def split_steps(
    price: int,
    parts: Sequence[Part],
    *,
    rounding: Rounding,
    fixed: bool,
    carries: Mapping[str, CarryFrom],
) -> tuple[list[Step], list[int]]:
    """Price to whole pence, before caps: the steps, and what each part came to, in pence.

    `price` is in pence. By fixed amounts, by largest remainder, or with carries (`domain.md` 5);
    exact shares and carries are fractions of a penny.
    """
    if fixed:
        steps = [
            {"step": "fixed_share", "funder": part.funder, "amount_minor": part.parts}
            for part in parts
        ]
        return [*steps, _sum(price, [part.parts for part in parts])], [p.parts for p in parts]
    if rounding == "per_line":
        return _by_remainder(price, parts)
    return _with_carries(price, parts, carries)


def _by_remainder(price: int, parts: Sequence[Part]) -> tuple[list[Step], list[int]]:
    steps: list[Step] = []
    floors = []
    for part in parts:
        exact = Fraction(price * part.parts, part.parts_total)
        floor = exact.numerator // exact.denominator
        floors.append(floor)
        steps.append(_exact(price, part, exact, floor))
    amounts = list(split_by_largest_remainder(price, [part.parts for part in parts]))
    odd = [part.funder for part, floor, a in zip(parts, floors, amounts, strict=True) if a > floor]
    steps.append(
        {
            "step": "left_over",
            "price_minor": price,
            "floors_minor": sum(floors),
            "pennies": price - sum(floors),
            "to": odd,
            "rule": "largest remainder, ties in share order",
        }
    )
    return [*steps, *_shares(parts, amounts), _sum(price, amounts)], amounts


def _exact(price: int, part: Part, exact: Fraction, floor: int) -> Step:
    return {
        "step": "exact_share",
        "funder": part.funder,
        "price_minor": price,
        "parts": part.parts,
        "parts_total": part.parts_total,
        "exact": str(exact),
        "floor_minor": floor,
        "remainder": str(exact - floor),
    }


def _shares(parts: Sequence[Part], amounts: Sequence[int]) -> list[Step]:
    return [
        {"step": "share", "funder": part.funder, "amount_minor": amount}
        for part, amount in zip(parts, amounts, strict=True)
    ]


def _sum(price: int, amounts: Sequence[int]) -> Step:
    total = sum(amounts)
    return {"step": "sum", "amount_minor": total, "price_minor": price, "holds": total == price}


def _with_carries(
    price: int, parts: Sequence[Part], carries: Mapping[str, CarryFrom]
) -> tuple[list[Step], list[int]]:
    steps: list[Step] = []
    targets = []
    for part in parts:
        exact = Fraction(price * part.parts, part.parts_total)
        before = carries.get(part.funder, CarryFrom(Fraction(0), None))
        target = exact + before.carry
        targets.append(target)
        floor = max(0, target.numerator // target.denominator)
        step = {**_exact(price, part, exact, floor), "step": "target"}
        step |= {"carry_before": str(before.carry), "carry_from": before.version}
        steps.append({**step, "target": str(target), "remainder": str(target - floor)})
    amounts = list(split_with_carry(targets, price))
    steps += _pennies(parts, targets, amounts)
    steps += _shares(parts, amounts)
    for part, target, amount in zip(parts, targets, amounts, strict=True):
        step = {"step": "carry_after", "funder": part.funder, "target": str(target)}
        steps.append({**step, "amount_minor": amount, "carry_after": str(target - amount)})
    return [*steps, _sum(price, amounts)], amounts


def _pennies(
    parts: Sequence[Part], targets: Sequence[Fraction], amounts: Sequence[int]
) -> Iterator[Step]:
    """Who got the odd pennies, or gave them back."""
    for part, target, amount in zip(parts, targets, amounts, strict=True):
        moved = amount - max(0, target.numerator // target.denominator)
        if moved:
            word = "pennies_added" if moved > 0 else "pennies_taken"
            yield {"step": word, "funder": part.funder, "pennies": abs(moved)}
