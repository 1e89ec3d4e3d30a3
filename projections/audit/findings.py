"""What an audit found: values with codes, so that all of them are seen at once.

Three answers, never mixed: *clean* (nothing was found, everything was checked), *not all checkable*
(nothing was found in what could be checked), *findings*. What no audit of a ledger can check by
itself (`beyond`) is said every time and decides nothing.
"""

from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from projections.audit.finding_codes import REMARKS

Outcome = Literal["clean", "not_all_checkable", "findings"]
FINDINGS_MAX: Final = 1_000


class Finding(NamedTuple):
    """Something that is not as it must be; `version` is where, 0 when it is nowhere in the log."""

    code: str
    version: int
    detail: str

    @property
    def is_remark(self) -> bool:
        """Whether it is something that the ledger lets through: worth a look, and no fault."""
        return self.code in REMARKS


@dataclass(slots=True)
class Report:
    """The findings of an audit, what was checked, and what could not be."""

    ledger: str
    version: int = 0
    root: str = ""
    findings: list[Finding] = field(default_factory=list)
    checked: dict[str, int] = field(default_factory=dict)
    unchecked: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    erased: int = 0
    sealed: int = 0
    impossible: dict[str, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether no fault was found; a remark is none."""
        return all(finding.is_remark for finding in self.findings)

    @property
    def clean(self) -> bool:
        """Whether nothing was found, and nothing was kept from being checked by a missing key."""
        return self.sound and not self.erased and not self.sealed

    @property
    def outcome(self) -> Outcome:
        """The answer in a word: a remark is a finding too, and what is unchecked is never clean."""
        if self.findings:
            return "findings"
        return "clean" if self.clean and not self.unchecked else "not_all_checkable"

    def as_document(self) -> dict[str, Any]:
        """What programs read (`api/INTERFACE.md`)."""
        return {
            "ledger": self.ledger,
            "version": self.version,
            "root": self.root,
            "outcome": self.outcome,
            "sound": self.sound,
            "checked": self.checked,
            "unchecked": self.unchecked,
            "beyond": self.beyond,
            "findings": [
                {**finding._asdict(), "kind": "remark" if finding.is_remark else "fault"}
                for finding in self.findings
            ],
        }

    def could_not(self, what: str) -> None:
        """Say that something cannot be done again: the values it rests on cannot be read."""
        self.impossible[what] = self.impossible.get(what, 0) + 1

    def close(self) -> None:
        """Say in words what could not be done for want of keys."""
        counted = ", ".join(f"{number:,} {what}" for what, number in self.impossible.items())
        for why, children in (("erased", self.erased), ("sealed, no key", self.sealed)):
            if children:
                self.unchecked.append(f"{children:,} children cannot be re-performed: {why}")
        if counted:
            self.unchecked.append(f"of those children, taken as they are stored: {counted}")

    def find(self, code: str, version: int, detail: str) -> None:
        """Add a finding; beyond a thousand they say nothing new."""
        if len(self.findings) < FINDINGS_MAX:
            self.findings.append(Finding(code, version, detail))

    def count(self, what: str, number: int = 1) -> None:
        """Say that some things were checked."""
        self.checked[what] = self.checked.get(what, 0) + number
