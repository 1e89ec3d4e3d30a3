"""Outcomes by area: at risk at baseline, achieved at the end point (`domain.md` 3).

An area pays only if the child was at risk in it at baseline. Baseline and end point count under the
same informant's entry; an entry without an informant takes the latest measurement of any.
"""

import datetime
from collections.abc import Container
from dataclasses import dataclass
from fractions import Fraction

from ledger.child import Child, Measurement
from ledger.events.terms import Area, Test
from ledger.events.words import MeasurementPoint, Number, Sealed, Value
from ledger.invariants import InvariantBroken
from ledger.rate_card import Card, card_in_force


@dataclass(frozen=True, slots=True)
class AreaResult:
    """A child's result under one entry of one card.

    `late` says that it holds only with measurements received after the long-stop day.
    """

    entry: Area
    card: Card
    baseline: Measurement | None
    end_point: Measurement
    late: bool

    @property
    def proof(self) -> tuple[int, ...]:
        """The versions of the measurements it rests on."""
        baseline = () if self.baseline is None else (self.baseline.version,)
        return (*baseline, self.end_point.version)


def readable(value: Value | Sealed) -> Value:
    """The value; no rule looks at a score that cannot be read, so that is a defect."""
    if isinstance(value, Sealed):
        raise InvariantBroken("a score that cannot be read decides nothing")
    return value


def number(value: Value | Sealed | None) -> int | Fraction | None:
    """The exact number of a score; a boolean and a missing score have none.

    A whole number stays one: most scores are, and comparing fractions costs twenty times as much.
    """
    if value is None or isinstance(value, bool):
        return None
    value = readable(value)
    return value if isinstance(value, int) else Fraction(value)


def exact(limit: Number) -> int | Fraction:
    """The exact number of a test's limit."""
    return limit if isinstance(limit, int) else Fraction(limit)


def holds(
    test: Test, value: Value | Sealed | None, *, baseline: Value | Sealed | None = None
) -> bool:
    """Whether a score passes a test; a score of another kind than the test's never does."""
    value = None if value is None else readable(value)
    if test.is_true:
        return value is True
    score = number(value)
    if score is None:
        return False
    if test.compares_two_points:
        start = number(baseline)
        return start is not None and _moved_enough(test, score - start)
    return (
        (test.below is not None and score < exact(test.below))
        or (test.above is not None and score > exact(test.above))
        or (test.at_least is not None and score >= exact(test.at_least))
        or (test.at_most is not None and score <= exact(test.at_most))
    )


def _moved_enough(test: Test, gain: int | Fraction) -> bool:
    if test.gain_at_least is not None:
        return gain >= exact(test.gain_at_least)
    return -gain >= exact(test.fall_at_least or 0)


def score_of(
    child: Child, entry: Area, point: MeasurementPoint, received_by: datetime.date | None = None
) -> Measurement | None:
    """The score that counts under an entry, among those received by a day."""
    if entry.informant is not None:
        kept = child.measurements.get((entry.area, point, entry.informant))
        return None if kept is None else kept.received_by(received_by)
    scores = [
        score
        for (area, at, _), kept in child.measurements.items()
        if area == entry.area and at == point
        for score in (kept.received_by(received_by),)
        if score is not None
    ]
    return max(scores, key=lambda score: (score.taken_on, score.version), default=None)


def is_at_risk(entry: Area, baseline: Measurement | None) -> bool:
    """Whether the child was at risk at baseline; an entry without a test counts every child."""
    if entry.at_risk is None:
        return True
    return baseline is not None and holds(entry.at_risk, baseline.value)


def is_achieved(entry: Area, baseline: Measurement | None, end_point: Measurement | None) -> bool:
    """Whether an at-risk child achieved the area."""
    return (
        end_point is not None
        and is_at_risk(entry, baseline)
        and holds(
            entry.achieved,
            end_point.value,
            baseline=None if baseline is None else baseline.value,
        )
    )


def achieved_areas(
    child: Child,
    cards: list[Card],
    cohort: str,
    *,
    from_on: datetime.date,
    stop_on: datetime.date,
    long_stop_on: datetime.date | None,
    areas: Container[str] | None = None,
) -> list[AreaResult]:
    """Every entry that the child achieved from its sign-up to the day on which things stop.

    An entry counts under the card in force on its own end-point date. `areas` are those worth a
    look; None is all of them.
    """
    results = []
    for card in cards:
        for entry in card.areas:
            if areas is not None and entry.area not in areas:
                continue
            baseline, end_point = (
                score_of(child, entry, "baseline"),
                score_of(child, entry, "end_point"),
            )
            if (
                end_point is None
                or not from_on <= end_point.taken_on <= stop_on
                or card_in_force(cards, cohort, end_point.taken_on) is not card
                or not is_achieved(entry, baseline, end_point)
            ):
                continue
            late = long_stop_on is not None and not is_achieved(
                entry,
                score_of(child, entry, "baseline", long_stop_on),
                score_of(child, entry, "end_point", long_stop_on),
            )
            results.append(AreaResult(entry, card, baseline, end_point, late))
    return results


def scores_in(child: Child, areas: Container[str]) -> tuple[int, ...]:
    """The versions of all baselines and end points of some areas, whoever the informant was."""
    return tuple(
        score.version
        for (area, point, _), score in child.measurements.items()
        if area in areas and point != "follow_up"
    )
