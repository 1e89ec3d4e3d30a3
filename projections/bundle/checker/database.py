"""`audit.sqlite`: the same rows as the tables, and the same bytes as the events."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from projections.bundle.checker.books import DETAIL_COLUMNS, table_rows
from projections.bundle.checker.contents import READ_BYTES, Contents
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.history import LEAVES
from projections.bundle.checker.merkle import leaf_of
from projections.bundle.checker.papers import COLUMNS

DATABASE: Final = "audit.sqlite"
EVERY_ROW: Final = "select * from {} order by rowid"
TABLE_COLUMNS: Final = {"GL_Detail": DETAIL_COLUMNS, **COLUMNS}


@contextmanager
def database_of(contents: Contents) -> Iterator[sqlite3.Connection]:
    """A connection to a copy of the database, which nothing here can change."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / DATABASE
        with contents.open(DATABASE) as packed, copy.open("wb") as file:
            while part := packed.read(READ_BYTES):
                file.write(part)
        with closing(sqlite3.connect(copy)) as connection:
            yield connection


def check_database(contents: Contents, findings: Findings) -> None:
    """Compare every table with its file, row by row, and every event with its leaf hash."""
    try:
        with database_of(contents) as connection:
            for table, columns in TABLE_COLUMNS.items():
                _check_table(contents, connection, table, list(columns), findings)
            _check_events(contents, connection, findings)
    except sqlite3.Error as broken:
        findings.fault(DATABASE, f"it cannot be read: {broken}")


def _check_table(
    contents: Contents,
    connection: sqlite3.Connection,
    table: str,
    columns: list[str],
    findings: Findings,
) -> None:
    stored = connection.execute(EVERY_ROW.format(table))
    if [column[0] for column in stored.description] != columns:
        findings.fault(DATABASE, f"{table} has other columns")
        return
    for line, cells in table_rows(contents, f"tables/{table}.csv"):
        if line == 1:
            continue
        row = stored.fetchone()
        if row is None or [str(cell) for cell in row] != cells:
            what = f"{table} row {line - 1:,} is not line {line:,} of its file"
            findings.fault(DATABASE, what)
            return
    if stored.fetchone() is not None:
        findings.fault(DATABASE, f"{table} has more rows than its file")
    findings.count("tables of the database")


def _check_events(contents: Contents, connection: sqlite3.Connection, findings: Findings) -> None:
    rows = connection.execute(EVERY_ROW.format("events"))
    for version, line in contents.lines(LEAVES):
        row = rows.fetchone()
        known = row is not None and (row[0], row[3].hex()) == (version, line.decode())
        if not known or (row[2] is not None and leaf_of(row[2]) != row[3]):
            findings.fault(DATABASE, "events: another event than in the log", version=version)
            return
    if rows.fetchone() is not None:
        findings.fault(DATABASE, "events: there are more than in the log")
