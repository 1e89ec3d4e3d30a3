"""Writes a bundle: events, checkpoints, tables, statements, `verify.py`, and the manifest of all.

Everything follows from the log alone: a bundle says the same whatever the read tables say. The log
is read once.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from ledger.events.catalogue import SEALED_SCHEMA
from ledger.events.codec import AnyEvent
from ledger.log.ports import LedgerTerms, Log
from projections.bundle.database import Database
from projections.bundle.events import Bundled, EventFiles, Progress, Scope
from projections.bundle.files import Folder, bundle_at
from projections.bundle.joined import verify_program
from projections.bundle.statements import Statements
from projections.bundle.tables import Tables
from projections.folds.bearings import Bearings
from projections.folds.ledger_reader import read_event
from projections.rows import Page

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DIGEST: Final = "manifest.sha256"
SIGNED: Final = "contract.signed"
RECEIPT: Final = "receipt.recorded"
VOIDED: Final = "fact.voided"
README: Final = """A ledger, to be checked by somebody who trusts nobody.

    python verify.py

checks this folder with Python 3.11 or later, without anything else and without a network. Take
verify.py from the source of the program rather than from here, and bring what you know yourself:

    python verify.py --key VERIFIERKEY      the key of the log, as you were given it before
    python verify.py --checkpoint FILE      a checkpoint that you kept, older or newer
    python verify.py --sealed-keys FILE     keys of sealed scores, handed over for the audit

It ends in 0 when all is sound and was performed again, 1 when something is wrong, 2 when it was not
understood, 3 when nothing is wrong but something could not be verified, which it names and counts.

