"""`audit bundle`: a ledger in files that an auditor takes away and checks by `verify.py`."""

import datetime
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from psycopg_pool import ConnectionPool

from api import __version__
from api.cli.files import write_lines
from api.cli.keeping import database
from api.cli.options import AsJson, Contract, Folder, KnownAt, Ledger
from api.cli.place import DEFAULT_FOLDER
from api.cli.saying import FINDING, MISUSE, Trouble, complain, console, progress, say_json, table
from api.known_at import MOMENT, VERSION
from api.reference.intakes import LEDGER
from api.sealing import given_master
from ledger.log.ports import Log, MomentNotReached
from ledger.log.sealing.faults import ChildKeyDamaged, MasterKeyMissing
from ledger.log.sealing.master import MasterKeys
from ledger.log.sealing.reader import unwrapped
from ledger.log.sealing.store import KeyPlace, KeyStore
from ledger.log.signing.kept import KeptCheckpoints
from projections.bundle.files import BundleExists, BundleUnfinished
from projections.bundle.writing import (
    ContractUnknown,
    Made,
    Signed,
    SignedNote,
    Wanted,
    write_bundle,
)

KEYS_FORMAT: Final = 1
CHECKPOINTS_PER_QUERY: Final = 500
STAMPS_MAX: Final = 100
WARNING: Final = (
    "{file} opens the scores of {number:,} children, in plain keys. Hand it over by itself, for "
    "this audit alone, and delete it when the audit is over."
)
UNFINISHED: Final = (
    "{folder} is there: another bundle is being written, or one was broken off; then remove it"
)
Out = Annotated[Path, typer.Option("--out", help="A folder that is not there yet, or a .zip.")]
WithKeys = Annotated[
    Path | None,
    typer.Option("--with-keys", help="Write children's keys, unwrapped, for the audit alone."),
]


def bundle(
    out: Out,
    data: Folder = DEFAULT_FOLDER,
    ledger: Ledger = LEDGER,
    contract: Contract = None,
    known_at: KnownAt = None,
    with_keys: WithKeys = None,
    as_json: AsJson = False,
) -> None:
    """Write events, checkpoints, tables and `verify.py` for an auditor who trusts nobody."""
    _keys_go_elsewhere(out, with_keys)
    with (
        database(data, ledger) as kept,
        ConnectionPool(kept.dsn, min_size=1, open=True) as pool,
        progress() as bars,
    ):
        wanted = Wanted(ledger, version_of(kept.log, ledger, known_at), contract)
        bar = bars.add_task(f"Bundling {ledger}", total=wanted.version)
        master = None if with_keys is None else _master(data)
        with _refusals_in_words(wanted, out):
            made = write_bundle(
                kept.log,
                wanted,
                out,
                signed_of(pool, ledger),
                program=__version__,
                progress=lambda done, of: bars.update(bar, completed=done, total=of),
            )
        if with_keys is not None and master is not None:
            keys = opened_keys(kept.key_store, master, ledger, made.children)
            write_lines(with_keys, audit_keys(ledger, keys))
            opened = sum(key is not None for key in keys.values())
            complain(WARNING.format(file=with_keys, number=opened))
    say(made, out, as_json=as_json)


def _keys_go_elsewhere(out: Path, with_keys: Path | None) -> None:
    """A bundle is copied and kept; keys are handed over for one audit and deleted."""
    if with_keys is not None and with_keys.resolve().is_relative_to(out.resolve()):
        message = f"--with-keys {with_keys}: the keys are no part of the bundle; name another file"
        raise Trouble(message, MISUSE)


@contextmanager
def _refusals_in_words(wanted: Wanted, out: Path) -> Iterator[None]:
    """Say why there is no bundle."""
    try:
        yield
    except BundleExists:
        message = f"{out} is there already"
        raise Trouble(message, MISUSE) from None
    except BundleUnfinished as left:
        raise Trouble(UNFINISHED.format(folder=left.folder)) from None
    except ContractUnknown as unknown:
        message = f"`{wanted.ledger}` has no contract `{unknown}` up to version {wanted.version:,}"
        raise Trouble(message) from None
    except OSError as refused:
        message = f"{out} cannot be written: {refused.strerror}"
        raise Trouble(message) from None


