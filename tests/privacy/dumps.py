"""A database written out: every table of every schema as it is, and as text by `pg_dump`."""

import subprocess
from collections.abc import Iterator

import psycopg
from psycopg import sql

from ledger.log.embedded import _program

TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm', 't') AND NOT c.relisshared ORDER BY 1, 2
"""


def dumped(dsn: str) -> Iterator[tuple[str, bytes]]:
    """Each table's name and rows in binary: text as text, and `bytea` as the bytes it is.

    The catalogue is among them, as text, for some of its types have no other form: its statistics
    keep the most common values of every column.
    """
    with psycopg.connect(dsn) as connection:
        for schema, table in connection.execute(TABLES).fetchall():
            form = "text" if schema == "pg_catalog" else "binary"
            yield f"{schema}.{table}", copied(connection, sql.Identifier(schema, table), form)


def copied(connection: psycopg.Connection, table: sql.Identifier, form: str) -> bytes:
    statement = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT {})")
    with connection.cursor().copy(statement.format(table, sql.SQL(form))) as rows:
        return b"".join(rows)


def pg_dumped(dsn: str) -> bytes:
    """What an operator's backup of the database holds: everything as text, `bytea` as hex."""
    done = subprocess.run(
        [_program("pg_dump"), "--dbname", dsn], capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout
