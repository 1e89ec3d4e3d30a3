"""`audit check`: everything that can be checked of a ledger, beside what an auditor knows of it."""

from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli.findings import tell_checked, tell_findings, tell_whole
from api.cli.keeping import database_to_audit
from api.cli.options import AsJson, Folder, Ledger
from api.cli.place import DEFAULT_FOLDER
from api.cli.proving import read_key
from api.cli.saying import FINDING, MISUSE, NOT_ALL, Trouble, progress, say_json
from api.reference.intakes import LEDGER
from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import Note, NoteUnreadable, SignatureWrong
from projections.audit.brought import Brought
from projections.audit.findings import Outcome
from projections.audit.verify import verify as audit

KnownKeys = Annotated[
    list[str] | None,
    typer.Option(
        "--verifier-key", help="A key of the log that you know, or a file with it; repeatable."
    ),
]
KeptCheckpoint = Annotated[
    Path | None,
    typer.Option("--checkpoint", help="A checkpoint that you kept.", exists=True, dir_okay=False),
]
EXIT_CODES: Final[dict[Outcome, int]] = {
    "clean": 0,
    "findings": FINDING,
    "not_all_checkable": NOT_ALL,
}
UNUSABLE: Final = "the checkpoint that was brought cannot be used: {why}"


def check(
    data: Folder = DEFAULT_FOLDER,
    ledger: Ledger = LEDGER,
    verifier_key: KnownKeys = None,
    checkpoint: KeptCheckpoint = None,
    as_json: AsJson = False,
) -> None:
    """Check the log, keys, signatures, rules, shares, caps, journal, closings, tables; 1 if found.

    Exit code 0 says that nothing was found and all was checked, 3 that not all could be.
    """
    brought = brought_by(verifier_key or [], checkpoint)
    with database_to_audit(data, ledger) as kept, progress() as bar:
        task = bar.add_task(f"Checking {ledger}", total=None)
        found = audit(
            kept.dsn,
            ledger,
            find_keys=kept.find_keys,
            keys_dsn=kept.keys_dsn,
            brought=brought,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )
    if as_json:
        say_json(found.as_document())
        raise typer.Exit(EXIT_CODES[found.outcome])
    tell_checked(found)
    tell_findings(found)
    if found.findings:
        message = f"{len(found.findings)} findings in `{ledger}`"
        raise Trouble(message)
    tell_whole(found, clean=found.outcome == "clean")
    raise typer.Exit(EXIT_CODES[found.outcome])


def brought_by(keys: list[str], path: Path | None) -> Brought:
    """What the auditor brought; a checkpoint must be signed by a key that was brought with it."""
    known = tuple(read_key(given) for given in keys)
    if path is None:
        return Brought(known)
    try:
        text = path.read_text("utf-8")
        kept = open_checkpoint(text, *known)[0] if known else _unsigned(text)
    except (OSError, UnicodeDecodeError, NoteUnreadable, SignatureWrong) as wrong:
        raise Trouble(UNUSABLE.format(why=wrong), MISUSE) from None
    return Brought(known, kept)


def _unsigned(text: str) -> Checkpoint:
    """A checkpoint whose signature nobody can check here: who kept it vouches for it."""
    return Checkpoint.from_text(Note.from_text(text).text)
