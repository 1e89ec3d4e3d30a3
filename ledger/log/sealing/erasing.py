"""Erasing: the event first, then the keys, then the note that they are destroyed.

Whoever dies in between leaves an erasure that the next start, or the next sweep, finishes. Once it
is noted, a key that is there again can only have come from a backup.
"""

from collections import defaultdict
from pathlib import Path
from typing import Final

import msgspec
from psycopg_pool import ConnectionPool

from ledger.events.codec import decode_event
from ledger.events.privacy import ChildErased
from ledger.events.words import ErasureScope
from ledger.log.queries import load_queries
from ledger.log.sealing.store import PURPOSES, KeyStore, Purpose

SQL: Final = load_queries(Path(__file__).with_name("erasing.sql"))
ERASED_NAME: Final = "child.erased.v1"
DESTROYED: Final[dict[ErasureScope, tuple[Purpose, ...]]] = {
    "all": PURPOSES,
    "identity": ("identity",),
}


class Erasing:
    """Destroys the keys of children that the log says are erased."""

    def __init__(self, pool: ConnectionPool, store: KeyStore) -> None:
        """Read the log through this pool, and destroy keys in this store."""
        self._pool = pool
        self._store = store

    def finish(self) -> int:
        """Finish what was begun, here or by somebody who died; says how many there were."""
        with self._pool.connection() as connection:
            rows = connection.execute(SQL["unfinished"]).fetchall()
        for ledger, version, state in rows:
            erased = _read(bytes(state))
            if erased is None:
                continue  # `verify` finds bytes that cannot be read; nobody is erased by them
            self._store.destroy(ledger, erased.child, DESTROYED[erased.scope])
            done = {
                "ledger": ledger,
                "version": version,
                "child": erased.child,
                "scope": erased.scope,
            }
            with self._pool.connection() as connection:
                connection.execute(SQL["finish"], done)
        return len(rows)

    def note_dropped(self, ledger: str, child: str) -> None:
        """Note that a child's identity was dropped from the vault, and its key with it."""
        with self._pool.connection() as connection:
            connection.execute(SQL["note_dropped"], {"ledger": ledger, "child": child})

    def lay_missing(self) -> int:
        """Lay tombstones that are missing: a store of keys from before a child's first key."""
        missing = [
            (ledger, child, purpose)
            for (ledger, purpose), children in self._done().items()
            for child in children - self._store.find(ledger, purpose, children).keys()
        ]
        for ledger, child, purpose in missing:
            self._store.destroy(ledger, child, (purpose,))
        return len(missing)

    def came_back(self) -> list[tuple[str, str, Purpose]]:
        """Keys that were destroyed and are there again: ledger, child, purpose."""
        return [
            (ledger, child, purpose)
            for (ledger, purpose), children in self._done().items()
            for child, kept in self._store.find(ledger, purpose, children).items()
            if kept.wrapped is not None
        ]

    def _done(self) -> dict[tuple[str, Purpose], set[str]]:
        """Whose keys are destroyed, by ledger and purpose."""
        with self._pool.connection() as connection:
            rows = connection.execute(SQL["done"]).fetchall()
        places: dict[tuple[str, Purpose], set[str]] = defaultdict(set)
        for ledger, child, scope in rows:
            for purpose in DESTROYED[scope]:
                places[ledger, purpose].add(child)
        return places

    def destroy_again(self) -> int:
        """Destroy keys that came back; says how many there were."""
        returned = self.came_back()
        for ledger, child, purpose in returned:
            self._store.destroy(ledger, child, (purpose,))
        return len(returned)


def _read(stored: bytes) -> ChildErased | None:
    """The erasure in stored bytes, if they can be read."""
    try:
        erased: ChildErased = decode_event(ERASED_NAME, stored).data
    except (ValueError, msgspec.MsgspecError):
        return None
    return erased
