"""`audit.sqlite`: the same rows as the tables, and the same bytes as the events."""

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from projections.bundle.checker.books import DETAIL_COLUMNS, table_rows
from projections.bundle.checker.contents import MANIFEST, Contents
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import EVENTS, LEFT_OUT
from projections.bundle.checker.merkle import leaf_of
from projections.bundle.checker.notes import from_base64
from projections.bundle.checker.papers import COLUMNS

DATABASE: Final = "audit.sqlite"
EVENTS_TABLE: Final = "events"
EVERY_THING: Final = "select type, name, tbl_name, sql from sqlite_master"
EVERY_ROW: Final = "select * from {} order by rowid"
TABLE_COLUMNS: Final = {"GL_Detail": DETAIL_COLUMNS, **COLUMNS}


@contextmanager
def database_of(contents: Contents) -> Iterator[sqlite3.Connection]:
    """A connection to a copy of the database, which nothing here can change."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        with copy.open("wb") as file:
            for part in contents.parts(DATABASE):
                file.write(part)
        with closing(sqlite3.connect(copy)) as connection:
            yield connection


def check_database(contents: Contents, manifest: dict[str, Any], findings: Findings) -> None:
    """Compare every table with its file, row by row, and every event with its leaf hash."""
    files = {f"tables/{table}.csv" for table in TABLE_COLUMNS}
    for name in contents.names:
        if name.startswith("tables/") and name not in files:
            findings.fault(name, "no bundle has this table")
    for table in sorted(manifest["rows"].keys() - TABLE_COLUMNS.keys()):
        findings.fault(MANIFEST, f"rows of {table}: no bundle has this table")
    try:
        with database_of(contents) as connection:
            if not _holds_these_tables_alone(connection, findings):
                return
            for table, columns in TABLE_COLUMNS.items():
                rows = _check_table(contents, connection, table, list(columns), findings)
                if rows is not None and manifest["rows"].get(table) != rows:
                    findings.fault(MANIFEST, f"rows of {table}: the table has {rows:,}")
            _check_events(contents, connection, findings)
    except sqlite3.Error as broken:
        findings.fault(DATABASE, f"it cannot be read: {broken}")


def _holds_these_tables_alone(connection: sqlite3.Connection, findings: Findings) -> bool:
    """Whether nothing else is in it, such as a view that answers this program otherwise."""
    known = {("table", table) for table in (*TABLE_COLUMNS, EVENTS_TABLE)}
    for kind, name, table, text in connection.execute(EVERY_THING):
        of_a_table = kind == "index" and text is None and table in TABLE_COLUMNS
        if not of_a_table and (kind, name) not in known:
            findings.fault(DATABASE, f"{kind} {name}: no bundle has this")
            return False
    (said,) = connection.execute("pragma integrity_check(1)").fetchone()
    if said != "ok":
        findings.fault(DATABASE, f"it is damaged: {said}")
    return bool(said == "ok")


def _check_table(
    contents: Contents,
    connection: sqlite3.Connection,
    table: str,
    columns: list[str],
    findings: Findings,
) -> int | None:
    """How many rows it has; nothing where it is not what its file says."""
    stored = connection.execute(EVERY_ROW.format(table))
    if [column[0] for column in stored.description] != columns:
        findings.fault(DATABASE, f"{table} has other columns")
        return None
    line = 1
    for line, cells in table_rows(contents, f"tables/{table}.csv"):
        if line == 1:
            continue
        row = stored.fetchone()
        if row is None or [str(cell) for cell in row] != cells:
            what = f"{table} row {line - 1:,} is not line {line:,} of its file"
            findings.fault(DATABASE, what)
            return None
    if stored.fetchone() is not None:
        findings.fault(DATABASE, f"{table} has more rows than its file")
    findings.count("tables of the database")
    return line - 1


def _check_events(contents: Contents, connection: sqlite3.Connection, findings: Findings) -> None:
    """The bytes are those of the file, and the type the one in them; of what is left out, none."""
    rows = connection.execute(EVERY_ROW.format(EVENTS_TABLE))
    for version, line in contents.lines(EVENTS):
        if rows.fetchone() != _row_of(version, line.decode("ascii", "replace")):
            findings.fault(DATABASE, "events: another event than in the log", version=version)
            return
    if rows.fetchone() is not None:
        findings.fault(DATABASE, "events: there are more than in the log")


def _row_of(version: int, line: str) -> tuple[int, str, bytes | None, bytes]:
    """What a line that was read before says."""
    if line.startswith(LEFT_OUT):
        return version, "", None, bytes.fromhex(line[1:])
    stored = from_base64(line)
    return version, json.loads(stored)["type"], stored, leaf_of(stored)
