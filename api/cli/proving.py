"""`audit checkpoint`, `audit prove` and `audit verify-proof`: what can be checked without us."""

import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli.doing import READER, Desk, at_desk
from api.cli.files import write_parts
from api.cli.saying import MISUSE, Trouble, console, say_json
from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import Note, NoteUnreadable, SignatureWrong, VerifierKey
from ledger.log.notes.proof_file import NotProved, ProofFile
from ledger.log.tree import leaf_hash

TEXT: Final = "text/plain"
PROOF: Final = ".tlog-proof"
EVENT: Final = ".event"

Size = Annotated[int | None, typer.Option("--size", min=0, help="The tree of so many events.")]
Version = Annotated[int, typer.Argument(help="The version of the event.", min=1)]
Out = Annotated[
    Path,
    typer.Option(
        "--out", help="The folder to write to; made in one that is there.", file_okay=False
    ),
]
ProofPath = Annotated[
    Path, typer.Argument(help="A proof file, as `prove` wrote it.", exists=True, dir_okay=False)
]
EventPath = Annotated[
    Path | None,
    typer.Option("--event", help="The event's bytes; else beside the proof.", dir_okay=False),
]
LogKey = Annotated[
    str, typer.Option("--verifier-key", help="The log's key, name+id+base64, or a file with it.")
]
WitnessKeys = Annotated[
    list[str] | None,
    typer.Option("--witness-key", help="A witness's key that must have cosigned; repeatable."),
]


@at_desk(READER)
def checkpoint(at: Desk, *, size: Size = None) -> None:
    """Print the signed checkpoint of where the ledger stands, or a kept one by its size."""
    note = _text(at, "checkpoint", size=size)
    if at.as_json:
        shown = Checkpoint.from_text(Note.from_text(note).text)
        about = {"origin": shown.origin, "size": shown.size, "root": shown.root.hex()}
        say_json({**about, "checkpoint": note})
        return
    sys.stdout.write(note)


@at_desk(READER)
def prove(at: Desk, version: Version, *, size: Size = None, out: Out = Path()) -> None:
    """Write a proof that an event is in the log, and the event's bytes, for `verify-proof`.

    With --json the proof is printed as the service answers it, and nothing is written.
    """
    if at.as_json:
        say_json(
            at.service.ask("v1", "ledgers", at.ledger, "log", "proof", str(version), size=size)
        )
        return
    if not out.absolute().parent.is_dir():
        message = f"--out {out}: there is no folder {out.parent} to make it in"
        raise Trouble(message, MISUSE)
    proof = _text(at, "proof", str(version), size=size)
    event = at.service.fetch(
        "application/json", "v1", "ledgers", at.ledger, "events", str(version), "stored"
    )
    try:
        out.mkdir(exist_ok=True)
    except OSError as refused:
        message = f"{out} cannot be made: {refused.strerror}"
        raise Trouble(message) from None
    path = out / f"{at.ledger}-{version}{PROOF}"
    write_parts(path, [proof.encode()])
    write_parts(path.with_suffix(EVENT), [event])
    console().print(f"{path} proves {path.with_suffix(EVENT).name}", soft_wrap=True)


def verify_proof(
    file: ProofPath,
    verifier_key: LogKey,
    event: EventPath = None,
    witness_key: WitnessKeys = None,
) -> None:
    """Check a proof file, offline: the signature, the cosignatures asked for, and the hashes."""
    key = read_key(verifier_key)
    beside = event or file.with_suffix(EVENT)
    if not beside.is_file():
        message = f"{beside} is not a file; name the event's bytes with --event"
        raise Trouble(message, MISUSE)
    try:
        proof = ProofFile.from_text(file.read_text("utf-8"))
        found = proof.verified(leaf_hash(beside.read_bytes()), key)
        _, note = open_checkpoint(proof.checkpoint, key)
        for each in witness_key or ():
            _must_be_cosigned(note, read_key(each), proof.index + 1, found.size)
    except (NoteUnreadable, SignatureWrong, NotProved, UnicodeDecodeError) as wrong:
        message = f"not proved: {wrong}"
        raise Trouble(message) from None
    out = console()
    out.print(f"{beside.name} is event {proof.index + 1:,} of {found.origin}", soft_wrap=True)
    out.print(f"in the first {found.size:,} events; root {found.root.hex()}", soft_wrap=True)
    for each in witness_key or ():
        out.print(f"cosigned by {read_key(each).name}", soft_wrap=True)


def _must_be_cosigned(note: Note, key: VerifierKey, version: int, size: int) -> None:
    """Refuse a checkpoint below which a witness is missing; the rest of the proof holds by then.

    Raises `Trouble`, and `SignatureWrong` where the witness's line does not fit.
    """
    if any(signature.is_by(key) for signature in note.signatures):
        note.verified([key])
        return
    witness = f"{key.name}+{key.id.hex()}"
    message = (
        f"not proved: {witness} has not cosigned the checkpoint of size {size}; the log's "
        f"signature and the hashes are right. Ask for a checkpoint that it has cosigned: "
        f"`audit prove {version} --size N`"
    )
    raise Trouble(message)


def read_key(given: str) -> VerifierKey:
    """A verifier key, given as it is or in a file. Raises `Trouble`."""
    try:
        in_file = Path(given).is_file()
    except (OSError, ValueError):  # Longer than a path may be, or no path at all
        in_file = False
    if not in_file and "+" not in given:
        message = f"{given} is neither a file nor a verifier key, name+id+base64"
        raise Trouble(message, MISUSE)
    try:
        return VerifierKey.from_text(Path(given).read_text("utf-8").strip() if in_file else given)
    except (OSError, UnicodeDecodeError, NoteUnreadable) as wrong:
        what = f"the file {given} holds" if in_file else f"{given} is"
        message = f"{what} no verifier key, name+id+base64: {wrong}"
        raise Trouble(message, MISUSE) from None


def _text(at: Desk, *path: str, size: int | None) -> str:
    return at.service.fetch(TEXT, "v1", "ledgers", at.ledger, "log", *path, size=size).decode()
