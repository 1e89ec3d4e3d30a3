"""Which cells are hidden: the small ones, and those that would give them away (decision 0018).

A published cell can only be a lever: one that stands in the sum by which a reader would bound a
small cell. So nothing is hidden that gives nothing away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.invariants import ensure
from projections.suppression.movement import Movement, Movements
from projections.suppression.table import THRESHOLD_MAX, THRESHOLD_MIN, Equation, Name, Table

UNMOVED: Final = Movement(0, {}, ())
UP: Final = 1
DOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Hidden:
    """The cells that are hidden: small themselves, or in order to protect a small one.

    Which is which is not for the reader: it would say that a number is below the threshold.
    """

    primary: frozenset[Name]
    secondary: frozenset[Name]

    @property
    def cells(self) -> frozenset[Name]:
        """Every hidden cell."""
        return self.primary | self.secondary


def suppress(table: Table, threshold: int) -> Hidden:
    """Hide what is above zero and below the threshold, and what would give that away.

    Afterwards there are, for every small group, two tables in whole numbers that agree with all
    that is told, and in which the group differs by at least the threshold. A zero is never hidden;
    so a reader knows of a hidden number that it is at least one, and that is reckoned with.
    """
    ensure(THRESHOLD_MIN <= threshold <= THRESHOLD_MAX, "a threshold is from 1 to 1000")
    hiding = _Hiding(table, threshold)
    for cell in hiding.small:
        hiding.protect(cell)
    hiding.show_what_may_be_shown()
    names = list(table.counts)
    primary = frozenset(names[cell] for cell in hiding.small) & table.told
    return Hidden(primary, frozenset(names[cell] for cell in hiding.secondary))


class _Hiding:
    """The cells by number, what is hidden so far, and the widest movements of each small group."""

    def __init__(self, table: Table, threshold: int) -> None:
        told = table.told
        heights = table.heights()
        self._threshold = threshold
        self._counts = list(table.counts.values())
        self._heights = [heights[name] for name in table.counts]
        self.small = [
            cell
            for cell, (name, count) in enumerate(table.counts.items())
            if 0 < count < threshold and name not in table.auxiliary
        ]
        self.secondary: set[int] = set()
        self._sums = _sums(table.equations, list(table.counts))
        self._movements = Movements(
            self._sums,
            [table.least(name) - count for name, count in table.counts.items()],
        )
        never_told = {cell for cell, name in enumerate(table.counts) if name not in told}
        self._hidden = never_told.union(self.small)
        for cell in self._hidden:
            self._movements.loosen(cell)
        self._widest = {cell: {UP: UNMOVED, DOWN: UNMOVED} for cell in self.small}

    def protect(self, cell: int) -> None:
        """Hide more until the cell can move by the threshold, the cheapest lever first."""
        while not self._moves_enough(cell):
            levers = [lever for lever in self._push(cell, UP).levers if self._counts[lever]]
            levers = levers or self._published()
            if not levers:
                return  # with everything hidden, any multiple of the true table is possible
            self._hide(min(levers, key=self._cost))

    def show_what_may_be_shown(self) -> None:
        """Publish again what turned out to be hidden in vain, the dearest first."""
        if not all(self._room(cell) >= self._threshold for cell in self.small):
            return
        for cell in sorted(self.secondary, key=self._cost, reverse=True):
            before = dict(self._widest)
            self._publish(cell)
            leaning = [
                small
                for small, widest in before.items()
                if cell in widest[UP].moved or cell in widest[DOWN].moved
            ]
            self._widest.update({small: {UP: UNMOVED, DOWN: UNMOVED} for small in leaning})
            if not all(self._moves_enough(small) for small in leaning):
                self._hide(cell)
                self._widest = before

    def _moves_enough(self, cell: int) -> bool:
        for direction in (UP, DOWN):
            if self._room(cell) < self._threshold:
                self._push(cell, direction)
        return self._room(cell) >= self._threshold

    def _room(self, cell: int) -> int:
        """How far apart the lowest and the highest count are that were seen to be possible."""
        widest = self._widest[cell]
        return widest[UP].reach + widest[DOWN].reach

    def _push(self, cell: int, direction: int) -> Movement:
        """Move a cell as far as it still lacks; what moved with it is worth knowing too."""
        wanted = self._threshold - self._widest[cell][-direction].reach
        push = self._movements.push(cell, direction, wanted)
        for small, widest in self._widest.items():
            far = push.moved.get(small, 0)
            way = UP if far > 0 else DOWN
            if abs(far) > widest[way].reach and self._room(small) < self._threshold:
                widest[way] = Movement(abs(far), push.moved, ())
        return push

    def _published(self) -> list[int]:
        """What is left to hide; a zero never is."""
        return [
            cell for cell, count in enumerate(self._counts) if count and cell not in self._hidden
        ]

    def _cost(self, cell: int) -> tuple[int, int, int, int]:
        """Parts before totals; then what is left alone in fewest sums; then the smallest count."""
        alone = sum(
            cell in one and self._hidden.isdisjoint(one.keys() - {cell}) for one in self._sums
        )
        return (self._heights[cell], alone, self._counts[cell], cell)

    def _hide(self, cell: int) -> None:
        self._hidden.add(cell)
        self.secondary.add(cell)
        self._movements.loosen(cell)

    def _publish(self, cell: int) -> None:
        self._hidden.remove(cell)
        self.secondary.remove(cell)
        self._movements.fasten(cell)


def _sums(equations: Sequence[Equation], names: Sequence[Name]) -> list[dict[int, int]]:
    """Each equation as a sum that is zero, over the numbers of its cells."""
    numbers = {name: number for number, name in enumerate(names)}
    sums = []
    for equation in equations:
        factors = {numbers[equation.total]: 1}
        for part in equation.parts:
            factors[numbers[part]] = factors.get(numbers[part], 0) - 1
        sums.append(factors)
    return sums
