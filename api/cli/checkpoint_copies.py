"""What was signed of a ledger's log as lines of JSON, beside its copy: keys and checkpoints.

Reading back checks each root against the events that are there already, and each signature.
"""

import datetime
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from api.cli.saying import Trouble
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import PLAIN, NoteUnreadable, Signature, VerifierKey, fits
from ledger.log.ports import Log
from ledger.log.proofs import OutsideTree
from ledger.log.prover import root_at
from ledger.log.signing.kept import KeptCheckpoint, KeptCheckpoints, KnownKey

FORMAT: Final = 1
AT_ONCE: Final = 1_000


class First(msgspec.Struct, forbid_unknown_fields=True):
    """The first line: whose log it is, and under which name it is known."""

    checkpoints: int
    ledger: str
    origin: str


class CopiedKey(msgspec.Struct, tag="key", forbid_unknown_fields=True):
    """A verifier key, and from when to when it was in use."""

    key: str
    from_version: int
    from_at: datetime.datetime
    taken_by: str
    to_version: int | None
    to_at: datetime.datetime | None
    retired_by: str | None


class CopiedCheckpoint(msgspec.Struct, tag="checkpoint", forbid_unknown_fields=True):
    """A checkpoint and the lines below it."""

    size: int
    root: str
    made_at: datetime.datetime
    lines: list[str]


_first: Final = msgspec.json.Decoder(First)
_line: Final = msgspec.json.Decoder(CopiedKey | CopiedCheckpoint)


def checkpoint_lines(kept: KeptCheckpoints, ledger: str, *, upto: int) -> Iterator[bytes]:
    """The lines of what was signed up to a version, without their line ends."""
    origin = kept.origin(ledger)
    if origin is None:
        message = f"nothing of `{ledger}` was ever signed"
        raise Trouble(message)
    yield msgspec.json.encode(First(FORMAT, ledger, origin))
    for known in kept.keys(ledger):
        yield msgspec.json.encode(_as_at(known, upto))
    size = -1
    while checkpoints := kept.after(ledger, size, AT_ONCE):
        for found in checkpoints:
            if found.size <= upto:
                lines = [str(line) for line in kept.signatures(ledger, found.size)]
                root = found.root.hex()
                yield msgspec.json.encode(CopiedCheckpoint(found.size, root, found.made_at, lines))
        size = checkpoints[-1].size


def _as_at(known: KnownKey, upto: int) -> CopiedKey:
    """A key as a log has it that ends here: what came behind is of its last version."""
    copied = CopiedKey(str(known.key), *known[1:])
    copied.from_version = min(copied.from_version, upto)
    if copied.to_version is not None:
        copied.to_version = min(copied.to_version, upto)
    return copied


def read_checkpoints(log: Log, kept: KeptCheckpoints, ledger: str, lines: Iterator[bytes]) -> int:
    """Keep what was signed, once it fits the ledger; how many checkpoints there are.

    Raises `Trouble` at the first line that does not.
    """
    first = _decoded(_first, next(lines, b""), 1)
    if (first.checkpoints, first.ledger) != (FORMAT, ledger):
        message = f"these are not checkpoints of `{ledger}` in format {FORMAT}"
        raise Trouble(message)
    if kept.named(ledger, first.origin) != first.origin:
        message = f"the log of `{ledger}` is known under another name here"
        raise Trouble(message)
    keys: list[VerifierKey] = []
    number = 0
    for place, line in enumerate(lines, 2):
        copied = _decoded(_line, line, place)
        try:
            if isinstance(copied, CopiedKey):
                keys.append(VerifierKey.from_text(copied.key))
                kept.restore_key(ledger, _known(keys[-1], copied))
            else:
                _restore(log, kept, ledger, first.origin, keys, copied)
                number += 1
        except (NoteUnreadable, OutsideTree, ValueError) as wrong:
            message = f"line {place} does not fit the ledger: {wrong}"
            raise Trouble(message) from None
    return number


def _known(key: VerifierKey, copied: CopiedKey) -> KnownKey:
    return KnownKey(
        key, copied.from_version, copied.from_at, copied.taken_by, copied.to_version,
        copied.to_at, copied.retired_by,
    )  # fmt: skip


def _restore(
    log: Log,
    kept: KeptCheckpoints,
    ledger: str,
    origin: str,
    keys: list[VerifierKey],
    copied: CopiedCheckpoint,
) -> None:
    checkpoint = Checkpoint(origin, copied.size, bytes.fromhex(copied.root))
    if root_at(log, ledger, copied.size) != checkpoint.root:
        raise ValueError("the events give another root")
    signed: list[tuple[int, Signature]] = []
    for text in copied.lines:
        line = Signature.from_text(text)
        kinds = [
            key.kind for key in keys if line.is_by(key) and fits(key, checkpoint.text, line.content)
        ]
        if not kinds:
            raise ValueError("a signature does not fit")
        signed.append((kinds[0], line))
    if not any(kind == PLAIN for kind, _ in signed):
        raise ValueError("the log itself did not sign this")
    found = KeptCheckpoint(copied.size, checkpoint.root, copied.made_at)
    kept.restore(ledger, found, signed)


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes, place: int) -> Any:  # noqa: ANN401
    try:
        return decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        message = f"line {place} is not one of a copy of checkpoints"
        raise Trouble(message) from None
