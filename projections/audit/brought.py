"""Is this the log that the auditor knows? Keys and a checkpoint that come from outside.

Whoever may write to the database may write another log, sign it with a key of their own, and keep
that key beside it: inside, everything agrees. Only what was kept elsewhere can tell.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import VerifierKey
from ledger.log.tree import EMPTY_ROOT, Frontier
from projections.audit.findings import Report


@dataclass(frozen=True, slots=True)
class Brought:
    """Verifier keys of the log, and a checkpoint whose signature one of them was found to fit."""

    keys: Sequence[VerifierKey] = ()
    checkpoint: Checkpoint | None = None


@dataclass(slots=True)
class BroughtCheck:
    """Compares a log with what was brought, as it grows."""

    report: Report
    brought: Brought
    origin: str | None
    compared: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        """A checkpoint may be of the empty tree."""
        self._compare(0, EMPTY_ROOT)

    def follow(self, frontier: Frontier) -> None:
        """Take the tree when it has got to the checkpoint's size."""
        if not self.compared and frontier.size == self._size:
            self._compare(frontier.size, frontier.root())

    @property
    def _size(self) -> int:
        return -1 if self.brought.checkpoint is None else self.brought.checkpoint.size

    def _compare(self, size: int, root: bytes) -> None:
        checkpoint = self.brought.checkpoint
        if checkpoint is None or checkpoint.size != size:
            return
        self.compared = True
        self.report.count("brought checkpoints")
        if (checkpoint.origin, checkpoint.root) != (self.origin, root):
            detail = "it is of another log, or the events give another root"
            self.report.find("brought_checkpoint_differs", size, detail)

    def finish(self) -> None:
        """Say what was not brought; a log that ends before the checkpoint was cut off."""
        if self.brought.checkpoint is None:
            self.report.unchecked.append(
                "whether events were cut off or all was written anew: bring a checkpoint that you"
                " kept (--checkpoint)"
            )
        elif not self.compared:
            detail = "the log ends before it"
            self.report.find("brought_checkpoint_differs", self._size, detail)
        if not self.brought.keys:
            self.report.unchecked.append(
                "whether the log's keys are its own: bring a key that you know (--verifier-key)"
            )
