"""In which areas each measured child is at risk, and which of them it achieves; made up.

How many areas a child achieves is the roster's word, and that is what pays. Which ones is chosen so
that the areas come near the percentages the programme published for that cohort.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from api.reference import published
from api.reference.dice import dice_for
from api.reference.intakes import MEASURED_COHORT
from api.reference.roster import Child

AREAS: Final = (
    "peer",
    "emotional",
    "parental_engagement",
    "maths",
    "english",
    "attendance",
    "school_engagement",
)
PUBLISHED_AS: Final = {
    "peer": "peer_relationships",
    "emotional": "emotional_wellbeing",
    "english": "english",
    "maths": "maths",
}
NOT_PUBLISHED_PERCENT: Final = 55
FEWEST_AT_RISK: Final = 4
MOST_AT_RISK: Final = 6
CORRECTED_AFTER_PAYMENT: Final = 3
PAID_THEN_CORRECTED: Final = 2


@dataclass(slots=True)
class Tally:
    """How many measured children were at risk in an area so far, and how many achieved it."""

    aim_percent: int
    at_risk: int = 0
    achieved: int = 0

    @property
    def behind(self) -> int:
        """How far the area is behind its aim, in hundredths of a child."""
        return self.aim_percent * self.at_risk - 100 * self.achieved


@dataclass(frozen=True, slots=True)
class Path:
    """A child's areas at risk, those achieved, and one that was keyed as achieved by mistake."""

    child: Child
    at_risk: tuple[str, ...]
    achieved: tuple[str, ...]
    mistaken: str | None


def paths(children: Sequence[Child], seed: int) -> Iterator[Path]:
    """The areas of every child of the cohort whose outcomes are paid one by one."""
    tallies = {area: Tally(_aim(area)) for area in AREAS}
    corrections_left = CORRECTED_AFTER_PAYMENT
    for child in children:
        if child.intake.cohort != MEASURED_COHORT:
            continue
        at_risk = _at_risk(dice_for(seed, f"at-risk:{child.child}"), child.achieved or 0)
        if child.achieved is None:
            yield Path(child, at_risk, (), None)
            continue
        achieved = _most_behind(tallies, at_risk, child.achieved)
        mistaken = None
        if child.achieved == PAID_THEN_CORRECTED and corrections_left:
            mistaken = next(area for area in at_risk if area not in achieved)
            corrections_left -= 1
        yield Path(child, at_risk, achieved, mistaken)


def _aim(area: str) -> int:
    for result in published.results():
        if (result.measure, result.year) == (PUBLISHED_AS.get(area), MEASURED_COHORT):
            return result.percent
    return NOT_PUBLISHED_PERCENT


def _at_risk(dice: random.Random, at_least: int) -> tuple[str, ...]:
    count = dice.randint(max(FEWEST_AT_RISK, at_least), MOST_AT_RISK)
    drawn = set(dice.sample(AREAS, count))
    return tuple(area for area in AREAS if area in drawn)


def _most_behind(tallies: dict[str, Tally], at_risk: Sequence[str], count: int) -> tuple[str, ...]:
    for area in at_risk:
        tallies[area].at_risk += 1
    achieved = sorted(at_risk, key=lambda area: -tallies[area].behind)[:count]
    for area in achieved:
        tallies[area].achieved += 1
    return tuple(achieved)
