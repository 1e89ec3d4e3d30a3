"""Retention: the rules in force, what is due to go by them, and what was asked for already.

Children are looked at some at a time, each with all its contracts. A page is shorter than its limit
where few of those looked at were due; `next` alone says whether there is more.
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import msgspec
from psycopg import Connection

from ledger.events.words import RetainedKind
from ledger.retention import rule_in_force
from projections.reading.asking import ask
from projections.reading.due_items import (
    OF_A_CHILD,
    RECORDS,
    DueState,
    Question,
    Row,
    child_due,
    records_due,
)
from projections.reading.erasure_standing import ErasureStanding, standings_of
from projections.reading.pair import LIMIT_MAX, Page, Pair, bounded, cursor_of, keys_of
from projections.reading.terms import terms_at

RULE: Final = "retention.set"
TERMS: Final = ("contract.signed", "cohort.opened", RULE)
LOOKS_MAX: Final = 20
BEHIND_ITS_KINDS: Final = "~"

Key = tuple[str, str]
"""Where an item stands: a child and a kind; records come first, as no child and a contract."""


def due(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    today: datetime.date,
    on: datetime.date | None = None,
    kind: RetainedKind | None = None,
    contract: str | None = None,
    state: DueState | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """What is due on a day (today, unless another is named), by the rules in force on that day.

    First the financial records of contracts, then children. `contract` chooses whom to look at: a
    child is due only when all its contracts say so.
    """
    terms = terms_at(connection, ledger, at.known, types=TERMS)
    asked = Question(on or at.as_of or today, terms, kind, contract, state)
    most = bounded(limit)
    start: Key = keys_of(after, (str, str)) or ("", "")
    found, behind = _Look(connection, ledger, at, asked).found(start, most)
    if len(found) > most:
        behind = found[most - 1][0]
    return Page(
        [item for _, item in found[:most]],
        None if behind is None else cursor_of(*behind),
        {"on": asked.on, "today": today, "without_rule": asked.without_rule()},
    )


def retention_rules(
    connection: Connection[Any], ledger: str, contracts: Collection[str], at: Pair
) -> list[dict[str, Any]]:
    """The rules of some contracts in force on the day, one a kind of data."""
    rules = []
    for name in sorted(contracts):
        terms = terms_at(connection, ledger, at, contract=name, types=(RULE,)).get(name)
        for kind in (RECORDS, *OF_A_CHILD):
            rule = terms and rule_in_force(terms.retention, kind, at.day)
            if rule:
                moment = {"effective_on": rule.effective_on.isoformat(), "version": rule.version}
                rules.append({**msgspec.to_builtins(rule.terms), **moment})
    return rules


@dataclass(frozen=True, slots=True)
class _Look:
    """A question and what it is asked of."""

    connection: Connection[Any]
    ledger: str
    at: Pair
    asked: Question

    def found(self, start: Key, most: int) -> tuple[list[tuple[Key, Row]], Key | None]:
        """More than `most` items behind a place, or fewer and the place behind the last look.

        No place when everybody was looked at.
        """
        found = [] if start[0] else self._wanted(self._records(), start)
        looks = LOOKS_MAX if self.asked.concerns_children else 0
        for look in range(looks):
            if len(found) > most:
                break
            size = LIMIT_MAX if look else most + 1
            courses = self._courses(start[0], size)
            found += self._wanted(self._children(courses), start)
            if len(courses) < size:
                return found, None
            start = (max(courses), BEHIND_ITS_KINDS)
        return found, start if looks else None

    def _wanted(self, items: Iterator[tuple[Key, Row]], start: Key) -> list[tuple[Key, Row]]:
        return [(key, item) for key, item in items if key > start and self.asked.wants(item)]

    def _records(self) -> Iterator[tuple[Key, Row]]:
        names = self.asked.contracts_of_records()
        rows = self._ask("retention.last_payments", contracts=names)
        paid = {row["contract"]: row["last_payment_on"] for row in rows}
        for name in names:
            item = records_due(self.asked, name, paid.get(name))
            if item is not None:
                yield ("", name), item

    def _courses(self, first: str, size: int) -> dict[str, list[Row]]:
        """Some children from a reference on, each with its time under every contract of it."""
        contract = self.asked.contract
        rows = self._ask("retention.children", contract=contract, limit=size, **{"from": first})
        return {child: list(held) for child, held in groupby(rows, key=itemgetter("child"))}

    def _children(self, courses: dict[str, list[Row]]) -> Iterator[tuple[Key, Row]]:
        standings = standings_of(self.connection, self.ledger, list(courses), self.at)
        for child, held in courses.items():
            standing = standings.get(child) or ErasureStanding()
            for item in child_due(self.asked, child, held, standing):
                yield (child, item["kind"]), item

    def _ask(self, query: str, **given: object) -> list[Row]:
        moment = {"ledger": self.ledger, "known_at": self.at.known_at, "day": self.at.day}
        return ask(self.connection, query, moment | given)
