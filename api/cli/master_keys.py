"""`privacy rotate-master-key` and `privacy forget-again`: what an operator does with keys."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from psycopg_pool import ConnectionPool

from api.cli.keeping import must_be_migrated
from api.cli.options import Folder
from api.cli.place import DEFAULT_FOLDER
from api.cli.running import has_database, quiet
from api.cli.saying import Trouble, console, progress
from api.sealing import KEYS_DATABASE, MASTER_KEY, given_master, master_file
from api.serving import DATABASE
from ledger.log.embedded import start
from ledger.log.refusals import Unavailable
from ledger.log.sealing.erasing import Erasing
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.rotation import rewrap, rotate


def rotate_master_key(data: Folder = DEFAULT_FOLDER) -> None:
    """Make a new master key and wrap every child's key under it; services go on meanwhile.

    The file of master keys has both until all is done. Keys from the environment are not ours to
    change: put the new one first there, restart, run this, and take the old one out.
    """
    with _stores(data) as (store, _), progress() as bars:
        bar = bars.add_task("Wrapping keys anew", total=None)
        try:
            if os.environ.get(MASTER_KEY):
                master = given_master(os.environ, data)
                if master is None:
                    message = f"{MASTER_KEY} is empty"
                    raise Trouble(message)
                number = rewrap(store, master, lambda done: bars.update(bar, completed=done))
                name = master.current()
            else:
                path = master_file(os.environ, data)
                if not path.is_file():
                    message = f"there is no master key in {path}"
                    raise Trouble(message)
                number, name = rotate(store, path, lambda done: bars.update(bar, completed=done))
        except Unavailable as fault:
            raise Trouble(str(fault)) from None
    console().print(f"{number:,} keys are wrapped anew, under the master key {name}.")


def forget_again(data: Folder = DEFAULT_FOLDER) -> None:
    """Destroy keys of erased children that a restored backup has brought back."""
    with _stores(data) as (store, pool):
        number = Erasing(pool, store).destroy_again()
    console().print(f"{number:,} keys of erased children are destroyed again.")


@contextmanager
def _stores(folder: Path) -> Iterator[tuple[PostgresKeyStore, ConnectionPool]]:
    """The store of keys and the log's database, which may be served meanwhile."""
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
        must_be_migrated(dsn, keys_dsn)
        store = PostgresKeyStore(keys_dsn or dsn)
        closing.callback(store.close)
        pool = closing.enter_context(ConnectionPool(dsn, min_size=1, max_size=2, open=True))
        yield store, pool
