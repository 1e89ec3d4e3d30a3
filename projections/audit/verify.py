"""The whole audit of a ledger, in one pass over its log and one moment of the database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import psycopg
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.events.codec import AnyEvent
from ledger.events.sealed import FindKeys, no_keys
from ledger.log.tree import Frontier
from projections.audit.chain import Chain, StoredCommit, StoredRow
from projections.audit.findings import Report
from projections.audit.periods import PeriodsCheck
from projections.audit.queries import QUERIES
from projections.audit.refold import Refold
from projections.audit.reperformance import Reperformance
from projections.audit.sealed_log import sealed_log
from projections.audit.seals import SealsCheck
from projections.audit.tables import TablesCheck

EVENTS_PER_FETCH: Final = 5_000
Progress = Callable[[int, int], None]


class LedgerUnknown(LookupError):
    """No ledger of this reference exists."""


def verify(
    dsn: str,
    ledger: str,
    *,
    find_keys: FindKeys = no_keys,
    progress: Progress | None = None,
) -> Report:
    """Check the log, re-perform the rules, take closings again, compare the read tables.

    `find_keys` opens what is sealed; what stays sealed, or was erased, is counted and said.

    `progress` is told the version reached and the last one. Raises `LedgerUnknown`.
    """
    report = Report(ledger)
    with _one_moment(dsn) as connection:
        version, root, timezone = _ledger(connection, ledger)
        chain = _chain(connection, ledger, report)
        again = Reperformance(report, ZoneInfo(timezone))
        seals = SealsCheck(report, find_keys(ledger, None))
        tables = _tables(connection, ledger, report, version)
        figures = _Figures(Refold(connection, ledger), PeriodsCheck(report), tables)
        for row in _events(connection, ledger):
            before = chain.frontier
            event = chain.follow(row)
            if event is None:
                again.give_up(row.version)
            else:
                again.follow(seals.follow(event))
                figures.follow(event, before)
            if progress is not None and row.version % EVENTS_PER_FETCH == 0:
                progress(row.version, version)
        chain.finish(version=version, root=root)
        again.finish()
        seals.finish()
        figures.finish()
    report.close()
    if progress is not None:
        progress(version, version)
    return report


@dataclass(slots=True)
class _Figures:
    """What the log folds to, for those who compare with it."""

    refold: Refold
    periods: PeriodsCheck
    tables: TablesCheck | None

    def follow(self, event: AnyEvent, before: Frontier) -> None:
        """Fold an event; `before` is the tree in front of it."""
        self.refold.follow(event)
        self.periods.follow(event, before, self.refold.page)
        if self.tables is not None:
            self.tables.follow(event.version, self.refold.page)

    def finish(self) -> None:
        """Compare what can only be compared at the end."""
        self.periods.finish()
        if self.tables is not None:
            self.tables.finish()


@contextmanager
def _one_moment(dsn: str) -> Iterator[Connection[Any]]:
    """A connection whose queries all see the database as it is now."""
    with psycopg.connect(dsn, autocommit=True) as connection, connection.transaction():
        connection.execute(QUERIES["snapshot"])
        yield connection


def _ledger(connection: Connection[Any], ledger: str) -> tuple[int, bytes, str]:
    """The version and root of its head, and its timezone."""
    head = _row(connection, "head", ledger)
    timezone = _row(connection, "timezone", ledger)
    if head is None or timezone is None:
        raise LedgerUnknown(ledger)
    return head[0], bytes(head[1]), timezone[0]


def _row(connection: Connection[Any], query: str, ledger: str) -> tuple[Any, ...] | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(QUERIES[query], {"ledger": ledger}).fetchone()


def _chain(connection: Connection[Any], ledger: str, report: Report) -> Chain:
    with connection.cursor(row_factory=tuple_row) as cursor:
        commits = {
            first: StoredCommit(first, last, recorded_at, bytes(root))
            for first, last, recorded_at, root in cursor.execute(
                QUERIES["commits"], {"ledger": ledger}
            )
        }
        ids = {
            name: (first, last)
            for name, first, last in cursor.execute(QUERIES["ids"], {"ledger": ledger})
        }
    return Chain(report, commits, ids, sealed_log(connection, ledger, report))


def _tables(
    connection: Connection[Any], ledger: str, report: Report, head: int
) -> TablesCheck | None:
    live = _row(connection, "live", ledger)
    if live is None:
        report.unchecked.append("the read tables: nothing was ever projected")
        return None
    generation, version = live
    if version < head:
        report.unchecked.append(f"the read tables behind version {version}: not projected yet")
    place = {"ledger": ledger, "generation": generation, "version": version}
    return TablesCheck(connection, report, place)


def _events(connection: Connection[Any], ledger: str) -> Iterator[StoredRow]:
    """The log, a few thousand events at a time."""
    with connection.cursor("audit", row_factory=tuple_row) as cursor:
        cursor.itersize = EVENTS_PER_FETCH
        for version, stored_name, stored, leaf in cursor.execute(
            QUERIES["events"], {"ledger": ledger}, binary=True
        ):
            yield StoredRow(version, stored_name, bytes(stored), bytes(leaf))
