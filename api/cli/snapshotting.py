"""`snapshot`: the state of a ledger as of now, so that the next start is quick."""

import os
from typing import Annotated

import typer

from api.cli.keeping import database
from api.cli.options import AsJson, Folder, Ledger
from api.cli.place import DEFAULT_FOLDER
from api.cli.saying import Trouble, console, say_json, waiting
from api.reference.intakes import LEDGER
from api.sealing import given_master
from api.snapshotting import take_snapshot
from ledger.log.refusals import Unavailable
from ledger.log.snapshots.snapshots import NotTaken

Anew = Annotated[
    bool, typer.Option("--anew", help="Replay the whole log, and go on from no earlier snapshot.")
]


def snapshot(
    data: Folder = DEFAULT_FOLDER,
    ledger: Ledger = LEDGER,
    anew: Anew = False,
    as_json: AsJson = False,
) -> None:
    """Take a snapshot of a ledger, from which a start of the service goes on; also while it serves.

    The two newest are kept. What code of another version has taken is of no use to this one.
    """
    with database(data, ledger) as kept:
        master = given_master(os.environ, data)
        if master is None:
            message = f"no snapshot was taken: there is no master key in {data}"
            raise Trouble(message)
        with waiting(f"Taking a snapshot of {ledger}"):
            try:
                taken = take_snapshot(kept.log, kept.dsn, kept.key_store, master, ledger, anew=anew)
            except (NotTaken, Unavailable) as refused:
                message = f"no snapshot was taken: {refused}"
                raise Trouble(message) from None
    if as_json:
        say_json({"ledger": ledger, "version": taken.version, "bytes": taken.bytes})
        return
    if taken.bytes is None:
        console().print(f"`{ledger}` has a snapshot at version {taken.version:,} already.")
        return
    console().print(
        f"A snapshot of `{ledger}` at version {taken.version:,} is kept: {taken.bytes:,} bytes."
    )
