"""Proof files (c2sp.org/tlog-proof@v1): an event's place, the hashes, and the checkpoint.

With the bytes of the event and the log's verifier key they say, offline and for ever, that the
event is in the log.
"""

import re
from dataclasses import dataclass
from typing import Final

from ledger.log.notes.checkpoint import Checkpoint, open_checkpoint
from ledger.log.notes.note import NoteUnreadable, VerifierKey, base64_of, bytes_of, lines_of
from ledger.log.proofs import proves_inclusion
from ledger.log.tree import HASH_BYTES

FIRST_LINE: Final = "c2sp.org/tlog-proof@v1"
INDEX: Final = re.compile(r"index (0|[1-9][0-9]{0,18})")
EXTRA: Final = "extra "
HASHES_MAX: Final = 64


class NotProved(ValueError):
    """The hashes do not lead from this leaf to the root of the checkpoint."""


@dataclass(frozen=True, slots=True)
class ProofFile:
    """Where an event is, the hashes that lead to the root, and the checkpoint as it was signed.

    `extra` may hold anything and is not proved.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: bytes | None = None

    def __str__(self) -> str:
        """The file."""
        extra = "" if self.extra is None else f"{EXTRA}{base64_of(self.extra)}\n"
        head = f"{FIRST_LINE}\n{extra}index {self.index}\n"
        return f"{head}{lines_of(self.hashes)}\n{self.checkpoint}"

    @classmethod
    def from_text(cls, whole: str) -> "ProofFile":
        """Read a file; nothing is checked yet. Raises `NoteUnreadable`."""
        proof, blank, checkpoint = whole.partition("\n\n")
        first, *lines = proof.split("\n")
        extra = None
        if lines and lines[0].startswith(EXTRA):
            extra = bytes_of(lines.pop(0).removeprefix(EXTRA))
        index = INDEX.fullmatch(lines.pop(0)) if lines else None
        if first != FIRST_LINE or not blank or index is None:
            raise NoteUnreadable(f"not a proof file: its first line is {FIRST_LINE}, then an index")
        hashes = tuple(bytes_of(line) for line in lines)
        if len(hashes) > HASHES_MAX or any(len(found) != HASH_BYTES for found in hashes):
            raise NoteUnreadable("a proof file has at most 64 hashes, of 32 bytes each")
        return cls(int(index[1]), hashes, checkpoint, extra)

    def verified(self, leaf_hash: bytes, *keys: VerifierKey) -> Checkpoint:
        """The checkpoint under which the leaf is proved.

        Raises `NoteUnreadable`, `SignatureWrong`, `NotProved`.
        """
        checkpoint, _ = open_checkpoint(self.checkpoint, *keys)
        place = (self.index, checkpoint.size)
        if not proves_inclusion(leaf_hash, *place, self.hashes, checkpoint.root):
            raise NotProved("the hashes do not lead from this event to the root of the checkpoint")
        return checkpoint
