"""How far a hidden cell can move while all that is published stays: exact linear programming.

A movement changes counts and keeps every equation. Published cells stand still; a hidden cell may
rise without limit and fall to its floor. The simplex method with Bland's rule, over whole numbers
and fractions, starts at the true table: nothing has moved, which every basis allows. So one set of
solved equations serves all questions, and a cell that is hidden later is only let loose.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

Exact = int | Fraction
Row = dict[int, Exact]


@dataclass(frozen=True, slots=True)
class Movement:
    """Where a push ended: how far the cell came, what moved with it, and what held it back.

    A movement that is not in whole numbers is none: counts of people are whole. `levers` are the
    published cells in the sum that bounds the cell; none where it came as far as was wanted.
    """

    reach: int
    moved: Mapping[int, int]
    levers: Sequence[int]


class Movements:
    """The equations of a table, solved for some of its cells (the basis) by all the others."""

    def __init__(self, equations: Sequence[Mapping[int, int]], floors: Sequence[int]) -> None:
        """Solve the equations, each a sum that is zero; every cell stands still."""
        self._floors = floors
        self._loose: set[int] = set()
        self._rows: dict[int, Row] = {}
        self._moved: list[Exact] = [0] * len(floors)
        for equation in equations:
            self._solve(equation)

    def loosen(self, cell: int) -> None:
        """Let a cell move: it is hidden."""
        self._loose.add(cell)

    def fasten(self, cell: int) -> None:
        """Make a cell stand still: it is published."""
        self._loose.remove(cell)

    def push(self, cell: int, direction: int, wanted: int) -> Movement:
        """Move a cell up (1) or down (-1) by what is wanted, or as far as it goes."""
        self._moved = [0] * len(self._floors)
        while (missing := wanted - direction * self._moved[cell]) > 0:
            slopes = self._rows.get(cell, {cell: 1})
            entering = self._entering(slopes, direction)
            if entering is None:
                return self._ended(cell, [other for other in slopes if other not in self._loose])
            self._advance(entering, direction * slopes[entering], missing)
        return self._ended(cell, [])

    def _solve(self, equation: Mapping[int, int]) -> None:
        row: Row = {}
        for cell, factor in equation.items():
            _add(row, self._rows.get(cell, {cell: 1}), factor)
        if row:
            cell = max(row)
            own = row.pop(cell)
            self._settle(cell, {other: _over(-factor, own) for other, factor in row.items()})

    def _settle(self, cell: int, row: Row) -> None:
        """Take a cell into the basis, and out of the rows of all others."""
        for other in self._rows.values():
            factor = other.pop(cell, 0)
            if factor:
                _add(other, row, factor)
        self._rows[cell] = row

    def _entering(self, slopes: Mapping[int, Exact], direction: int) -> int | None:
        """The first loose cell whose movement brings the pushed one further."""
        return min(
            (
                cell
                for cell, slope in slopes.items()
                if cell in self._loose
                and (slope * direction > 0 or self._moved[cell] > self._floors[cell])
            ),
            default=None,
        )

    def _advance(self, entering: int, slope: Exact, missing: Exact) -> None:
        """Move one cell, and with it the basis, until enough is done or something stops it."""
        way = 1 if slope > 0 else -1
        rates = {cell: way * row[entering] for cell, row in self._rows.items() if entering in row}
        limit, stopping = self._limit({**rates, entering: way})
        wanted = math.ceil(_over(missing, way * slope))
        step: Exact = wanted if limit is None or wanted < limit else limit
        self._moved[entering] = _plain(self._moved[entering] + way * step)
        for cell, rate in rates.items():
            self._moved[cell] = _plain(self._moved[cell] + rate * step)
        if step == limit and stopping != entering:
            self._exchange(stopping, entering)

    def _limit(self, rates: Mapping[int, Exact]) -> tuple[Exact | None, int]:
        """How far the movement goes, and what stops it: a published cell at once, else a floor.

        Of published cells the first, of floors that are met together the first (Bland's rule).
        """
        still = min((cell for cell in rates if cell not in self._loose), default=None)
        if still is not None:
            return 0, still
        falling = [
            (_over(self._moved[cell] - self._floors[cell], -rate), cell)
            for cell, rate in rates.items()
            if rate < 0
        ]
        return min(falling, default=(None, -1))

    def _exchange(self, leaving: int, entering: int) -> None:
        """Solve the row of a cell in the basis for another one, which takes its place."""
        row = self._rows.pop(leaving)
        own = row.pop(entering)
        solved = {cell: _over(-factor, own) for cell, factor in row.items()}
        solved[leaving] = _over(1, own)
        self._settle(entering, solved)

    def _ended(self, cell: int, levers: Sequence[int]) -> Movement:
        moved = {place: far for place, far in enumerate(self._moved) if far}
        whole = {place: far for place, far in moved.items() if isinstance(far, int)}
        if len(whole) < len(moved):
            return Movement(0, {}, levers)
        return Movement(abs(whole.get(cell, 0)), whole, levers)


def _add(row: Row, other: Mapping[int, Exact], factor: Exact) -> None:
    """Add a multiple of another row; what cancels out goes."""
    for cell, value in other.items():
        total = _plain(row.get(cell, 0) + factor * value)
        if total:
            row[cell] = total
        else:
            row.pop(cell, None)


def _over(value: Exact, divisor: Exact) -> Exact:
    if divisor in {1, -1}:
        return value * divisor
    return _plain(Fraction(value) / divisor)


def _plain(value: Exact) -> Exact:
    """A fraction that is whole as an int: the arithmetic of nearly all tables, and a fast one."""
    if isinstance(value, int):
        return value
    return value.numerator if value.denominator == 1 else value
