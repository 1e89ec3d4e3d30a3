"""A child in the book: its path, its evidence in packed form, and what was paid for it.

Memory decides the form: interactions are three parallel arrays, sessions are numbers, and what the
rules do not need stays in the log. A voided fact stays here too; whoever counts passes it over.
"""

import datetime
from array import array
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NamedTuple

from ledger.events.children import ChildEnrolled, ChildTransferred
from ledger.events.decisions import Carry, SplitLine
from ledger.events.words import (
    MeasurementPoint,
    Ruling,
    Sealed,
    TriggerKind,
    Value,
    Verdict,
    WithheldReason,
)
from ledger.invariants import present
from ledger.shares import Placement

MeasurementKey = tuple[str, MeasurementPoint, str | None]


class Enrolment(NamedTuple):
    """The sign-up that stands."""

    version: int
    effective_on: datetime.date
    terms: ChildEnrolled


class Transfer(NamedTuple):
    """A move to another school or borough."""

    version: int
    effective_on: datetime.date
    terms: ChildTransferred


class Departure(NamedTuple):
    """A withdrawal or a completion."""

    version: int
    effective_on: datetime.date


@dataclass(frozen=True, slots=True)
class Measurement:
    """A score as last recorded, with the one it replaced."""

    version: int
    taken_on: datetime.date
    received_on: datetime.date
    value: Value | Sealed
    replaced: "Measurement | None"

    def received_by(self, day: datetime.date | None) -> "Measurement | None":
        """The latest of these scores that was received in time; with no day, the latest."""
        score: Measurement | None = self
        while score is not None and day is not None and score.received_on > day:
            score = score.replaced
        return score


class VerdictGiven(NamedTuple):
    """A verification; `about` is a trigger or, when `on_area`, an outcome area."""

    version: int
    effective_on: datetime.date
    about: str
    on_area: bool
    verdict: Verdict


class RulingGiven(NamedTuple):
    """A manual decision about what was withheld, and why it had been."""

    version: int
    verdict: Ruling
    reason: WithheldReason
    withheld_version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A released payment that has not been reversed."""

    version: int
    effective_on: datetime.date
    trigger: str
    kind: TriggerKind
    rank: int
    amount_minor: int
    card: str
    split: tuple[SplitLine, ...]
    carries: tuple[Carry, ...] | None
    area: str | None
    evidence_mark: bytes

    @property
    def payment(self) -> str:
        """The payment's id: P and the version of its release."""
        return f"P{self.version}"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A payment that was earned and held back."""

    version: int
    effective_on: datetime.date
    trigger: str
    kind: TriggerKind
    amount_minor: int
    reason: WithheldReason

    @property
    def payment(self) -> str:
        """The row's id: W and its version."""
        return f"W{self.version}"


@dataclass(slots=True, eq=False)
class Child:
    """One child of one contract."""

    reference: str
    serial: int
    enrolment: Enrolment | None = None
    withdrawal: Departure | None = None
    completion: Departure | None = None
    transfers: tuple[Transfer, ...] = ()
    interaction_versions: "array[int]" = field(default_factory=lambda: array("q"))
    interaction_days: "array[int]" = field(default_factory=lambda: array("i"))
    interaction_received: "array[int]" = field(default_factory=lambda: array("i"))
    sessions: "array[int]" = field(default_factory=lambda: array("i"))
    measurements: dict[MeasurementKey, Measurement] = field(default_factory=dict)
    verdicts: tuple[VerdictGiven, ...] = ()
    rulings: dict[str, RulingGiven] = field(default_factory=dict)
    standing: dict[str, Standing | None] = field(default_factory=dict)
    withheld: dict[str, Withheld | None] = field(default_factory=dict)
    paid_minor: int = 0
    frozen: bool = False

    @property
    def signed_up(self) -> Enrolment:
        """The sign-up of a child that is known to be enrolled."""
        return present(self.enrolment, "a child that is asked about is enrolled")

    def scores_named(
        self, area: str, point: MeasurementPoint, informant: str | None
    ) -> list[MeasurementKey]:
        """The scores that a correction may mean; without an informant, those of any."""
        return [
            key
            for key in self.measurements
            if key[:2] == (area, point) and informant in {None, key[2]}
        ]

    def meet(self, version: int, on: datetime.date, received_on: datetime.date) -> None:
        """Add a formal interaction."""
        self.interaction_versions.append(version)
        self.interaction_days.append(on.toordinal())
        self.interaction_received.append(received_on.toordinal())

    def unmeet(self) -> None:
        """Take the last formal interaction back: one step to undo, for the most frequent fact."""
        self.interaction_versions.pop()
        self.interaction_days.pop()
        self.interaction_received.pop()

    def placement_on(self, day: datetime.date, voided: Collection[int]) -> Placement:
        """Where the child is on a day, and whom its roles stand for (`domain.md` 5).

        A transfer's funders replace the roles it names; a borough it does not name stays.
        """
        terms = self.signed_up.terms
        school, borough, funders = terms.school, terms.borough, dict(terms.funders or {})
        moves = [t for t in self.transfers if t.effective_on <= day and t.version not in voided]
        for move in sorted(moves, key=lambda t: (t.effective_on, t.version)):
            school = move.terms.school
            borough = move.terms.borough or borough
            funders.update(move.terms.funders or {})
        return Placement(school=school, borough=borough, funders=funders)

    def payments(self) -> list[Standing]:
        """The payments that stand, in order of their triggers' first release."""
        return [payment for payment in self.standing.values() if payment is not None]

    def verdict_on(
        self, about: str, voided: Collection[int], *, on_area: bool
    ) -> VerdictGiven | None:
        """The verdict that counts: the latest by version that moves money and was not voided."""
        for given in reversed(self.verdicts):
            if (
                given.about == about
                and given.on_area is on_area
                and given.verdict != "flagged"
                and given.version not in voided
            ):
                return given
        return None
