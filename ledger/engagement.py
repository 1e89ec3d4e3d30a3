"""High engagement: formal interactions and attended sessions in a programme year (`domain.md` 4).

Interactions and sessions count from the later of the year's start and the sign-up to the earlier of
the year's end and the withdrawal, both inclusive. Cancelled sessions leave the denominator.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from ledger.child import Child
from ledger.contract import Contract, Register, Session
from ledger.events.terms import Engagement, ProgrammeYear

YearResult = Literal["passes", "manual", "fails"]
HUNDRED: Final = 100


@dataclass(frozen=True, slots=True)
class YearRecord:
    """What counts for one child in one programme year, and the versions that prove it.

    `passed_over` are the registers that leave the year's sessions: cancelled, or without the child.
    They prove nothing, but who submitted them had a hand in the result.
    """

    formal_interactions: int
    sessions_expected: int
    sessions_attended: int
    evidence: tuple[int, ...]
    passed_over: tuple[int, ...] = ()

    def result(self, terms: Engagement) -> YearResult:
        """Whether the year was one of high engagement; with no session a person decides.

        The attendance test is one of whole numbers: 12 of 16 passes at 75, 11 of 15 does not.
        """
        if self.formal_interactions < terms.min_interactions:
            return "fails"
        if self.sessions_expected == 0:
            return "manual"
        attended = self.sessions_attended * HUNDRED
        needed = self.sessions_expected * terms.min_attendance_percent
        return "passes" if attended >= needed else "fails"


def year_record(
    child: Child,
    contract: Contract,
    year: ProgrammeYear,
    *,
    voided: Collection[int],
    received_by: datetime.date | None = None,
) -> YearRecord:
    """Count a child's year, with all facts or with those received by a day alone."""
    first, last = window(child, year)
    limit = None if received_by is None else received_by.toordinal()
    formal = [
        version
        for version, day, received in zip(
            child.interaction_versions,
            child.interaction_days,
            child.interaction_received,
            strict=True,
        )
        if first <= day <= last and (limit is None or received <= limit) and version not in voided
    ]
    attended, counted, passed_over = _sessions(child, contract.sessions, (first, last), limit)
    return YearRecord(
        formal_interactions=len(formal),
        sessions_expected=len(counted),
        sessions_attended=attended,
        evidence=tuple(formal + counted),
        passed_over=tuple(passed_over),
    )


def window(child: Child, year: ProgrammeYear) -> tuple[int, int]:
    """The first and the last day of a year that count for a child, as ordinals."""
    first, last = year.first_on, year.last_on
    if child.enrolment is not None:
        first = max(first, child.enrolment.effective_on)
    if child.withdrawal is not None:
        last = min(last, child.withdrawal.effective_on)
    return first.toordinal(), last.toordinal()


def _sessions(
    child: Child, sessions: list[Session], window: tuple[int, int], limit: int | None
) -> tuple[int, list[int], list[int]]:
    """Count attendance; list the registers that count, and those that were passed over."""
    attended = 0
    counted: list[int] = []
    passed_over: list[int] = []
    for number in child.sessions:
        register = sessions[number].register.received_by(limit)
        if register is None:
            continue
        if (
            register.status == "delivered"
            and window[0] <= register.day <= window[1]
            and child.serial in register.expected
        ):
            counted.append(register.version)
            attended += child.serial in register.attended
        elif _was_within(register, window):
            passed_over.append(register.version)
    return attended, counted, passed_over


def _was_within(register: Register, window: tuple[int, int]) -> bool:
    """Whether a register, or one that it superseded, was of a day in the window."""
    found: Register | None = register
    while found is not None and not window[0] <= found.day <= window[1]:
        found = found.superseded
    return found is not None
