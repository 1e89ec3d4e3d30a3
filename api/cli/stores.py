"""The databases of a data folder, for commands that open them directly; they may be served."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.cli.opening import DATABASE, has_database, quiet
from api.cli.saying import Trouble
from api.sealing import KEYS_DATABASE
from api.service import parts_beside
from ledger.log.embedded import start
from ledger.log.migrations import pending
from ledger.log.sealing.postgres import PostgresKeyStore

FIRST_MIGRATION: Final = "ledger/0001_"


@dataclass(frozen=True, slots=True)
class Stores:
    """A database that was migrated before, and the store of children's keys beside or apart.

    `keys_dsn` is the database of those keys when it is one of their own.
    """

    dsn: str
    keys: PostgresKeyStore
    keys_dsn: str | None


@contextmanager
def stores(folder: Path) -> Iterator[Stores]:
    """The databases of a folder, or those that the environment names.

    They are taken as they are: who only looks migrates nothing and makes no key.
    """
    if not has_database(folder):
        message = f"there is no ledger in {folder}; name another folder with --data"
        raise Trouble(message)
    quiet()
    with ExitStack() as closing:
        dsn = os.environ.get(DATABASE)
        if not dsn:
            server = start(folder)
            closing.callback(server.stop)
            dsn = server.dsn
        keys_dsn = os.environ.get(KEYS_DATABASE) or None
        _must_be_migrated(dsn, keys_dsn)
        keys = PostgresKeyStore(keys_dsn or dsn)
        closing.callback(keys.close)
        yield Stores(dsn, keys, keys_dsn)


def _must_be_migrated(dsn: str, keys_dsn: str | None) -> None:
    """Refuse a database that is empty, or older than this code."""
    missing = pending(dsn, parts_beside(keys_dsn))
    if any(name.startswith(FIRST_MIGRATION) for name in missing):
        message = "there is no ledger in the database: it is empty"
        raise Trouble(message)
    if missing:
        names = ", ".join(missing)
        message = f"the database lacks migrations, which `serve` applies: {names}"
        raise Trouble(message)
