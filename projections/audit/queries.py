"""What an audit asks the database."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.log.queries import load_queries

FILES: Final = ("audit.sql", "rows.sql", "outside.sql")
QUERIES: Final = {
    name: query
    for file in FILES
    for name, query in load_queries(Path(__file__).with_name(file)).items()
}


def rows_of(
    connection: Connection[Any], query: str, asked: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor(row_factory=tuple_row, binary=True) as cursor:
        return cursor.execute(QUERIES[query], asked).fetchall()
