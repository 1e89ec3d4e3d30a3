"""Snapshots in the log's database, a piece a row: whoever serves the ledger finds them there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.rows import TupleRow

from ledger.log.queries import load_queries
from ledger.log.refusals import LogUnavailable
from ledger.log.sealing.master import Wrapped
from ledger.log.snapshots.shelf import KEPT_MAX, Kept, Put, ShelfBusy

SQL: Final = load_queries(Path(__file__).with_name("shelf.sql"))


class PostgresShelf:
    """A shelf in a migrated database. It holds no connection while nobody reads or writes."""

    def __init__(self, dsn: str) -> None:
        """Connect on use."""
        self._dsn = dsn

    def kept(self, ledger: str) -> Sequence[Kept]:
        """The snapshots of a ledger, the newest first."""
        with self._connection() as connection:
            rows = connection.execute(SQL["kept"], {"ledger": ledger}).fetchall()
        return [
            Kept(number, cover, Wrapped(master, wrapped), pieces)
            for number, cover, master, wrapped, pieces in rows
        ]

    def pieces(self, ledger: str, kept: Kept) -> Iterator[bytes]:
        """The pieces of a snapshot, one in memory at a time, also while it is being replaced."""
        with self._connection() as connection, connection.transaction():
            connection.execute(SQL["look_once"])
            with connection.cursor(binary=True) as cursor:
                for place in range(kept.pieces):
                    asked = {"ledger": ledger, "number": kept.number, "place": place}
                    row = cursor.execute(SQL["piece"], asked).fetchone()
                    if row is None:
                        return
                    yield row[0]

    @contextmanager
    def adding(self, ledger: str, version: int, cover: bytes, key: Wrapped) -> Iterator[Put]:
        """Take the pieces of a new snapshot, in one transaction."""
        with self._connection() as connection, connection.transaction():
            if not _value(connection, "lock", ledger=ledger):
                raise ShelfBusy(ledger)
            told = {"ledger": ledger, "version": version, "cover": cover, **key._asdict()}
            number = _value(connection, "begin", **told)
            pieces = 0

            def put(place: int, sealed: bytes) -> None:
                nonlocal pieces
                row = {"ledger": ledger, "number": number, "place": place, "sealed": sealed}
                connection.execute(SQL["put"], row)
                pieces += 1

            yield put
            connection.execute(SQL["end"], {"ledger": ledger, "number": number, "pieces": pieces})
            connection.execute(SQL["clear"], {"ledger": ledger, "kept": KEPT_MAX})

    def moved(self) -> list[tuple[str, int, int]]:
        """Each ledger with its version and that of its newest snapshot, 0 when it has none."""
        with self._connection() as connection:
            return connection.execute(SQL["moved"]).fetchall()

    @contextmanager
    def _connection(self) -> Iterator[Connection[TupleRow]]:
        try:
            with psycopg.connect(self._dsn, autocommit=True) as connection:
                yield connection
        except psycopg.OperationalError as lost:
            raise LogUnavailable("the log's database cannot be reached") from lost


def _value(connection: Connection[TupleRow], query: str, **parameters: object) -> Any:  # noqa: ANN401
    """The one value of the one row of a query."""
    row = connection.execute(SQL[query], parameters).fetchone()
    return None if row is None else row[0]
