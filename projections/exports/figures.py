"""The figures of an export: its root, its counts, its control totals, and its trial balance.

Closing balances are worked out twice: from the lines that the export holds, and from the curves
that every balance is read from. An export in which the two differ is not written.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import dict_row, tuple_row

from ledger.invariants import ensure
from ledger.log.kept_hashes import hashes_kept
from ledger.log.prover import root_kept
from ledger.log.queries import load_queries
from ledger.log.tree import Frontier
from projections.exports.amounts import written
from projections.exports.wanted import Wanted
from projections.reading.balances import Balance
from projections.reading.span import closing, opening

SQL: Final = load_queries(Path(__file__).parent / "exports.sql")
LEAVES_AT_ONCE: Final = 10_000
FORMAT: Final = 1
Key = tuple[str, str, str]


class TrialRow(NamedTuple):
    """An account of a contract and a fund; debits positive in the balances."""

    contract: str
    account: str
    fund: str
    opening_minor: int
    debits_minor: int
    credits_minor: int

    @property
    def closing_minor(self) -> int:
        """What it stands at in the end."""
        return self.opening_minor + self.debits_minor - self.credits_minor

    @property
    def kind(self) -> str:
        """Assets, liabilities, income or expenses."""
        return self.account.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Figures:
    """What an export says of itself, and the accounts in it. The opening is in no count."""

    root: str
    entries: int
    lines: int
    first_on: datetime.date | None
    last_on: datetime.date | None
    debits_minor: int
    credits_minor: int
    rows: tuple[TrialRow, ...]

    @property
    def opening(self) -> tuple[TrialRow, ...]:
        """The accounts with which the span begins."""
        return tuple(row for row in self.rows if row.opening_minor)


def figures_of(connection: Connection[Any], wanted: Wanted) -> Figures:
    """The figures, of the moment at which the connection stands still."""
    with connection.cursor(row_factory=dict_row) as cursor:
        counted = cursor.execute(SQL["counted"], wanted.asked).fetchone() or {}
        moved = cursor.execute(SQL["moved"], wanted.asked).fetchall()
    rows = _trial_rows(connection, wanted, moved)
    ensure(
        counted["debits_minor"] == counted["credits_minor"]
        and not sum(row.closing_minor for row in rows),
        "the lines of an export balance",
    )
    return Figures(
        root=root_at(connection, wanted.ledger, wanted.at.known_at).hex(),
        entries=counted["entries"],
        lines=counted["lines"],
        first_on=wanted.span.first_on or counted["first_on"],
        last_on=counted["last_on"],
        debits_minor=int(counted["debits_minor"]),
        credits_minor=int(counted["credits_minor"]),
        rows=rows,
    )


def _trial_rows(
    connection: Connection[Any], wanted: Wanted, moved: Iterable[dict[str, Any]]
) -> tuple[TrialRow, ...]:
    where = {"book": "journal", "contract": wanted.contract}
    began = _sums(opening(connection, wanted.ledger, wanted.at, wanted.span, **where))
    ended = _sums(closing(connection, wanted.ledger, wanted.at, wanted.span, **where))
    sides = {
        (row["contract"], row["account"], row["fund"]): (
            int(row["debits_minor"]), int(row["credits_minor"]),
        )
        for row in moved
    }  # fmt: skip
    rows = tuple(
        TrialRow(*key, began.get(key, 0), *sides.get(key, (0, 0)))
        for key in sorted({*began, *ended, *sides})
        if began.get(key) or ended.get(key) or key in sides  # 0021: or what is late would show it
    )
    for row in rows:
        ensure(
            row.closing_minor == ended.get(row[:3], 0),
            "the lines of an export add up to the balance of each account",
        )
    return rows


def _sums(found: Iterable[Balance]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for balance in found:
        key = (balance.contract, balance.account, balance.fund)
        sums[key] = sums.get(key, 0) + balance.balance_minor
    return sums


def root_at(connection: Connection[Any], ledger: str, version: int) -> bytes:
    """The root of the log at a version: that of its commit, else by the tree's nodes (0025).

    Only of a ledger from before there were nodes, whose service has not filled them in yet, are
    all leaves read.
    """
    asked = {"ledger": ledger, "known_at": version}
    with connection.cursor(row_factory=tuple_row) as cursor:
        found = cursor.execute(SQL["root_of_commit"], asked).fetchone()
        root = found[0] if found else root_kept(partial(hashes_kept, cursor, ledger), version)
    if root is not None:
        return bytes(root)
    with connection.cursor(name="leaves", row_factory=tuple_row) as cursor:
        cursor.itersize = LEAVES_AT_ONCE
        leaves = cursor.execute(SQL["leaves"], asked)
        return Frontier().extend(bytes(row[0]) for row in leaves).root()


def heading(wanted: Wanted, figures: Figures) -> dict[str, str]:
    """What every export says of itself, as words: parameters, version, root, counts, totals."""
    as_of = wanted.at.as_of
    span = wanted.span.told
    return {
        "format": str(FORMAT),
        "ledger": wanted.ledger,
        "currency": wanted.currency,
        "contract": wanted.contract or "all",
        "from": span["from"] or "the beginning",
        "to": span["to"] or "the end",
        "as_of": "any day" if as_of is None else as_of.isoformat(),
        "known_at": wanted.known_at or "now",
        "version": str(wanted.at.known_at),
        "root": figures.root,
        "children": "named" if wanted.with_children else "left out",
        "accounts": str(len(figures.rows)),
        "entries": str(figures.entries),
        "lines": str(figures.lines),
        "debits": written(figures.debits_minor),
        "credits": written(figures.credits_minor),
    }
