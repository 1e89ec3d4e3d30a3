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
from ledger.log.sealing.identities import IdentityRead, KeptIdentity, SealedIdentity
from ledger.log.sealing.master import Wrapped
from ledger.log.sealing.store import KeyPlace, Purpose

HERE: Final = Path(__file__).parent
SQL: Final = load_queries(HERE / "keys.sql")
VAULT_SQL: Final = load_queries(HERE / "vault.sql")
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
        """Destroy keys, and an identity with its key."""
        with self._connection() as connection, connection.transaction():
            for purpose in purposes:
                connection.execute(SQL["destroy"], KeyPlace(ledger, child, purpose)._asdict())
                if purpose == "identity":  # later than the key: whoever kept one held the key's row
                    connection.execute(VAULT_SQL["drop"], {"ledger": ledger, "child": child})

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

    def keep_identity(self, ledger: str, child: str, sealed: bytes) -> KeptIdentity | None:
        """Keep an identity."""
        asked = {"ledger": ledger, "child": child, "sealed": sealed}
        with self._connection() as connection:
            row = connection.execute(VAULT_SQL["keep"], asked).fetchone()
        return None if row is None else KeptIdentity(*row)

    def find_identity(self, ledger: str, child: str) -> SealedIdentity | None:
        """The identity of a child."""
        with self._connection() as connection:
            found = connection.execute(VAULT_SQL["find"], {"ledger": ledger, "child": child})
            row = found.fetchone()
        return None if row is None else SealedIdentity(*row)

    def note_read(self, ledger: str, child: str, *, actor: str, purpose: str) -> None:
        """Note a read."""
        noted = {"ledger": ledger, "child": child, "actor": actor, "purpose": purpose}
        with self._connection() as connection:
            connection.execute(VAULT_SQL["note_read"], noted)

    def identity_reads(
        self, ledger: str, child: str, *, after: int, limit: int
    ) -> Sequence[IdentityRead]:
        """The reads of a child's identity."""
        asked = {"ledger": ledger, "child": child, "after": after, "limit": limit}
        with self._connection() as connection:
            return [IdentityRead(*row) for row in connection.execute(VAULT_SQL["reads"], asked)]

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
