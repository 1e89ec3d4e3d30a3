"""Asking the read tables: one query, rows as mappings, parameters only."""

import datetime
from pathlib import Path
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import dict_row

from ledger.log.queries import load_queries

NUMERIC: Final = 1700
"""The type of a sum of amounts in PostgreSQL: it has no limit, where a bigint ends at 2^63."""

FOLDER: Final = Path(__file__).parent / "sql"
QUERIES: Final = {
    f"{path.stem}.{name}": statement
    for path in sorted(FOLDER.glob("*.sql"))
    for name, statement in load_queries(path).items()
}


def ask(
    connection: Connection[Any], query: str, asked: dict[str, Any], *, prepared: bool = False
) -> list[dict[str, Any]]:
    """All rows of a query, sums as whole numbers however large (`domain.md`: whole pence).

    Not prepared by default: optional filters need a plan of their own.
    """
    with connection.cursor(row_factory=dict_row, binary=True) as cursor:
        cursor.execute(QUERIES[query], asked, prepare=prepared)
        rows = cursor.fetchall()
        sums = [column.name for column in cursor.description or () if column.type_code == NUMERIC]
    for name in sums:
        for row in rows:
            row[name] = None if row[name] is None else int(row[name])
    return rows


def shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its days as JSON has them."""
    return {
        key: value.isoformat() if isinstance(value, datetime.date) else value
        for key, value in row.items()
    }
