"""Keys: who is asking, in which roles, for which ledgers.

A key is 256 random bits, so a plain SHA-256 of it is enough: a slow hash guards secrets that people
choose, and nobody can try 2^256 of them. A name is unique for ever, because it is the `actor` of
events and separation of duties rests on it.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from psycopg import Connection
from psycopg_pool import ConnectionPool

from ledger.log.queries import load_queries

SECRET_BYTES: Final = 32
PREFIX: Final = "olk_"
REMEMBERED_FOR_S: Final = 0.9
SQL: Final = load_queries(Path(__file__).with_name("keys.sql"))


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. `ledgers` is None when it opens all of them."""

    name: str
    roles: tuple[str, ...]
    ledgers: tuple[str, ...] | None = None

    def covers(self, ledgers: tuple[str, ...] | None) -> bool:
        """Whether this key opens all of these ledgers; None is every ledger there will ever be."""
        return self.ledgers is None or (ledgers is not None and set(ledgers).issubset(self.ledgers))

    def opens(self, ledger: str) -> bool:
        """Whether this ledger exists for the key."""
        return self.ledgers is None or ledger in self.ledgers


def new_secret() -> str:
    """A fresh key of 256 random bits, with a prefix that leak scanners can look for."""
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """What is stored of a key."""
    return hashlib.sha256(secret.encode()).digest()


class Keys:
    """The keys of the service, with a memory of less than a second.

    A key deleted in this process stops at once; in another process, when its memory runs out.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        """Read keys through this pool."""
        self._pool = pool
        self._remembered: dict[bytes, tuple[Key, float]] = {}
        self._deletions = 0
        self._guard = threading.Lock()

    def remembered(self, secret: str) -> Key | None:
        """The key, if it was looked up a moment ago. Never waits."""
        found = self._remembered.get(hash_of(secret))
        if found is None or found[1] < time.monotonic():
            return None
        return found[0]

    def find(self, secret: str) -> Key | None:
        """The live key of this secret, read from the database and remembered."""
        key_hash = hash_of(secret)
        while True:
            deletions = self._deletions
            until = time.monotonic() + REMEMBERED_FOR_S
            with self._pool.connection() as connection:
                row = connection.execute(SQL["find_key"], {"key_hash": key_hash}).fetchone()
            with self._guard:
                if deletions != self._deletions:
                    continue  # a key was deleted meanwhile, perhaps this one: look again
                if row is None:
                    self._remembered.pop(key_hash, None)
                    return None
                key = _key(row)
                self._remembered[key_hash] = (key, until)
                return key

    def create(self, key: Key, secret: str, connection: Connection[Any]) -> bool:
        """Store a key in the caller's transaction; False when the name was ever used."""
        values = {
            "name": key.name,
            "roles": list(key.roles),
            "ledgers": None if key.ledgers is None else list(key.ledgers),
            "key_hash": hash_of(secret),
        }
        return connection.execute(SQL["create_key"], values).fetchone() is not None

    def delete(self, name: str, connection: Connection[Any]) -> bool:
        """Stop a key for ever, in the caller's transaction; False when no live key has this name.

        `forget` follows once the transaction has committed.
        """
        return connection.execute(SQL["delete_key"], {"name": name}).fetchone() is not None

    def forget(self) -> None:
        """Look every key up anew, because one was deleted."""
        with self._guard:
            self._deletions += 1
            self._remembered.clear()

    def listed(self, *, after: str, limit: int) -> list[Key]:
        """Live keys by name, from the one after `after`."""
        with self._pool.connection() as connection:
            rows = connection.execute(SQL["list_keys"], {"after": after, "limit": limit})
            return [_key(row) for row in rows]

    def first_admin(self, given: str | None) -> str | None:
        """Make sure that somebody can make keys.

        `given` is the secret that the operator chose; it becomes a key unless it ever was one (a
        deleted one stays deleted). Without it, and without a live admin key, a new secret is made
        and returned, to be written where only the operator reads.
        """
        with self._pool.connection() as connection:
            connection.execute(SQL["alone"])
            if given is not None:
                known = connection.execute(SQL["knows_hash"], {"key_hash": hash_of(given)})
                if known.fetchone() is None:
                    self._admit(given, connection)
                return None
            if connection.execute(SQL["any_admin"]).fetchone() is not None:
                return None
            secret = new_secret()
            self._admit(secret, connection)
            return secret

    def _admit(self, secret: str, connection: Connection[Any]) -> None:
        name, tries = "admin", 1
        while not self.create(Key(name, ("admin",)), secret, connection):
            tries += 1
            name = f"admin-{tries}"


def _key(row: Sequence[Any]) -> Key:
    name, roles, ledgers = row
    return Key(name, tuple(roles), None if ledgers is None else tuple(ledgers))
