"""The keys in PostgreSQL: in the log's database, or in one of their own."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from ledger.log.migrations import Part
from ledger.log.queries import load_queries
from ledger.log.sealing.faults import KeyStoreUnavailable
from ledger.log.sealing.master import Wrapped
from ledger.log.sealing.store import KeyPlace, Purpose

HERE: Final = Path(__file__).parent
SQL: Final = load_queries(HERE / "keys.sql")
KEYS: Final = Part("child_keys", HERE / "migrations")
CONNECTIONS_MAX: Final = 8
PATIENCE_S: Final = 10


class PostgresKeyStore:
    """Keys in a migrated database."""

    def __init__(self, dsn: str) -> None:
        """Connect on first use."""
        self._pool = ConnectionPool(
            dsn, min_size=0, max_size=CONNECTIONS_MAX, open=True, timeout=PATIENCE_S, name="keys",
            kwargs={"autocommit": True}, check=ConnectionPool.check_connection,
        )  # fmt: skip

    def find(
        self, ledger: str, purpose: Purpose, children: Collection[str] | None = None
    ) -> dict[str, Wrapped]:
        """The keys of these children, or of all."""
        asked: dict[str, Any] = {"ledger": ledger, "purpose": purpose}
        if children is not None:
            asked["children"] = list(children)
        with self._connection() as connection:
            rows = connection.execute(SQL["all" if children is None else "find"], asked)
            return {child: Wrapped(master, wrapped) for child, master, wrapped in rows}

    def add(self, ledger: str, purpose: Purpose, keys: Mapping[str, Wrapped]) -> Sequence[str]:
        """Keep new keys; durable when this returns."""
        asked = {
            "ledger": ledger,
            "purpose": purpose,
            "children": list(keys),
            "masters": [key.master for key in keys.values()],
            "wrapped": [key.wrapped for key in keys.values()],
        }
        with self._connection() as connection:
            connection.execute(SQL["add"], asked)
            return [child for (child,) in connection.execute(SQL["taken"], asked)]

    def destroy(self, ledger: str, child: str, purposes: Collection[Purpose]) -> None:
        """Destroy keys."""
        with self._connection() as connection:
            for purpose in purposes:
                connection.execute(SQL["destroy"], KeyPlace(ledger, child, purpose)._asdict())

    def masters(self) -> frozenset[str]:
        """The names of the master keys in use."""
        with self._connection() as connection:
            return frozenset(name for (name,) in connection.execute(SQL["masters"]))

    def not_under(self, master: str, limit: int) -> Sequence[tuple[KeyPlace, Wrapped]]:
        """Keys under other master keys."""
        with self._connection() as connection:
            rows = connection.execute(SQL["not_under"], {"master": master, "limit": limit})
            return [(KeyPlace(*row[:3]), Wrapped(*row[3:])) for row in rows]

    def replace(self, place: KeyPlace, before: Wrapped, after: Wrapped) -> bool:
        """Wrap a key anew."""
        asked = {**place._asdict(), **after._asdict(), "before": before.wrapped}
        with self._connection() as connection:
            return connection.execute(SQL["replace"], asked).fetchone() is not None

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()

    @contextmanager
    def _connection(self) -> Iterator[Connection[Any]]:
        try:
            with self._pool.connection() as connection:
                yield connection
        except (psycopg.OperationalError, PoolTimeout, PoolClosed) as lost:
            raise KeyStoreUnavailable(KeyStoreUnavailable.__doc__) from lost
