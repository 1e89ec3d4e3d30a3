"""Additive tables: named cells with whole-number counts, and totals that are sums of parts.

A cell is printed, unless it is named as something else. An indirect one is told by another figure
(a sum of money tells how many payments it is made of); when it is hidden, nobody sees that it is
there. An unprinted one is never told, but a group that the reader may work out (who was at risk and
not measured), and has to be protected like the others. An auxiliary one is no group of people at
all (a sum of outcomes over areas); an equation needs it.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.invariants import ensure

Name = Hashable
THRESHOLD_MIN: Final = 1
THRESHOLD_MAX: Final = 1_000
THRESHOLD_DEFAULT: Final = 5


@dataclass(frozen=True, slots=True)
class Equation:
    """A total is the sum of its parts; a part that is named twice counts twice."""

    total: Name
    parts: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The true counts, and everything that a reader knows to add up."""

    counts: Mapping[Name, int]
    equations: Sequence[Equation]
    indirect: Collection[Name] = frozenset()
    unprinted: Collection[Name] = frozenset()
    auxiliary: Collection[Name] = frozenset()

    def __post_init__(self) -> None:
        """Stop at a table that does not add up: what is hidden in it would be hidden wrongly."""
        ensure(min(self.counts.values(), default=0) >= 0, "a count is at least zero")
        for equation in self.equations:
            ensure(equation.total not in equation.parts, f"{equation.total} is no part of itself")
            added = sum(self.counts[part] for part in equation.parts)
            ensure(
                added == self.counts[equation.total], f"{equation.total} is the sum of its parts"
            )

    @property
    def told(self) -> frozenset[Name]:
        """The cells that the report tells, unless they are hidden."""
        return frozenset(self.counts).difference(self.unprinted, self.auxiliary)

    def least(self, name: Name) -> int:
        """The least that a reader may take a hidden cell for: a zero would have been printed."""
        seen = name in self.told and name not in self.indirect
        return min(self.counts[name], 1) if seen else 0

    def heights(self) -> dict[Name, int]:
        """How many additions a cell is above the smallest parts; those have none."""
        heights: dict[Name, int] = dict.fromkeys(self.counts, 0)
        for _ in self.counts:
            risen = False
            for equation in self.equations:
                height = 1 + max((heights[part] for part in equation.parts), default=0)
                risen |= height > heights[equation.total]
                heights[equation.total] = max(height, heights[equation.total])
            if not risen:
                break
        return heights