def say(made: Made, out: Path, *, as_json: bool) -> None:
    """What was written."""
    if as_json:
        say_json({**made._asdict(), "children": len(made.children), "out": str(out)})
        return
    counts = {"events": made.events, "checkpoints": made.checkpoints}
    if made.time_stamps:
        counts["time stamps"] = made.time_stamps
    if made.left_out:
        counts["events of other contracts, as leaf hashes"] = made.left_out
    to = console()
    to.print(table("Bundled", ("", "number"), [*counts.items(), *made.rows.items()]))
    to.print(f"The bundle is in {out}, up to version {made.version:,}")
    to.print(f"root {made.root}")
    to.print("An auditor checks it with: python verify.py --key VERIFIERKEY")


def version_of(log: Log, ledger: str, known_at: str | None) -> int:
    """The version that a bundle ends at: now, a version, or what was known at a moment.

    There is one event at least: a bundle of none would be sound, and show nothing. Raises
    `Trouble`.
    """
    version = _version_of(log, ledger, known_at)
    if not version:
        when = "" if known_at is None else f" at {known_at}"
        message = f"`{ledger}` has no event{when}: there is nothing to bundle"
        raise Trouble(message, FINDING if known_at is None else MISUSE)
    return version


def _version_of(log: Log, ledger: str, known_at: str | None) -> int:
    head = log.head(ledger).version
    if known_at is None:
        return head
    if VERSION.fullmatch(known_at):
        if int(known_at) > head:
            message = f"`{ledger}` ends at version {head:,}"
            raise Trouble(message, MISUSE)
        return int(known_at)
    try:
        return log.version_at(ledger, _moment(known_at))
    except MomentNotReached:
        message = f"--known-at {known_at}: this moment has not come yet"
        raise Trouble(message, MISUSE) from None


def _moment(known_at: str) -> datetime.datetime:
    """A moment as the doors take it, in UTC."""
    message = f"--known-at {known_at}: a version, or a moment such as 2024-10-01T00:00:00Z"
    refused = Trouble(message, MISUSE)
    if not MOMENT.fullmatch(known_at):
        raise refused
    try:
        return datetime.datetime.fromisoformat(known_at.upper()).astimezone(datetime.UTC)
    except (ValueError, OverflowError):  # No such day, or beyond the last year
        raise refused from None


def signed_of(pool: ConnectionPool, ledger: str) -> Signed:
    """The checkpoints of a ledger, and every key, also of old ones, that they are verified with."""
    kept = KeptCheckpoints(pool)
    origin = kept.origin(ledger)
    if origin is None:
        return Signed()
    keys = tuple(str(known.key) for known in kept.keys(ledger))
    return Signed(keys, _checkpoints(kept, ledger, origin))


def _checkpoints(kept: KeptCheckpoints, ledger: str, origin: str) -> Iterator[SignedNote]:
    size = 0
    while found := kept.after(ledger, size, CHECKPOINTS_PER_QUERY):
        for one in found:
            stamps = kept.stamps(ledger, size=one.size, limit=STAMPS_MAX)
            yield SignedNote(
                one.size,
                str(kept.note(ledger, origin, one)),
                tuple(stamp.response for stamp in stamps),
            )
        size = found[-1].size


def _master(folder: Path) -> MasterKeys:
    master = given_master(os.environ, folder)
    if master is None:
        raise Trouble("--with-keys needs the master key, and none was given")
    return master


def opened_keys(
    store: KeyStore, master: MasterKeys, ledger: str, children: Collection[str]
) -> dict[str, bytes | None]:
    """The keys of children, unwrapped; None is that of a child whose key was destroyed.

    Raises `Trouble` where one does not open under the master key.
    """
    found = store.find(ledger, "values", sorted(children))
    try:
        return {
            child: unwrapped(store, master, KeyPlace(ledger, child, "values"), kept)[1]
            for child, kept in sorted(found.items())
        }
    except (MasterKeyMissing, ChildKeyDamaged) as fault:
        raise Trouble(str(fault)) from None


def audit_keys(ledger: str, keys: Mapping[str, bytes | None]) -> Iterator[bytes]:
    """The lines of a file of unwrapped keys; nothing stands beside a child whose key is gone."""
    yield msgspec.json.encode({"audit_keys": KEYS_FORMAT, "ledger": ledger})
    for child, key in keys.items():
        yield msgspec.json.encode((child, None if key is None else key.hex()))
