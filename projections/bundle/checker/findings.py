"""What was found: faults with their place, what was checked, and what could not be verified."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from projections.bundle.checker.apart import shortened

FAULTS_MAX: Final = 1_000
SOUND: Final = 0
FAULTY: Final = 1
MISUSED: Final = 2
INCOMPLETE: Final = 3


def printable(text: str) -> str:
    """The text on one line: a name in a bundle may hold what a terminal obeys."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


class Fault(NamedTuple):
    """Something that is not as it must be: the file, the line in it, the version, and what."""

    file: str
    line: int
    version: int
    what: str

    def __str__(self) -> str:
        """The place, as far as it is known, and what is wrong there."""
        line = f", line {self.line:,}" if self.line else ""
        version = f", version {self.version:,}" if self.version else ""
        return printable(f"{self.file}{line}{version}: {self.what}")


class Refused(Exception):
    """The bundle cannot be read on: the fault says where."""

    def __init__(self, fault: Fault) -> None:
        """Keep the fault."""
        super().__init__(str(fault))
        self.fault = fault


class Misused(Exception):
    """The program was called in a way that it does not understand."""


@dataclass
class Findings:
    """All that is said at the end."""

    faults: list[Fault] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    unverified: dict[str, int] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)

    def fault(self, file: str, what: str, *, line: int = 0, version: int = 0) -> None:
        """Add a fault; beyond a thousand they say nothing new."""
        if len(self.faults) < FAULTS_MAX:
            self.faults.append(Fault(file, line, version, shortened(what)))

    def count(self, what: str, number: int = 1) -> None:
        """Say that some things were checked and found in order, or faulty."""
        self.checked[what] = self.checked.get(what, 0) + number

    def could_not(self, what: str, number: int = 1) -> None:
        """Say that some things could not be verified."""
        self.unverified[what] = self.unverified.get(what, 0) + number

    def exit_code(self) -> int:
        """0 sound and all verified, 1 a fault, 3 sound but not all could be verified."""
        if self.faults:
            return FAULTY
        return INCOMPLETE if self.unverified else SOUND
