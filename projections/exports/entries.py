"""The entries of a journal, one an event, streamed in the order of posting with their reasons."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import dict_row

from projections.exports.figures import SQL, Figures
from projections.exports.wanted import Wanted
from projections.reading.reasons import NAMES, reasons

LINES_AT_ONCE: Final = 4_000
ENTRIES_AT_ONCE: Final = 500
OPENING: Final = "opening balances"
REFERENCES: Final = tuple(name for name in NAMES if name != "reference")
"""What an entry names; a bank's free text is not among it."""


class Line(NamedTuple):
    """A line of an entry: debit positive, in minor units."""

    line: int
    account: str
    contract: str
    fund: str
    funder: str | None
    partner: str | None
    child: str | None
    amount_minor: int

    @property
    def tags(self) -> dict[str, str]:
        """What the line carries, where there is something."""
        named = {
            "fund": self.fund, "funder": self.funder, "partner": self.partner, "child": self.child,
        }  # fmt: skip
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry: what one event posted, or the opening balances, which are of no version."""

    version: int
    posted_on: datetime.date
    effective_on: datetime.date
    event: str
    references: dict[str, str]
    causes: tuple[int, ...]
    lines: tuple[Line, ...]

    @property
    def title(self) -> str:
        """The event, and what it names."""
        return " ".join((self.event, *self.references.values()))


def opening_entry(wanted: Wanted, figures: Figures) -> Entry | None:
    """The balances with which a span begins, as an entry on its first day; None without any."""
    if wanted.span.first_on is None or not figures.opening:
        return None
    lines = tuple(
        Line(number, row.account, row.contract, row.fund, None, None, None, row.opening_minor)
        for number, row in enumerate(figures.opening, start=1)
    )
    day = wanted.span.first_on
    return Entry(0, day, day, OPENING, {}, (), lines)


def entries_of(connection: Connection[Any], wanted: Wanted, figures: Figures) -> Iterator[Entry]:
    """The opening, and then every entry of the span; a few thousand lines are held at a time."""
    opened = opening_entry(wanted, figures)
    if opened is not None:
        yield opened
    with connection.cursor(name="lines", row_factory=dict_row) as cursor:
        cursor.itersize = LINES_AT_ONCE
        rows = cursor.execute(SQL["lines"], wanted.asked)
        together = (list(found) for _, found in groupby(rows, key=lambda row: row["version"]))
        for some in _batches(together):
            why = reasons(connection, wanted.ledger, [found[0]["version"] for found in some])
            for found in some:
                yield _entry(found, why[found[0]["version"]], with_children=wanted.with_children)


def _batches(together: Iterable[list[dict[str, Any]]]) -> Iterator[list[list[dict[str, Any]]]]:
    batch: list[list[dict[str, Any]]] = []
    for found in together:
        batch.append(found)
        if len(batch) == ENTRIES_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _entry(rows: list[dict[str, Any]], reason: dict[str, Any], *, with_children: bool) -> Entry:
    first = rows[0]
    return Entry(
        version=first["version"],
        posted_on=first["posted_on"],
        effective_on=first["effective_on"],
        event=reason["event"],
        references={name: reason[name] for name in REFERENCES if name in reason},
        causes=tuple(reason["causes"]),
        lines=tuple(
            Line(
                line=row["line"],
                account=row["account"],
                contract=row["contract"],
                fund=row["fund"],
                funder=row["funder"],
                partner=row["partner"],
                child=row["child"] if with_children else None,
                amount_minor=row["amount_minor"],
            )
            for row in rows
        ),
    )
