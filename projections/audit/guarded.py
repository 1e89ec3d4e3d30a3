"""A part of an audit that stops, and says so, where an event fits nothing that came before it.

Whoever edits stored bytes can make events that no rule and no fold was written for. What they end
in is a finding like any other, never a program that breaks off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ledger.invariants import InvariantBroken
from projections.audit.findings import Report

UNEXPECTED: Final = (
    ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError,
    ValueError, InvariantBroken,
)  # fmt: skip
"""What applying an event that somebody made up can end in."""


@dataclass(slots=True)
class Guarded:
    """Runs one part's steps until one of them meets what it cannot take."""

    report: Report
    what: str
    stopped: bool = False

    def run(self, version: int, step: Callable[[], object]) -> None:
        """Run a step, unless the part has stopped."""
        if self.stopped:
            return
        try:
            step()
        except UNEXPECTED as unexpected:
            detail = f"{self.what}: {type(unexpected).__name__}"
            self.report.find("event_fits_nothing", version, detail)
            self.stop(version)

    def stop(self, version: int) -> None:
        """Stop before a version: what is behind it rests on what is not known."""
        if not self.stopped:
            self.stopped = True
            self.report.unchecked.append(f"{self.what} behind version {version}")
