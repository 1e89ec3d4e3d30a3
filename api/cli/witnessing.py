"""`audit witness`: cosign a ledger's log for a funder, and notice when it was rewritten.

Nothing of the log is read but its checkpoints. What was seen is written down, durably, before it
is cosigned, so that a witness never vouches for two histories.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from api.cli.asking import ServiceRefuses
from api.cli.doing import Desk, at_desk
from api.cli.place import for_owner_only
from api.cli.proving import TEXT, read_key
from api.cli.saying import FINDING, MISUSE, Trouble, console, say_json
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import (
    COSIGNATURE,
    Note,
    NoteUnreadable,
    SignatureWrong,
    VerifierKey,
    checked_name,
)
from ledger.log.signing.faults import SigningKeyUnreadable
from ledger.log.signing.keys import make_signing_file, read_signers
from ledger.log.signing.signer import Signer
from ledger.log.signing.witness import LogForked, Memory, judged

WITNESS: Final = "witness"
REWRITTEN: Final = 3
"""The exit code when the log contradicts what it showed before."""

Name = Annotated[str, typer.Option("--name", help="The witness's name, such as funder.example.")]
KeyFile = Annotated[
    Path, typer.Option("--signing-key", help="The witness's key; made at first.", dir_okay=False)
]
MemoryFile = Annotated[
    Path, typer.Option("--memory", help="Where it remembers what it saw.", dir_okay=False)
]
LogKey = Annotated[
    str | None,
    typer.Option("--verifier-key", help="The log's key, or a file with it; needed at first."),
]


def witness_key(name: Name, signing_key: KeyFile = Path("witness.key")) -> None:
    """Print a witness's verifier key, for the admin who takes its cosignatures; made at first."""
    console().print(str(_signer(signing_key).key(_named(name), COSIGNATURE)), soft_wrap=True)


@at_desk(WITNESS)
def witness(
    at: Desk,
    *,
    name: Name,
    signing_key: KeyFile = Path("witness.key"),
    memory: MemoryFile = Path("witness.json"),
    verifier_key: LogKey = None,
) -> None:
    """Fetch the checkpoint, check that it begins with the last one, cosign it and send that.

    Exit code 3: the log was rewritten; nothing is cosigned, and both checkpoints are kept.
    """
    _key_of_log(_remembered(memory), verifier_key)  # nothing is made for what is refused
    name = _named(name)
    with _alone_with(memory):
        signer = _signer(signing_key)
        shown, note = _next(at, memory, verifier_key)
    line = signer.cosigned(name, Note.from_text(note).text, int(time.time()))
    answer = at.post(("log", "cosignatures"), {"size": shown.size, "cosignature": str(line)})
    if at.as_json:
        say_json(answer)
        return
    done = "is cosigned" if answer["status"] == "kept" else "was cosigned before"
    console().print(f"{shown.origin} {done} at {shown.size:,} events", soft_wrap=True)


@contextmanager
def _alone_with(memory: Path) -> Iterator[None]:
    """Wait for whoever else uses the memory: else an older checkpoint could replace a newer one.

    Raises `Trouble` where nothing can be written beside it: what was seen would be forgotten.
    """
    lock = memory.with_name(f"{memory.name}.lock")
    try:
        file = open(lock, "ab", opener=for_owner_only)  # noqa: SIM115 (closed below)
    except OSError as refused:
        message = f"--memory {memory}: {lock} cannot be written: {refused.strerror}"
        raise Trouble(message) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _next(at: Desk, memory: Path, verifier_key: str | None) -> tuple[Checkpoint, str]:
    """The checkpoint that the log shows, with its note, once it begins with what is remembered.

    It is remembered then.
    """
    remembered = _remembered(memory)
    key = _key_of_log(remembered, verifier_key)
    note = _checkpoint(at)
    try:
        shown = judged(key, remembered, note, lambda *sizes: _proof(at, *sizes))
    except LogForked as forked:
        _write(memory.with_suffix(".contradiction"), note.encode())
        message = f"{forked}; nothing is cosigned, and what it shows is beside {memory}"
        raise Trouble(message, REWRITTEN) from None
    except (NoteUnreadable, SignatureWrong) as wrong:
        raise Trouble(str(wrong), FINDING) from None
    _write(memory, msgspec.json.encode(Memory(str(key), note)))
    return shown, note


def _checkpoint(at: Desk) -> str:
    """The checkpoint of where the log stands; the service may have noticed by itself."""
    try:
        return at.service.fetch(TEXT, "v1", "ledgers", at.ledger, "log", "checkpoint").decode()
    except ServiceRefuses as refused:
        if refused.code == "log_rewritten":
            raise Trouble(str(refused), REWRITTEN) from None
        raise


def _proof(at: Desk, first: int, second: int) -> list[bytes]:
    """The hashes of a consistency proof."""
    query = {"from": first, "to": second}
    found = at.service.ask("v1", "ledgers", at.ledger, "log", "consistency", **query)
    return [bytes.fromhex(text) for text in found["hashes"]]


def _signer(path: Path) -> Signer:
    try:
        return (read_signers(path) if path.exists() else make_signing_file(path))[0]
    except SigningKeyUnreadable:
        message = f"{path} holds no signing key"
        raise Trouble(message, MISUSE) from None


def _named(name: str) -> str:
    try:
        return checked_name(name)
    except NoteUnreadable as wrong:
        raise Trouble(str(wrong), MISUSE) from None


def _remembered(path: Path) -> Memory | None:
    """What was seen last. A memory that cannot be read is not begun anew: that would forget."""
    if not path.exists():
        return None
    try:
        memory = msgspec.json.decode(path.read_bytes(), type=Memory)
        memory.seen  # noqa: B018 (checked before anything is asked)
    except (msgspec.MsgspecError, UnicodeDecodeError, NoteUnreadable, SignatureWrong):
        message = f"{path} is no memory of a witness, or was changed"
        raise Trouble(message) from None
    return memory


def _key_of_log(remembered: Memory | None, given: str | None) -> VerifierKey:
    """The key given, which a rotation may have changed; else the one remembered."""
    if given is not None:
        return read_key(given)
    if remembered is None:
        message = "the log's key is needed at first: give --verifier-key"
        raise Trouble(message, MISUSE)
    return remembered.verifier_key


def _write(path: Path, content: bytes) -> None:
    """Write a file whole and durably, for its owner alone."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    with open(unfinished, "wb", opener=for_owner_only) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
