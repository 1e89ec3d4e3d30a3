"""What is known of one child under one contract: its path, sessions, scores, verdicts.

Nothing is ever taken out: a voided fact stays, with its version among `voided`.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

Fact = dict[str, Any]
Value = bool | int | Fraction


class Score(NamedTuple):
    """One measurement, as it was last said."""

    version: int
    taken_on: str
    received_on: str
    actor: str
    value: Value


Place = tuple[str, str]
"""An area and a point; the scores there are by informant."""


class Whereabouts(NamedTuple):
    """Where a child is on a day, and who its roles stand for."""

    school: str | None = None
    borough: str | None = None
    roles: dict[str, str] = {}  # noqa: RUF012 (never changed)


@dataclass
class Pupil:
    """The facts about one child."""

    child: str
    voided: set[int]
    enrolments: list[Fact] = field(default_factory=list)
    moves: list[Fact] = field(default_factory=list)
    departures: list[Fact] = field(default_factory=list)
    meetings: list[Fact] = field(default_factory=list)
    sessions: set[tuple[str, str]] = field(default_factory=set)
    scores: dict[Place, dict[str | None, list[Score]]] = field(default_factory=dict)
    verdicts: dict[tuple[str, str], list[Fact]] = field(default_factory=dict)
    rulings: dict[tuple[str, str, int], str] = field(default_factory=dict)
    taken_as_stored: str = ""

    def standing(self, facts: Iterable[Fact]) -> list[Fact]:
        """Those of some facts that nobody has voided."""
        return [fact for fact in facts if fact["version"] not in self.voided]

    def enrolment(self) -> Fact | None:
        """The enrolment that stands."""
        found = self.standing(self.enrolments)
        return found[-1] if found else None

    def left_on(self) -> str | None:
        """The day on which the child withdrew."""
        found = self.standing(self.departures)
        return found[-1]["effective_on"] if found else None

    def whereabouts(self, day: str) -> Whereabouts:
        """School, borough and roles on a day, by the moves until then."""
        enrolment = self.enrolment()
        if enrolment is None:
            return Whereabouts()
        said = enrolment["data"]
        school, borough, roles = said["school"], said.get("borough"), dict(said.get("funders", {}))
        moves = [move for move in self.standing(self.moves) if move["effective_on"] <= day]
        for move in sorted(moves, key=lambda move: (move["effective_on"], move["version"])):
            school = move["data"]["school"]
            borough = move["data"].get("borough", borough)
            roles |= move["data"].get("funders", {})
        return Whereabouts(school, borough, roles)

    def verdict(self, kind: str, name: str) -> Fact | None:
        """The latest verdict that opens or closes; a flag moves nothing."""
        found = self.standing(self.verdicts.get((kind, name), ()))
        plain = [fact for fact in found if fact["data"]["verdict"] != "flagged"]
        return plain[-1] if plain else None

    def verdict_version(self, kind: str, name: str) -> int:
        """The version of that verdict; 0 without one."""
        verdict = self.verdict(kind, name)
        return 0 if verdict is None else int(verdict["version"])

    def is_verified(self, kind: str, name: str, recorders: Iterable[str], since: str = "") -> bool:
        """Whether somebody verified it who recorded nothing of it, and not before a day."""
        verdict = self.verdict(kind, name)
        if verdict is None or verdict["data"]["verdict"] != "verified":
            return False
        if verdict["effective_on"] < since:
            return False
        return verdict["actor"] not in set(recorders)

    def score(
        self, area: str, point: str, informant: str | None, received_by: str | None
    ) -> Score | None:
        """A score by one informant, or by any: the latest taken, then the latest recorded.

        With `received_by`, as it was known by what had been received on that day.
        """
        found = []
        for by, scores in self.scores.get((area, point), {}).items():
            if informant and by != informant:
                continue
            known = scores
            if received_by is not None:
                known = [score for score in scores if score.received_on <= received_by]
            found += known[-1:]
        return max(found, key=lambda score: (score.taken_on, score.version), default=None)


def number_of(value: object) -> Value:
    """A value as it can be compared exactly; a whole number is its own fraction, and faster."""
    return value if isinstance(value, int) else exact_number(str(value))


@functools.cache
def exact_number(text: str) -> Fraction:
    """What a text in decimal notation is, exactly."""
    return Fraction(text)
