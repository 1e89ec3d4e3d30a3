"""Checkpoints (c2sp.org/tlog-checkpoint): which log, how many events, and the root over them."""

import re
from dataclasses import dataclass
from typing import Final

from ledger.log.notes.note import Note, NoteUnreadable, VerifierKey, base64_of, bytes_of
from ledger.log.tree import HASH_BYTES

NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,18}")
LINES: Final = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: the root over its first `size` events."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Read the text of a note. Raises `NoteUnreadable`.

        Lines behind the third are refused: nobody here writes any, and nobody could check them.
        """
        lines = text.split("\n")
        if (
            len(lines) != LINES + 1
            or not lines[0]
            or not NUMBER.fullmatch(lines[1])
            or lines[LINES]
        ):
            raise NoteUnreadable("not a checkpoint: origin, size, root")
        root = bytes_of(lines[2])
        if len(root) != HASH_BYTES:
            raise NoteUnreadable("the root of a checkpoint has 32 bytes")
        return cls(lines[0], int(lines[1]), root)


def open_checkpoint(whole: str, *keys: VerifierKey) -> tuple[Checkpoint, Note]:
    """A checkpoint that one of these keys signed. Raises `NoteUnreadable`, `SignatureWrong`.

    The origin must be the key's name: one key may sign for many logs, each under its own name.
    """
    note = Note.from_text(whole)
    checkpoint = Checkpoint.from_text(note.text)
    note.verified([key for key in keys if key.name == checkpoint.origin])
    return checkpoint, note
