"""What an audit reads of a ledger's log: its head, its rows, its commits, ids and keys."""

import datetime
from collections.abc import Generator
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from projections.audit.chain import StoredCommit, StoredHead, StoredRow
from projections.audit.erasures import Noted
from projections.audit.findings import Report
from projections.audit.kept_keys import IdRow
from projections.audit.queries import QUERIES
from projections.audit.tables import TablesCheck

EVENTS_PER_FETCH: Final = 5_000


class LedgerUnknown(LookupError):
    """No ledger of this reference exists."""


def head_of(connection: Connection[Any], ledger: str) -> tuple[StoredHead, str]:
    """The head of a ledger, and its timezone. Raises `LedgerUnknown`."""
    head = _row(connection, "head", ledger)
    timezone = _row(connection, "timezone", ledger)
    if head is None or timezone is None:
        raise LedgerUnknown(ledger)
    version, root, frontier, recorded_at = head
    return StoredHead(version, bytes(root), bytes(frontier), _utc(recorded_at)), timezone[0]


def commits_of(connection: Connection[Any], ledger: str, report: Report) -> dict[int, StoredCommit]:
    """The commits of a ledger by their first version; two that begin alike are a finding."""
    commits: dict[int, StoredCommit] = {}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for first, last, recorded_at, root in cursor.execute(
            QUERIES["commits"], {"ledger": ledger}
        ):
            if first in commits:
                report.find("commit_without_events", first, "two commits begin at this version")
            else:
                commits[first] = StoredCommit(first, last, recorded_at, bytes(root))
    return commits


def ids_of(connection: Connection[Any], ledger: str) -> dict[str, IdRow]:
    """The event ids that a ledger keeps."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        return {
            name: IdRow(first, last, bytes(content_hash))
            for name, first, last, content_hash in cursor.execute(
                QUERIES["ids"], {"ledger": ledger}
            )
        }


def erasures_of(connection: Connection[Any], ledger: str) -> dict[int, Noted]:
    """What is noted of done erasures, by version: child and scope. At most one row a child."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        rows = cursor.execute(QUERIES["erasures"], {"ledger": ledger})
        return {version: (child, scope) for version, child, scope in rows}


def tables_of(
    connection: Connection[Any], ledger: str, report: Report, head: int
) -> TablesCheck | None:
    """The read tables that are read, to be compared; what is missing is said."""
    live = _row(connection, "live", ledger)
    if live is None:
        report.unchecked.append("the read tables: nothing was ever projected")
        return None
    generation, version = live
    if version < head:
        report.unchecked.append(f"the read tables behind version {version}: not projected yet")
    if version > head:
        detail = f"the read tables say that they have got to version {version}, beyond the log"
        report.find("projection_differs", head, detail)
    place = {"ledger": ledger, "generation": generation, "version": version}
    return TablesCheck(connection, report, place)


def events_of(connection: Connection[Any], ledger: str) -> Generator[StoredRow, None, None]:
    """The log, a few thousand events at a time."""
    with connection.cursor("audit", row_factory=tuple_row) as cursor:
        cursor.itersize = EVENTS_PER_FETCH
        for version, stored_name, stored, leaf in cursor.execute(
            QUERIES["events"], {"ledger": ledger}, binary=True
        ):
            yield StoredRow(version, stored_name, bytes(stored), bytes(leaf))


def _row(connection: Connection[Any], query: str, ledger: str) -> tuple[Any, ...] | None:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(QUERIES[query], {"ledger": ledger}).fetchone()


def _utc(moment: datetime.datetime | None) -> datetime.datetime | None:
    return None if moment is None else moment.astimezone(datetime.UTC)
