"""Distance travelled: the mean progress over the at-risk areas, in exact fractions (`domain.md` 4).

Per area: progress / (distance from baseline to the threshold), limited to 0..1. Areas without a
numeric threshold or without a distance are left out; it waits until all others have an end point.
Where an area has several entries, the first one at risk on the card is the area's.
"""

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from ledger.child import Child, Measurement
from ledger.events.terms import Test
from ledger.outcomes import is_at_risk, number, score_of
from ledger.rate_card import Card

FULL: Final = Fraction(1)
NONE: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class Journey:
    """The mean progress, the day of the last end point, and the measurements it rests on."""

    mean: Fraction
    ended_on: datetime.date
    proof: tuple[int, ...]

    def reaches(self, percent: int) -> bool:
        """Whether the mean comes to a percentage."""
        return self.mean * 100 >= percent


def journey(
    child: Child,
    card: Card,
    received_by: datetime.date | None = None,
    *,
    from_on: datetime.date = datetime.date.min,
) -> Journey | None:
    """How far a child travelled under a card; None while an end point is missing.

    An end point from before `from_on` is none.
    """
    steps = []
    seen: set[str] = set()
    for entry in card.areas:
        baseline = score_of(child, entry, "baseline", received_by)
        if baseline is None or entry.area in seen or not is_at_risk(entry, baseline):
            continue
        distance = distance_of(entry.achieved, baseline)
        if distance is None or distance == 0:
            continue
        seen.add(entry.area)
        end_point = score_of(child, entry, "end_point", received_by)
        if end_point is None or end_point.taken_on < from_on:
            return None
        steps.append((_progress(baseline, end_point, distance), baseline, end_point))
    if not steps:
        return None
    return Journey(
        mean=sum((step for step, _, _ in steps), NONE) / len(steps),
        ended_on=max(end_point.taken_on for _, _, end_point in steps),
        proof=tuple(version for _, start, end in steps for version in (start.version, end.version)),
    )


def distance_of(achieved: Test, baseline: Measurement) -> Fraction | None:
    """The signed way from the baseline to the threshold; None where there is none to go.

    A baseline that is already on the far side of its threshold has no distance.
    """
    start = number(baseline.value)
    if start is None or achieved.is_true:
        return None
    if achieved.gain_at_least is not None:
        return max(NONE, Fraction(achieved.gain_at_least))
    if achieved.fall_at_least is not None:
        return min(NONE, -Fraction(achieved.fall_at_least))
    upwards = achieved.at_least if achieved.at_least is not None else achieved.above
    if upwards is not None:
        return max(NONE, Fraction(upwards) - start)
    downwards = achieved.at_most if achieved.at_most is not None else achieved.below
    return min(NONE, Fraction(downwards or 0) - start)


def _progress(baseline: Measurement, end_point: Measurement, distance: Fraction) -> Fraction:
    start, end = number(baseline.value), number(end_point.value)
    if start is None or end is None:
        return NONE
    return min(FULL, max(NONE, (end - start) / distance))
