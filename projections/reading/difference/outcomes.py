"""Counts of outcomes by area, and of children: whose moved, and the scores and verdicts behind."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from ledger.events.sealed import ERASED
from ledger.events.words import Sealed
from projections.reading.areas import AreaStanding
from projections.reading.difference.rows import Explanation, Key, Question, Row, behind
from projections.reading.outcomes import COUNTS, TERMS, standings_of
from projections.reading.pair import Pair
from projections.reading.terms import terms_at

Marks = dict[Key, set[str]]
EVERY_AREA: Final = ""


def outcome_rows(question: Question, after: Key, most: int) -> list[Row]:
    """Every count of `/outcomes` that moved, contract by contract: of children, no money."""
    if not question.ask("children_moved.facts_of_outcomes"):
        return []
    before, then = (_marked(question, at) for at in question.ends[:2])
    rows = []
    for key in {**before, **then}:
        stood, stands = before.get(key, set()), then.get(key, set())
        about = {"contract": key[0], **({"area": key[1]} if key[1] else {})}
        whose = frozenset(stood ^ stands)
        counts = (len(stood), len(stands))
        rows.append(Row(key, about, *counts, whose=whose, is_money=False))
    return behind(rows, after, most)


def _marked(question: Question, at: Pair) -> Marks:
    """The children behind each count at a moment."""
    place = (question.connection, question.ledger)
    found = terms_at(*place, at.known, contract=question.contract, types=TERMS)
    marked: defaultdict[Key, set[str]] = defaultdict(set)
    for contract, terms in found.items():
        for child, _, standings in standings_of(*place, contract, terms, at, question.find_keys):
            for area, count in _counts(standings):
                marked[contract, area, count].add(child)
    return marked


def _counts(standings: list[AreaStanding] | Sealed) -> Iterator[tuple[str, str]]:
    """In which counts a child is counted, by area or over every area."""
    if isinstance(standings, Sealed):
        yield EVERY_AREA, "erased" if standings == ERASED else "sealed"
        return
    at_risk = [found for found in standings if found.at_risk]
    measured = [found for found in at_risk if found.end_point is not None]
    achieved = [found for found in measured if found.achieved and found.verified]
    yield from _by_area("at_risk", at_risk)
    yield from _by_area("measured", measured)
    yield from _by_area("achieved", achieved)
    if measured:
        yield EVERY_AREA, "measured"
    yield from ((EVERY_AREA, f"at_least_{n}") for n in COUNTS if len(achieved) >= n)


def _by_area(count: str, found: Iterable[AreaStanding]) -> Iterator[tuple[str, str]]:
    return ((one.entry.area, count) for one in found)


def explain_outcomes(question: Question, rows: Sequence[Row]) -> dict[Key, Explanation]:
    """Scores, verdicts and steps of the children whose outcomes moved."""
    asked: defaultdict[str, list[Any]] = defaultdict(list)
    for number, row in enumerate(rows):
        for child in sorted(row.whose):
            asked["numbers"].append(number)
            asked["contracts"].append(row.key[0])
            asked["names"].append(row.key[1])
            asked["children"].append(child)
    names = {name: asked[name] for name in ("numbers", "contracts", "names", "children")}
    return question.explained("children_moved.outcome_facts", rows, **names)
