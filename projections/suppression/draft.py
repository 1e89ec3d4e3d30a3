"""A table in the making: totals, and groups that are the difference of two printed numbers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from projections.suppression.table import Equation, Name, Table


@dataclass(slots=True)
class Draft:
    """Counts so far, what adds up, and what kind of cell each is."""

    counts: dict[Name, int]
    equations: list[Equation] = field(default_factory=list)
    indirect: set[Name] = field(default_factory=set)
    unprinted: set[Name] = field(default_factory=set)
    auxiliary: set[Name] = field(default_factory=set)

    def total(self, name: Name, parts: Iterable[Name]) -> None:
        """Say that a counted cell is the sum of others."""
        self.equations.append(Equation(name, tuple(parts)))

    def within(self, whole: Name, part: Name) -> None:
        """Say that one group lies within another: the rest of it is a group as well."""
        rest = (whole, "without", part)
        self.unprinted.add(rest)
        self._differ(whole, [part], rest)

    def at_least(self, more: Name, parts: Iterable[Name]) -> Name:
        """Say that a number is never less than others together; the cell of what it has more."""
        rest = (more, "more than", *parts)
        self.auxiliary.add(rest)
        self._differ(more, list(parts), rest)
        return rest

    def sum_of(self, name: Name, parts: Iterable[Name]) -> None:
        """Add a sum that is no group of people."""
        added = tuple(parts)
        self.counts[name] = sum(self.counts[part] for part in added)
        self.auxiliary.add(name)
        self.equations.append(Equation(name, added))

    def table(self) -> Table:
        """The table."""
        return Table(self.counts, self.equations, self.indirect, self.unprinted, self.auxiliary)

    def _differ(self, whole: Name, parts: list[Name], rest: Name) -> None:
        self.counts[rest] = self.counts[whole] - sum(self.counts[part] for part in parts)
        self.equations.append(Equation(whole, (*parts, rest)))
