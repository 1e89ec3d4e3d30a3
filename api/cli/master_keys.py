"""`privacy rotate-master-key` and `privacy forget-again`: what an operator does with keys."""

import os

from psycopg_pool import ConnectionPool

from api.cli.options import Folder
from api.cli.place import DEFAULT_FOLDER
from api.cli.saying import Trouble, console, progress
from api.cli.stores import stores
from api.sealing import MASTER_KEY, given_master, master_file
from ledger.log.refusals import Unavailable
from ledger.log.sealing.erasing import Erasing
from ledger.log.sealing.rotation import rewrap, rotate


def rotate_master_key(data: Folder = DEFAULT_FOLDER) -> None:
    """Make a new master key and wrap every child's key under it; services go on meanwhile.

    The file of master keys has both until all is done. Keys from the environment are not ours to
    change: put the new one first there, restart, run this, and take the old one out.
    """
    with stores(data) as opened, progress() as bars:
        bar = bars.add_task("Wrapping keys anew", total=None)
        try:
            if os.environ.get(MASTER_KEY):
                master = given_master(os.environ, data)
                if master is None:
                    message = f"{MASTER_KEY} is empty"
                    raise Trouble(message)
                number = rewrap(opened.keys, master, lambda done: bars.update(bar, completed=done))
                name = master.current()
            else:
                path = master_file(os.environ, data)
                if not path.is_file():
                    message = f"there is no master key in {path}"
                    raise Trouble(message)
                number, name = rotate(
                    opened.keys, path, lambda done: bars.update(bar, completed=done)
                )
        except Unavailable as fault:
            raise Trouble(str(fault)) from None
    console().print(f"{number:,} keys are wrapped anew, under the master key {name}.")


def forget_again(data: Folder = DEFAULT_FOLDER) -> None:
    """Destroy keys of erased children that a restored backup has brought back."""
    with stores(data) as opened, ConnectionPool(opened.dsn, min_size=1, open=True) as pool:
        number = Erasing(pool, opened.keys).destroy_again()
    console().print(f"{number:,} keys of erased children are destroyed again.")
