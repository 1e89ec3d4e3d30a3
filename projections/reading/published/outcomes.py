"""Outcomes by area and cohort for readers outside: small groups, and what tells them, are hidden.

A reader knows more than the printed rows: that who is measured is at risk, that who achieved is
measured, that a child with two outcomes has one, and that the outcomes of all areas are the
outcomes of all children. All of it is in the table that is protected.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any, Final, NamedTuple

from psycopg import Connection

from ledger.events.sealed import FindKeys, no_keys
from projections.reading.outcomes import outcomes_by_cohort, percent
from projections.reading.pair import Pair
from projections.reading.published.rows import Row, hidden_in, row_of
from projections.suppression.draft import Draft
from projections.suppression.hiding import suppress
from projections.suppression.table import THRESHOLD_DEFAULT, Name, Table

AREA_COUNTS: Final = ("at_risk", "measured", "achieved")
CHILD_COUNTS: Final = ("measured", "at_least_1", "at_least_2", "at_least_3")
LEFT_OUT: Final = ("erased", "sealed")
PERCENT: Final = "achieved_percent"
COMBINED_MAX: Final = 8


class Cell(NamedTuple):
    """One count: of a cohort (None: of all), in an area (None: in any), of what."""

    cohort: str | None
    area: str | None
    what: str


def published_outcomes(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str,
    suppress_below: int = THRESHOLD_DEFAULT,
    find_keys: FindKeys = no_keys,
) -> dict[str, Any] | None:
    """Counts by area and cohort and in total; None when the contract is not signed at the pair.

    Children whose scores cannot be read are left out; how many they are is a count like the others.
    """
    found = outcomes_by_cohort(connection, ledger, at, contract=contract, find_keys=find_keys)
    if found is None:
        return None
    domains = _domains(found)
    counts = with_totals(dict(_counts(found)))
    hidden = suppress(table_of(counts, list(found), list(domains)), suppress_below).cells
    areas = [
        {"area": area, "domain": domain, **_area_row(counts, hidden, cohort, area)}
        for area, domain in domains.items()
        for cohort in (*found, None)
        if Cell(cohort, area, "at_risk") in counts
    ]
    children = [_child_row(counts, hidden, cohort) for cohort in (*found, None)]
    return {
        "contract": contract,
        "suppress_below": suppress_below,
        "hidden_cells": hidden_in([*areas, *children]),
        "areas": areas,
        "children": children,
    }


def _domains(found: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The domain of each area, in the order in which they come."""
    return {area["area"]: area["domain"] for answer in found.values() for area in answer["areas"]}


def _counts(found: Mapping[str, dict[str, Any]]) -> Iterator[tuple[Cell, int]]:
    for cohort, answer in found.items():
        for area in answer["areas"]:
            for what in AREA_COUNTS:
                yield Cell(cohort, area["area"], what), area[what]
        for what in (*CHILD_COUNTS, *LEFT_OUT):
            yield Cell(cohort, None, what), answer["children"][what]


def with_totals(counts: dict[Cell, int]) -> dict[Cell, int]:
    """The counts of the cohorts, and those of all cohorts together."""
    totals = {Cell(None, None, what): 0 for what in (*CHILD_COUNTS, *LEFT_OUT)}
    for cell, count in counts.items():
        total = cell._replace(cohort=None)
        totals[total] = totals.get(total, 0) + count
    return {**counts, **totals}


def table_of(counts: Mapping[Cell, int], cohorts: Sequence[str], areas: Sequence[str]) -> Table:
    """The printed cells, and what a reader knows of them."""
    draft = Draft(dict(counts.items()))
    for cell in counts:
        if cell.cohort is None:
            parts = [cell._replace(cohort=cohort) for cohort in cohorts]
            draft.total(cell, [part for part in parts if part in counts])
    for cohort in (*cohorts, None):
        for whole, part in pairwise(CHILD_COUNTS):
            draft.within(Cell(cohort, None, whole), Cell(cohort, None, part))
        present = [area for area in areas if Cell(cohort, area, "at_risk") in counts]
        for area in present:
            for whole, part in pairwise(AREA_COUNTS):
                draft.within(Cell(cohort, area, whole), Cell(cohort, area, part))
            draft.within(Cell(cohort, None, "measured"), Cell(cohort, area, "measured"))
            draft.within(Cell(cohort, None, "at_least_1"), Cell(cohort, area, "achieved"))
        if cohort is not None:
            _tie_areas_to_children(draft, cohort, present)
    return draft.table()


def _tie_areas_to_children(draft: Draft, cohort: str, present: Sequence[str]) -> None:
    """A child counts in each of its areas: the sum over areas is tied to that over children.

    The outcomes are those of children with at least one, two, three and so on: from the fourth on
    they are not printed, but nobody has more of them than there are areas. And who has a second
    outcome was measured a second time.
    """
    areas = [area for area in present if draft.counts[Cell(cohort, area, "achieved")]]
    achieved = (cohort, "outcomes")
    draft.sum_of(achieved, [Cell(cohort, area, "achieved") for area in areas])
    counted: list[Name] = [Cell(cohort, None, what) for what in CHILD_COUNTS[1:]]
    most = counted[-1]
    further = len(areas) - len(counted)
    if further <= 0 or draft.counts[most] == 0:
        draft.total(achieved, counted)
    else:
        beyond = draft.at_least(achieved, counted)
        ceiling = (cohort, "most outcomes beyond")
        draft.sum_of(ceiling, [most] * further)
        draft.at_least(ceiling, [beyond])
        counted.append(beyond)
    _tie_few_areas(draft, cohort, areas)
    places = (cohort, "places measured")
    draft.sum_of(places, [Cell(cohort, area, "measured") for area in present])
    draft.at_least(places, [Cell(cohort, None, "measured"), *counted[1:]])


def _tie_few_areas(draft: Draft, cohort: str, areas: Sequence[str]) -> None:
    """In two areas together nobody has more than two outcomes, in three not more than three.

    It binds where many achieved, so the areas in which most did are enough.
    """
    cells = [Cell(cohort, area, "achieved") for area in areas]
    cells.sort(key=lambda cell: -draft.counts[cell])
    for size in (2, 3):
        together = (cohort, f"outcomes up to {size}")
        draft.sum_of(together, [Cell(cohort, None, what) for what in CHILD_COUNTS[1 : size + 1]])
        for some in combinations(cells[:COMBINED_MAX], size):
            draft.at_least(together, some)


def _area_row(
    counts: Mapping[Cell, int], hidden: Collection[Name], cohort: str | None, area: str
) -> Row:
    cells = {what: Cell(cohort, area, what) for what in AREA_COUNTS}
    names = {what for what, cell in cells.items() if cell in hidden}
    figures: dict[str, Any] = {what: counts[cell] for what, cell in cells.items()}
    figures[PERCENT] = percent(figures["achieved"], figures["measured"])
    if names & {"achieved", "measured"}:
        names.add(PERCENT)
    return row_of({"cohort": cohort}, figures, names)


def _child_row(counts: Mapping[Cell, int], hidden: Collection[Name], cohort: str | None) -> Row:
    cells = {what: Cell(cohort, None, what) for what in (*CHILD_COUNTS, *LEFT_OUT)}
    names = {what for what, cell in cells.items() if cell in hidden}
    return row_of({"cohort": cohort}, {what: counts[cell] for what, cell in cells.items()}, names)
