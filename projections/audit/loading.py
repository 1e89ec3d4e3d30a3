"""What an audit reads of a ledger's log: its head, its rows, its commits, ids and keys."""

import datetime
from collections.abc import Generator
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

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
    """No ledger of this reference exists, and nothing is left of one."""


class Standing(NamedTuple):
    """Where a ledger says that it stands; what is not there, or is no timezone, is None.

    Without a head `version` is that of the last event.
    """

    head: StoredHead | None
    version: int
    timezone: ZoneInfo | None


def standing_of(connection: Connection[Any], ledger: str, report: Report) -> Standing:
    """The rows of a ledger's own; one that is gone while something is left of it is a finding.

    Raises `LedgerUnknown`.
    """
    row, terms = _row(connection, "head", ledger), _row(connection, "timezone", ledger)
    last, is_left = _row(connection, "remains", ledger) or (0, False)
    if row is None and terms is None and not is_left:
        raise LedgerUnknown(ledger)
    timezone = None if terms is None else _zone(terms[0])
    if timezone is None:
        detail = "no row of the ledger's own" if terms is None else f"no timezone: {terms[0]}"
        report.find("terms_missing", 0, detail)
    if row is None:
        report.find("head_missing", last, "no head says where the log ends")
        return Standing(None, last, timezone)
    version, root, frontier, recorded_at = row
    head = StoredHead(version, bytes(root), bytes(frontier), _utc(recorded_at))
    return Standing(head, version, timezone)


def _zone(name: str) -> ZoneInfo | None:
    """The timezone of this name; nothing when there is none, whatever it names on the disk."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None


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
        report.unchecked.append("the read tables: nothing says how far they got")
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
