"""Children of small cohorts for properties of the published outcomes, and all that follows of them.

A reader who reasons about children, not about tables, knows more than sums: how many areas a child
can be measured in, and that one child is counted in several. Here every kind of child is a cell.
"""

import math
from itertools import product

from hypothesis import strategies as st

from projections.reading.published.outcomes import AREA_COUNTS, CHILD_COUNTS, Cell
from projections.suppression.movement import Movements
from projections.suppression.table import Name

AREAS = ("peer", "maths", "attendance")
COHORTS = ("2019", "2020")
AT_RISK, MEASURED, ACHIEVED = 1, 2, 3
Kind = tuple[str, tuple[int, ...]]
Children = dict[Kind, int]


@st.composite
def cohorts(draw: st.DrawFn) -> Children:
    """How many children there are of each kind: a cohort, and how far they came in each area."""
    areas = draw(st.integers(1, len(AREAS)))
    ways = st.tuples(st.sampled_from(COHORTS), st.tuples(*[st.integers(0, ACHIEVED)] * areas))
    return draw(st.dictionaries(ways, st.integers(1, 9), min_size=1, max_size=8))


def areas_of(children: Children) -> tuple[str, ...]:
    return AREAS[: len(next(iter(children))[1])]


def cohorts_of(children: Children) -> list[str]:
    return sorted({cohort for cohort, _ in children})


def counts_of(children: Children) -> dict[Cell, int]:
    """The numbers of the report by cohort, added up from the children."""
    return {cell: sum(children[kind] for kind in kinds) for cell, kinds in _cells(children).items()}


def _cells(children: Children) -> dict[Cell, list[Kind]]:
    return {
        cell: [kind for kind in children if kind[0] == cell.cohort and _counts(cell, kind[1])]
        for cohort in cohorts_of(children)
        for cell in [
            *(Cell(cohort, area, what) for area in areas_of(children) for what in AREA_COUNTS),
            *(Cell(cohort, None, what) for what in CHILD_COUNTS),
        ]
    }


def _counts(cell: Cell, ways: tuple[int, ...]) -> bool:
    if cell.area is not None:
        return ways[AREAS.index(cell.area)] > AREA_COUNTS.index(cell.what)
    if cell.what == "measured":
        return max(ways) >= MEASURED
    return ways.count(ACHIEVED) >= CHILD_COUNTS.index(cell.what)


def every_kind(children: Children) -> Children:
    """All kinds of child that a reader may think of, with how many there are."""
    return {
        (cohort, ways): children.get((cohort, ways), 0)
        for cohort in cohorts_of(children)
        for ways in product(range(ACHIEVED + 1), repeat=len(areas_of(children)))
    }


class Thinker:
    """A reader who knows what a child can be, and how the printed numbers come about.

    Fractions of children are allowed, so that what is found to be narrow is narrow indeed.
    """

    def __init__(
        self, children: Children, counts: dict[Cell, int], hidden: frozenset[Name]
    ) -> None:
        kinds = every_kind(children)
        self._members = _cells(kinds)
        for cell in counts:
            if cell.cohort is None:
                parts = [cell._replace(cohort=cohort) for cohort in cohorts_of(children)]
                self._members[cell] = [
                    kind for part in parts for kind in self._members.get(part, ())
                ]
        self._numbers = {name: place for place, name in enumerate([*kinds, *counts])}
        self._counts = [*kinds.values(), *counts.values()]
        self._floors = [-count for count in kinds.values()]
        self._floors += [min(0, 1 - count) for count in counts.values()]
        self._sums = [self._sum(cell, self._numbers[cell]) for cell in counts]
        self._loose = [self._numbers[name] for name in (*kinds, *hidden)]

    def _sum(self, cell: Cell, place: int) -> dict[int, int]:
        return {place: 1, **{self._numbers[kind]: -1 for kind in self._members[cell]}}

    def room(self, whole: Cell, without: Cell | None, enough: int) -> int:
        """How far apart the least and the most are that a group may be, up to what is enough."""
        place = len(self._floors)
        group = self._sum(whole, place)
        for kind in self._members[without] if without else ():
            group[self._numbers[kind]] += 1
        size = -sum(factor * self._counts[cell] for cell, factor in group.items() if cell < place)
        movements = Movements([*self._sums, group], [*self._floors, -size])
        for cell in (*self._loose, place):
            movements.loosen(cell)
        movements.push(place, 1, enough)
        up = math.floor(movements._moved[place])
        movements.push(place, -1, max(0, enough - up))
        return up + math.floor(-movements._moved[place])
