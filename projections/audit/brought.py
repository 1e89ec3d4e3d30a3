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
        differences = self._of_another_log(checkpoint)
        if checkpoint.root != root:
            differences.append("the events give another root")
        if differences:
            self.report.find("brought_checkpoint_differs", size, "; ".join(differences))

    def _of_another_log(self, checkpoint: Checkpoint) -> list[str]:
        """Say so, by both names, where it is one: the root alone may be the same."""
        if checkpoint.origin == self.origin:
            return []
        own = "has none yet" if self.origin is None else f"is `{self.origin}`"
        return [f"it is of the log `{checkpoint.origin}`, and the name of this one {own}"]

    def finish(self) -> None:
        """Say what was not brought; a log that ends before the checkpoint was cut off."""
        checkpoint = self.brought.checkpoint
        if checkpoint is None:
            self.report.unchecked.append(
                "whether events were cut off or all was written anew: bring a checkpoint that you"
                " kept (--checkpoint)"
            )
        elif not self.compared:
            differences = [*self._of_another_log(checkpoint), "the log ends before it"]
            detail = "; ".join(differences)
            self.report.find("brought_checkpoint_differs", checkpoint.size, detail)
        if not self.brought.keys:
            self.report.unchecked.append(
                "whether the log's keys are its own: bring a key that you know (--verifier-key)"
            )
