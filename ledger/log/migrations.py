"""Migrations: one explicit step that brings a database to the shape this code needs.

A part (`ledger`, `projections`, `api`) is a folder of numbered SQL files, `0001_the_log.sql`. Each
file is applied once, in its own transaction together with the row that says so, so that a killed
step leaves whole migrations only. An advisory lock lets one process migrate at a time; the others
wait and find nothing to do. Services never create tables as they start.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import psycopg

from ledger.log.queries import load_queries

SERVER_VERSION_MIN: Final = 150_000
FILE_NAME: Final = re.compile(r"[0-9]{4}_[a-z0-9_]+\.sql")
SQL: Final = load_queries(Path(__file__).parent / "sql" / "migrating.sql")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the database and the folder of its migrations."""

    name: str
    folder: Path


LEDGER: Final = Part("ledger", Path(__file__).parent / "sql" / "migrations")


class PostgresTooOld(RuntimeError):
    """The server is older than PostgreSQL 15."""


class MigrationChanged(RuntimeError):
    """A migration that was applied has another content now, or is unknown to this code."""


def migrate(dsn: str, parts: Sequence[Part] = (), *, log: bool = True) -> tuple[str, ...]:
    """Apply what is missing: the log's migrations, then those of `parts`, in order.

    Without `log` the database holds no log: children's keys may have one of their own.

    Returns the names applied, as `part/name`. Safe when several processes start at once. Raises
    `PostgresTooOld` and `MigrationChanged`.
    """
    done: list[str] = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        _require_version(connection)
        connection.execute(SQL["lock"])
        with connection.transaction():
            connection.execute(SQL["prepare_schema"])
            connection.execute(SQL["prepare_table"])
        for part in (LEDGER, *parts) if log else parts:
            for name, text in _missing(connection, part):
                with connection.transaction():
                    connection.execute(text)
                    connection.execute(
                        SQL["record"],
                        {"part": part.name, "name": name, "digest": _digest(text)},
                    )
                done.append(f"{part.name}/{name}")
        connection.execute(SQL["unlock"])
    return tuple(done)


def pending(dsn: str, parts: Sequence[Part] = ()) -> tuple[str, ...]:
    """Which migrations are missing, as `part/name`; changes nothing."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(SQL["table_exists"]).fetchone()
        if row is None or not row[0]:
            return tuple(
                f"{part.name}/{name}" for part in (LEDGER, *parts) for name in files_of(part)
            )
        return tuple(
            f"{part.name}/{name}"
            for part in (LEDGER, *parts)
            for name, _ in _missing(connection, part)
        )


def _require_version(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(SQL["server_version"]).fetchone()
    if row is None or row[0] < SERVER_VERSION_MIN:
        message = "PostgreSQL 15 or later is needed"
        raise PostgresTooOld(message)


def _missing(connection: psycopg.Connection[Any], part: Part) -> list[tuple[str, bytes]]:
    """The part's migrations that are not applied; what is applied must be what we know."""
    files = files_of(part)
    applied = dict(connection.execute(SQL["applied"], {"part": part.name}).fetchall())
    for name, digest in applied.items():
        if name not in files or _digest(files[name]) != bytes(digest):
            message = f"{part.name}/{name} was applied with another content"
            raise MigrationChanged(message)
    return [(name, text) for name, text in files.items() if name not in applied]


def files_of(part: Part) -> dict[str, bytes]:
    """The part's migrations in the order of their numbers."""
    paths = sorted(path for path in part.folder.iterdir() if FILE_NAME.fullmatch(path.name))
    return {path.name: path.read_bytes() for path in paths}


def _digest(text: bytes) -> bytes:
    return sha256(text).digest()
