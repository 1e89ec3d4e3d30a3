"""A log whose connection sometimes fails at the worst moment: before a commit, or after it."""

from random import Random
from typing import Any, Final

from ledger.log.ports import Commit, Log, OutcomeUnknown, VersionConflict

FATES: Final = (
    "stored",
    "stored",
    "stored",
    "stored",
    "acknowledgement lost",
    "never stored",
    "conflict",
)


class FailingLog:
    """Passes everything on to a real log; only a commit may meet with a fate of its own."""

    def __init__(self, log: Log, chance: Random) -> None:
        """Fail as chance has it."""
        self._log = log
        self._chance = chance
        self.met: list[str] = []

    def __getattr__(self, name: str) -> Any:
        """Everything else is the real log's."""
        return getattr(self._log, name)

    def append(self, ledger: str, commit: Commit) -> None:
        """Store the commit, or lose the connection before or after it."""
        fate = self._chance.choice(FATES)
        self.met.append(fate)
        if fate == "never stored":
            raise OutcomeUnknown(fate)
        if fate == "conflict":
            raise VersionConflict(fate)
        self._log.append(ledger, commit)
        if fate == "acknowledgement lost":
            raise OutcomeUnknown(fate)
