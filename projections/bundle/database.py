"""`audit.sqlite`, and the same tables as comma-separated values: one is written from the other."""

import csv
import io
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from ledger.log.queries import load_queries
from projections.bundle.events import Bundled
from projections.bundle.files import Folder, HashedFile
from projections.bundle.tables import Row

DATABASE: Final = "audit.sqlite"
SQL: Final = load_queries(Path(__file__).with_name("audit.sql"))
TABLES: Final = (
    *("GL_Detail", "GL_Trial_Balance", "GL_Chart_Of_Accounts"),
    *("AR_Invoices_Generated", "AR_Open_Accounts", "AR_Cash_Received"),
    *("AP_Invoices_Received", "AP_Open_Accounts"),
    *("BAS_Customer", "BAS_Supplier", "BAS_Business_Unit"),
    *("OC_Payments", "OC_Period_Closings"),
)
ROWS_PER_WRITE: Final = 2_000


class Database:
    """The tables while they are filled."""

    def __init__(self, folder: Folder) -> None:
        """Make the tables in the bundle's folder."""
        self._folder = folder
        self._connection = sqlite3.connect(folder.place / DATABASE)
        for table in (*TABLES, "events"):
            self._connection.execute(SQL[f"create_{table.lower()}"])

    def add(self, table: str, rows: Iterable[Row]) -> None:
        """Add rows to a table."""
        self._connection.executemany(SQL[f"insert_{table.lower()}"], rows)

    def add_event(self, bundled: Bundled) -> None:
        """Add an event; of one that is left out the leaf hash alone."""
        version, _, stored, leaf = bundled.stored
        known = ("", None) if bundled.event is None else (bundled.event.type, stored)
        self._connection.execute(SQL["insert_events"], (version, *known, leaf))

    def finish(self) -> dict[str, int]:
        """Close the database and write each table as a file; how many rows each has."""
        self._connection.commit()
        with closing(self._connection):
            counts = {table: self._write(table) for table in TABLES}
        self._folder.take_in(DATABASE)
        return counts

    def _write(self, table: str) -> int:
        rows = self._connection.execute(SQL[f"select_{table.lower()}"])
        number = 0
        with self._folder.create(f"tables/{table}.csv") as file:
            _write_rows(file, [tuple(column[0] for column in rows.description)])
            while part := rows.fetchmany(ROWS_PER_WRITE):
                _write_rows(file, part)
                number += len(part)
        return number


def _write_rows(file: HashedFile, rows: Iterable[Row]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    file.write(text.getvalue().encode())
