"""`rebuild`, `verify`, `export`, `import`: what keeps a ledger whole, on its database directly."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from psycopg_pool import ConnectionPool

from api.cli.checkpoint_copies import checkpoint_lines, read_checkpoints
from api.cli.copies import lines_of
from api.cli.files import STANDARD_STREAM, write_lines
from api.cli.findings import tell_checked, tell_findings, tell_whole
from api.cli.key_copies import key_lines, read_keys
from api.cli.opening import opened, quiet
from api.cli.options import AsJson, Folder, Ledger
from api.cli.place import DEFAULT_FOLDER
from api.cli.reading_back import read_back
from api.cli.saying import MISUSE, Trouble, console, progress, say_json
from api.cli.stores import stores
from api.reference.intakes import LEDGER
from api.sealing import given_master
from ledger.events.sealed import FindKeys, no_keys
from ledger.log.ports import LedgerUnknown
from ledger.log.postgres import PostgresLog
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.reader import KeyReader
from ledger.log.signing.kept import KeptCheckpoints
from projections.audit.verify import LedgerUnknown as NothingToAudit
from projections.audit.verify import verify as audit
from projections.runner import RebuildRunning, Runner

Target = Annotated[Path, typer.Argument(help="Where to write; - is standard output.")]
KeysOut = Annotated[
    Path | None, typer.Option("--keys", help="Where to write children's keys, wrapped.")
]
KeysIn = Annotated[
    Path | None, typer.Option("--keys", help="Children's keys that `export` wrote.", exists=True)
]
CheckpointsOut = Annotated[
    Path | None, typer.Option("--checkpoints", help="Where to write what was signed of the log.")
]
CheckpointsIn = Annotated[
    Path | None,
    typer.Option("--checkpoints", help="What was signed, as `export` wrote it.", exists=True),
]
Source = Annotated[Path, typer.Argument(help="What `export` wrote; - is standard input.")]
NO_LEDGER: Final = "there is no ledger `{ledger}` in {folder}"


def rebuild(data: Folder = DEFAULT_FOLDER, ledger: Ledger = LEDGER) -> None:
    """Build the read tables anew from the log, while the old ones are read."""
    with database(data, ledger) as kept:
        try:
            version = Runner(kept.dsn).rebuild(ledger)
        except RebuildRunning:
            message = f"the read tables of `{ledger}` are being rebuilt already"
            raise Trouble(message) from None
    console().print(f"The read tables of `{ledger}` are rebuilt up to version {version:,}.")


def verify(data: Folder = DEFAULT_FOLDER, ledger: Ledger = LEDGER) -> None:
    """Check versions, hashes, the rules re-performed, balances and read tables; 1 on a finding."""
    with database_to_audit(data, ledger) as kept, progress() as bar:
        task = bar.add_task(f"Verifying {ledger}", total=None)
        found = audit(
            kept.dsn,
            ledger,
            find_keys=kept.find_keys,
            keys_dsn=kept.keys_dsn,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    tell_checked(found)
    tell_findings(found)
    if found.sound:
        tell_whole(found, clean=found.clean)
        return
    message = f"{len(found.findings)} findings in `{ledger}`"
    raise Trouble(message)


def export(
    file: Target = STANDARD_STREAM,
    data: Folder = DEFAULT_FOLDER,
    ledger: Ledger = LEDGER,
    keys: KeysOut = None,
    checkpoints: CheckpointsOut = None,
    as_json: AsJson = False,
) -> None:
    """Write the log as lines of JSON: every event in its exact bytes, and all that goes with it.

    Values about children stay sealed; --keys writes their keys, wrapped, to a file of its own.
    """
    _each_to_its_own_file(file, keys, checkpoints)
    with database(data, ledger) as kept:
        head = kept.log.head(ledger)
        if keys is not None:
            write_lines(keys, key_lines(kept.key_store, ledger))
        if checkpoints is not None:
            with ConnectionPool(kept.dsn, min_size=1, open=True) as pool:
                signed = checkpoint_lines(KeptCheckpoints(pool), ledger, upto=head.version)
                write_lines(checkpoints, signed)
        lines = lines_of(kept.log, ledger, head)
        if file == STANDARD_STREAM:
            sys.stdout.buffer.writelines(line + b"\n" for line in lines)
            return
        write_lines(file, lines)
    if as_json:
        say_json(
            {"ledger": ledger, "version": head.version, "root": head.root.hex(), "file": str(file)}
        )
        return
    console().print(f"`{ledger}` up to version {head.version:,} is in {file}")
    console().print(f"root {head.root.hex()}")


def import_(
    file: Source,
    data: Folder = DEFAULT_FOLDER,
    keys: KeysIn = None,
    checkpoints: CheckpointsIn = None,
) -> None:
    """Read an exported log into a new ledger, or onto an earlier copy: same bytes, same roots.

    A ledger that is there already must be the beginning of the log, event by event; another one,
    or one that has got further, is refused and nothing is written.
    Without --keys, and the master key that they are wrapped under, what is sealed stays sealed:
    the copy can be read and verified, and takes no facts.
    """
    if file != STANDARD_STREAM and not file.is_file():
        message = f"{file} is not a file"
        raise Trouble(message, MISUSE)
    quiet()
    with opened(data, projecting=False) as service, progress() as bar:
        task = bar.add_task("Importing", total=None)
        source = sys.stdin.buffer if file == STANDARD_STREAM else file.open("rb")
        with source as lines:
            ledger, head = read_back(
                service.log, lines, lambda done: bar.update(task, completed=done)
            )
        if keys is not None:
            with keys.open("rb") as kept:
                read_keys(service.sealing.store, ledger, kept)
        if checkpoints is not None:
            with checkpoints.open("rb") as signed:
                read_checkpoints(service.log, service.signing.notary.kept, ledger, signed)
    console().print(f"`{ledger}` is imported up to version {head.version:,}")
    console().print(f"root {head.root.hex()}")


def _each_to_its_own_file(*files: Path | None) -> None:
    """One file cannot hold two things: what is written last would be all that is left."""
    named = [file.resolve() for file in files if file is not None]
    for file in named:
        if named.count(file) > 1:
            message = f"{file} is named twice; the log, keys and checkpoints take a file each"
            raise Trouble(message, MISUSE)


@dataclass(frozen=True, slots=True)
class Database:
    """A database that was migrated before, and the log in it."""

    dsn: str
    log: PostgresLog
    find_keys: FindKeys
    key_store: PostgresKeyStore
    keys_dsn: str | None


@contextmanager
def database(folder: Path, ledger: str) -> Iterator[Database]:
    """The database of a folder, with a ledger that must be there; it may be served meanwhile."""
    with _database(folder) as kept:
        try:
            kept.log.head(ledger)
        except LedgerUnknown:
            raise Trouble(NO_LEDGER.format(ledger=ledger, folder=folder)) from None
        yield kept


@contextmanager
def database_to_audit(folder: Path, ledger: str) -> Iterator[Database]:
    """The same for an audit, which goes on where rows of the ledger's own are gone."""
    with _database(folder) as kept:
        try:
            yield kept
        except NothingToAudit:
            raise Trouble(NO_LEDGER.format(ledger=ledger, folder=folder)) from None


@contextmanager
def _database(folder: Path) -> Iterator[Database]:
    with stores(folder) as opened_stores, closing(PostgresLog(opened_stores.dsn)) as log:
        keys = opened_stores.keys
        master = given_master(os.environ, folder)
        find_keys: FindKeys = no_keys if master is None else KeyReader(keys, master)
        yield Database(opened_stores.dsn, log, find_keys, keys, opened_stores.keys_dsn)
