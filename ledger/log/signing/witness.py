"""A witness: remembers the last checkpoint it has seen, and takes only what begins with it."""

from collections.abc import Callable, Sequence

import msgspec

from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import VerifierKey
from ledger.log.proofs import proves_consistency

Prove = Callable[[int, int], Sequence[bytes]]
"""Fetch the hashes that lead from a tree of the first size to one of the second."""


class LogForked(ValueError):
    """The log shows a history that does not begin with the one it showed before."""


class Memory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a witness remembers of a log: its key, and the last checkpoint as it was signed."""

    key: str
    checkpoint: str

    @property
    def verifier_key(self) -> VerifierKey:
        """The key of the log."""
        return VerifierKey.from_text(self.key)

    @property
    def seen(self) -> Checkpoint:
        """The last checkpoint. Raises `SignatureWrong` when somebody changed the memory."""
        return open_checkpoint(self.checkpoint, self.verifier_key)[0]


def judged(key: VerifierKey, memory: Memory | None, note: str, prove: Prove) -> Checkpoint:
    """The checkpoint of a note, once it begins with the one remembered.

    Raises `NoteUnreadable`, `SignatureWrong` and `LogForked`.
    """
    shown, _ = open_checkpoint(note, key)
    if memory is None:
        return shown
    seen = memory.seen
    if shown.origin != seen.origin:
        raise LogForked(f"the log calls itself {shown.origin}, and was {seen.origin}")
    if shown.size < seen.size:
        raise LogForked(f"the log has {shown.size} events, and had {seen.size}")
    hashes = prove(seen.size, shown.size) if 0 < seen.size < shown.size else ()
    if not proves_consistency(seen.size, seen.root, shown.size, shown.root, hashes):
        raise LogForked(f"the log of {shown.size} events does not begin with that of {seen.size}")
    return shown
