"""Caps: what a funder, a child and a contract pay at most (`domain.md` 5).

Split first; then funder caps in share order; then the child's, then the contract's cap, whose
excess is taken off in proportion to what each funder still pays. What nobody pays is unfunded.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.events.decisions import SplitLine
from ledger.events.terms import CapSet
from ledger.money import split_by_largest_remainder
from ledger.shares import Part


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap as recorded."""

    version: int
    effective_on: datetime.date
    terms: CapSet


@dataclass(slots=True)
class Room:
    """What is left under the caps in force on a day: of each funder, the child, the contract.

    `funder_room` gives the cap in force and what is left of it, or None for a funder without a cap.
    """

    funder_room: Callable[[str], tuple[CapSet, int] | None]
    child_room: tuple[CapSet, int] | None
    contract_room: tuple[CapSet, int] | None


def cap_in_force(caps: Sequence[Cap], day: datetime.date) -> Cap | None:
    """Find the cap in force on a day: the latest date, then the latest version."""
    candidates = [cap for cap in caps if cap.effective_on <= day]
    return max(candidates, key=lambda cap: (cap.effective_on, cap.version), default=None)


def under_caps(
    parts: Sequence[Part], amounts: Sequence[int], room: Room
) -> tuple[SplitLine, ...] | None:
    """Lay the split under the caps; None when a cap refuses the whole line.

    Every line's amount plus its unfunded part stays its share before caps; a funder that takes
    another's excess pays it on its own line, or on a new one at the end.
    """
    paid = _under_funder_caps(parts, amounts, room)
    if paid is None:
        return None
    pays, unfunded = paid
    for shared in (room.child_room, room.contract_room):
        if shared is None:
            continue
        terms, left = shared
        excess = sum(pays.values()) - max(0, left)
        if excess <= 0:
            continue
        if terms.on_reached == "refuse_line":
            return None
        taken = split_by_largest_remainder(excess, tuple(pays.values()))
        for funder, less in zip(tuple(pays), taken, strict=True):
            pays[funder] -= less
            unfunded[funder] += less
    return _lines(parts, pays, unfunded)


def _under_funder_caps(
    parts: Sequence[Part], amounts: Sequence[int], room: Room
) -> tuple[dict[str, int], dict[str, int]] | None:
    pays: dict[str, int] = {}
    unfunded: dict[str, int] = {}
    moving: list[tuple[str, str, int]] = []
    for part, amount in zip(parts, amounts, strict=True):
        found = room.funder_room(part.funder)
        excess = 0 if found is None else max(0, amount - max(0, found[1]))
        pays[part.funder] = amount - excess
        unfunded[part.funder] = 0
        if found is None or not excess:
            continue
        match found[0].on_reached:
            case "refuse_line":
                return None
            case "reallocate":
                moving.append((part.funder, found[0].to or "", excess))
            case _:
                unfunded[part.funder] = excess
    for source, target, excess in moving:
        found = room.funder_room(target)
        left = excess if found is None else max(0, found[1] - pays.get(target, 0))
        taken = min(excess, left)
        if taken:
            pays[target] = pays.get(target, 0) + taken
            unfunded.setdefault(target, 0)
        unfunded[source] += excess - taken
    return pays, unfunded


def _lines(
    parts: Sequence[Part], pays: dict[str, int], unfunded: dict[str, int]
) -> tuple[SplitLine, ...]:
    shares = {part.funder: part for part in parts}
    total = parts[0].parts_total
    return tuple(
        SplitLine(
            funder=funder,
            amount_minor=amount,
            unfunded_minor=unfunded[funder],
            parts=shares[funder].parts if funder in shares else 0,
            parts_total=total,
        )
        for funder, amount in pays.items()
    )
