"""Small additive tables for properties, and a reader who tries every table that could be true."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from projections.suppression.table import Equation, Name, Table

COUNTS = st.integers(min_value=0, max_value=6)
TOTAL = "total"


@st.composite
def two_way(draw: st.DrawFn, widest: int = 3) -> Table:
    """Rows and columns with their totals."""
    rows = range(draw(st.integers(1, widest)))
    columns = range(draw(st.integers(1, 2 if len(rows) > 2 else widest)))
    counts: dict[Name, int] = {place: draw(COUNTS) for place in product(rows, columns)}
    across = [added(counts, (row, TOTAL), [(row, column) for column in columns]) for row in rows]
    down = [added(counts, (TOTAL, column), [(row, column) for row in rows]) for column in columns]
    corner = added(counts, (TOTAL, TOTAL), [(row, TOTAL) for row in rows])
    again = Equation((TOTAL, TOTAL), tuple((TOTAL, column) for column in columns))
    return Table(counts, [*across, *down, corner, again])


@st.composite
def chains(draw: st.DrawFn) -> Table:
    """At risk, measured, achieved in cohorts: each within the one before it, the rest unprinted."""
    cohorts = range(draw(st.integers(1, 2)))
    rests = ("not measured", "not achieved", "achieved")
    counts: dict[Name, int] = {(c, rest): draw(COUNTS) for c in cohorts for rest in rests}
    equations = [
        added(counts, (TOTAL, rest), [(cohort, rest) for cohort in cohorts]) for rest in rests
    ]
    for cohort in (*cohorts, TOTAL):
        within = [(cohort, "achieved"), (cohort, "not achieved")]
        equations.append(added(counts, (cohort, "measured"), within))
        within = [(cohort, "measured"), (cohort, "not measured")]
        equations.append(added(counts, (cohort, "at risk"), within))
    unprinted = [name for name in counts if str(name[1]).startswith("not")]  # type: ignore[index]
    return Table(counts, equations, unprinted=unprinted)


@st.composite
def trees(draw: st.DrawFn) -> Table:
    """Totals of totals; some parts are counted twice, some cells are no groups of people."""
    counts: dict[Name, int] = {number: draw(COUNTS) for number in range(draw(st.integers(2, 5)))}
    equations = []
    for number in range(draw(st.integers(1, 3))):
        parts = draw(st.lists(st.sampled_from(sorted(counts, key=str)), min_size=1, max_size=4))
        equations.append(added(counts, f"total {number}", parts))
    names = sorted(counts, key=str)
    some = st.sets(st.sampled_from(names), max_size=2)
    return Table(counts, equations, draw(some), draw(some), draw(some))


TABLES = st.one_of(two_way(), chains(), trees())


def added(counts: dict[Name, int], total: Name, parts: list[Name]) -> Equation:
    """A total, and the equation that makes it one."""
    counts[total] = sum(counts[part] for part in parts)
    return Equation(total, tuple(parts))


@dataclass
class Reader:
    """Somebody with the printed table, the equations, patience, and no other knowledge.

    Hidden numbers are whole, and at least one where the report has a place for them, because zeros
    are printed. What is tried ends at `most`.
    """

    table: Table
    hidden: frozenset[Name]
    most: int

    def possible(self) -> Iterator[dict[Name, int]]:
        """Every table that agrees with what is printed."""
        totals = {equation.total for equation in self.table.equations}
        leaves = [name for name in self.table.counts if name not in totals]
        yield from self._completed(leaves, {})

    def _completed(self, leaves: list[Name], found: dict[Name, int]) -> Iterator[dict[Name, int]]:
        if not self._may_be(found):
            return
        if not leaves:
            yield self._added_up(found)
            return
        for count in self._choices(leaves[0]):
            yield from self._completed(leaves[1:], {**found, leaves[0]: count})

    def _choices(self, name: Name) -> range:
        if self._is_hidden(name):
            return range(self._least(name), self.most + 1)
        count = self.table.counts[name]
        return range(count, count + 1)

    def _is_hidden(self, name: Name) -> bool:
        return name in self.hidden or name in {*self.table.unprinted, *self.table.auxiliary}

    def _least(self, name: Name) -> int:
        unseen = (self.table.indirect, self.table.unprinted, self.table.auxiliary)
        return 0 if any(name in names for names in unseen) else 1

    def _added_up(self, found: dict[Name, int]) -> dict[Name, int]:
        whole = dict(found)
        for equation in self.table.equations:
            whole[equation.total] = sum(whole[part] for part in equation.parts)
        return whole

    def _may_be(self, found: dict[Name, int]) -> bool:
        """Whether no total is broken by what is filled in so far."""
        whole = dict(found)
        for equation in self.table.equations:
            known = [whole[part] for part in equation.parts if part in whole]
            least = sum(known)
            complete = len(known) == len(equation.parts)
            true = self.table.counts[equation.total]
            known_total = not self._is_hidden(equation.total)
            if known_total and (least > true or (complete and least < true)):
                return False
            if not known_total and complete and least < self._least(equation.total):
                return False
            if complete and whole.setdefault(equation.total, least) != least:
                return False
        return True