manifest.json   what the bundle holds, with the SHA-256 of every file; manifest.sha256 has its own
events/         every event of the log in its exact bytes, one a line, in base64
checkpoints/    what the log signed: C2SP signed notes, with cosignatures of others below
timestamps/     answers of time stamp authorities about checkpoints (RFC 3161, DER)
keys/           the keys that they are verified with
tables/         the books as CSV, in the names of the Audit Data Standards
audit.sqlite    the same tables and the events, for SQL
statements/     what every funder was charged and what it paid
"""


class Wanted(NamedTuple):
    """Which ledger, up to which version, and whether of one contract alone."""

    ledger: str
    version: int
    contract: str | None = None


class ContractUnknown(LookupError):
    """The ledger has no such contract up to that version: a bundle of it would be of nothing."""


class SignedNote(NamedTuple):
    """A checkpoint as it was signed, the size that it is about, and its time stamps in DER."""

    size: int
    text: str
    stamps: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Signed:
    """What was signed of a log, and the verifier keys of the log and of its witnesses."""

    keys: tuple[str, ...] = ()
    checkpoints: Iterable[SignedNote] = ()


class Made(NamedTuple):
    """What was written; `children` are those of whom a sealed value is in the bundle."""

    version: int
    root: str
    events: int
    left_out: int
    checkpoints: int
    time_stamps: int
    rows: dict[str, int]
    children: frozenset[str]


@dataclass(slots=True)
class Totals:
    """Control totals: how many events of each type, and the sum of their amounts."""

    counts: Counter[str] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    children: set[str] = field(default_factory=set)

    def add(self, event: AnyEvent) -> None:
        """Count an event."""
        if event.schema == SEALED_SCHEMA:
            self.children.add(event.data.child)
        self.counts[event.type] += 1
        self.amounts[event.type] += getattr(event.data, "amount_minor", 0)

    def said(self) -> dict[str, dict[str, int]]:
        """By type."""
        return {
            kind: {"count": self.counts[kind], "amount_minor": self.amounts[kind]}
            for kind in sorted(self.counts)
        }


class Books:
    """Tables, database and statements, filled event by event."""

    def __init__(self, folder: Folder, currency: str) -> None:
        """Begin with empty tables."""
        self._folder = folder
        self._database = Database(folder)
        self._tables = Tables(currency)
        self._statements = Statements()
        self._bearings = Bearings()
        self._voided: dict[int, AnyEvent] = {}

    def follow(self, bundled: Bundled) -> None:
        """Take the next event."""
        self._database.add_event(bundled)
        event = bundled.event
        if event is None:
            return
        if event.type == RECEIPT:
            self._voided[event.version] = event
        about = self._voided.get(event.data.version) if event.type == VOIDED else None
        read_event(event, about, self._bearings, Page(0))
        lines = self._tables.follow(event, self._bearings)
        self._database.add("GL_Detail", lines)
        self._statements.add(lines)

    def finish(self) -> dict[str, int]:
        """Write everything; how many rows each table has."""
        for table, rows in self._tables.finish().items():
            self._database.add(table, rows)
        self._statements.write(self._folder)
        return self._database.finish()


def no_progress(done: int, of: int) -> None:
    """Nobody wants to hear."""


def write_bundle(
    log: Log,
    wanted: Wanted,
    target: Path,
    signed: Signed,
    *,
    program: str,
    progress: Progress = no_progress,
) -> Made:
    """Write a bundle to a folder, or to an archive whose name ends in `.zip`.

    `program` is the version of the program that writes. Raises `BundleExists`, `BundleUnfinished`
    and `ContractUnknown`.
    """
    with bundle_at(target) as folder:
        terms = log.terms(wanted.ledger)
        files = EventFiles(log, wanted.ledger, wanted.version, Scope(wanted.contract))
        totals, books = Totals(), Books(folder, terms.currency)
        for bundled in files.write(folder, progress):
            if bundled.event is not None:
                totals.add(bundled.event)
            books.follow(bundled)
        if wanted.contract is not None and not totals.counts[SIGNED]:
            raise ContractUnknown(wanted.contract)
        checkpoints, stamps = _write_signed(folder, signed, wanted.version)
        made = Made(
            version=wanted.version,
            root=files.frontier.root().hex(),
            events=files.frontier.size - files.left_out,
            left_out=files.left_out,
            checkpoints=checkpoints,
            time_stamps=stamps,
            rows=books.finish(),
            children=frozenset(totals.children),
        )
        folder.write("verify.py", verify_program().encode())
        folder.write("README.txt", README.encode())
        _write_manifest(folder, _manifest(terms, wanted, program), made, totals)
    return made


def _write_manifest(folder: Folder, first: dict[str, Any], made: Made, totals: Totals) -> None:
    """The manifest, and beside it its own SHA-256."""
    manifest = first | {
        "root": made.root,
        "counts": {
            "events": made.version,
            "left_out": made.left_out,
            "checkpoints": made.checkpoints,
            "time_stamps": made.time_stamps,
        },
        "control_totals": totals.said(),
        "rows": made.rows,
        "files": {
            name: {"bytes": written.size, "sha256": written.sha256}
            for name, written in sorted(folder.files.items())
        },
    }
    text = json.dumps(manifest, indent=2).encode() + b"\n"
    folder.write(MANIFEST, text)
    folder.write(DIGEST, f"{sha256(text).hexdigest()}  {MANIFEST}\n".encode())


def _manifest(terms: LedgerTerms, wanted: Wanted, program: str) -> dict[str, Any]:
    return {
        "bundle": FORMAT,
        "program": program,
        "ledger": {
            "ledger": terms.ledger,
            "name": terms.name,
            "currency": terms.currency,
            "timezone": terms.timezone,
        },
        "parameters": {"contract": wanted.contract, "known_at": wanted.version},
        "version": wanted.version,
    }


def _write_signed(folder: Folder, signed: Signed, version: int) -> tuple[int, int]:
    """The keys, the checkpoints up to a version, their time stamps; how many of both there are."""
    folder.write("keys/verifier_keys.txt", "".join(f"{key}\n" for key in signed.keys).encode())
    number = stamps = 0
    for note in signed.checkpoints:
        if note.size <= version:
            folder.write(f"checkpoints/{note.size:012}.txt", note.text.encode())
            number += 1
            for place, response in enumerate(note.stamps, start=1):
                folder.write(f"timestamps/{note.size:012}.{place}.tsr", response)
            stamps += len(note.stamps)
    return number, stamps
