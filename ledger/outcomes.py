"""Outcomes by area: at risk at baseline, achieved at the end point (`domain.md` 3).

An area pays only if the child was at risk in it at baseline. Baseline and end point count under the
same informant's entry; an entry without an informant takes the latest measurement of any.
"""

import datetime
from collections.abc import Container, Iterator
from dataclasses import dataclass
from fractions import Fraction

from ledger.child import Child, Measurement
from ledger.events.terms import Area, Test
from ledger.events.words import MeasurementPoint, Number, Sealed, Value
from ledger.invariants import InvariantBroken
from ledger.rate_card import Card, card_in_force
from ledger.rule_versions import Rules


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


@dataclass(frozen=True, slots=True)
class Attempt:
    """A child's scores under the cards of its cohort, from its sign-up to the day things stop.

    `areas` are those worth a look; None is all of them.
    """

    child: Child
    cards: list[Card]
    cohort: str
    from_on: datetime.date
    stop_on: datetime.date
    areas: Container[str] | None = None

    def met(
        self, received_by: datetime.date | None = None
    ) -> Iterator[tuple[Card, Area, Measurement | None, Measurement]]:
        """Every entry achieved by what was received by a day, its baseline and its end point.

        An entry counts under the card in force on its own end-point date.
        """
        for card in self.cards:
            for entry in card.areas:
                if self.areas is not None and entry.area not in self.areas:
                    continue
                baseline = score_of(self.child, entry, "baseline", received_by)
                end_point = score_of(self.child, entry, "end_point", received_by)
                if (
                    end_point is not None
                    and self.from_on <= end_point.taken_on <= self.stop_on
                    and card_in_force(self.cards, self.cohort, end_point.taken_on) is card
                    and is_achieved(entry, baseline, end_point)
                ):
                    yield card, entry, baseline, end_point


def achieved_areas(
    attempt: Attempt, rules: Rules, long_stop_on: datetime.date | None
) -> list[AreaResult]:
    """Every entry that the child achieved, and whether it takes scores from after the long stop."""
    met = list(attempt.met())
    if long_stop_on is None or not met:
        return [AreaResult(entry, card, start, end, late=False) for card, entry, start, end in met]
    if rules.whole_in_time:
        in_time = {entry.area for _, entry, _, _ in attempt.met(long_stop_on)}
        return [
            AreaResult(entry, card, start, end, entry.area not in in_time)
            for card, entry, start, end in met
        ]
    child = attempt.child
    return [
        AreaResult(entry, card, start, end, not _by_scores_alone(child, entry, long_stop_on))
        for card, entry, start, end in met
    ]


def _by_scores_alone(child: Child, entry: Area, long_stop_on: datetime.date) -> bool:
    """Whether the scores received in time pass, whatever their days: version 1 of the rules."""
    return is_achieved(
        entry,
        score_of(child, entry, "baseline", long_stop_on),
        score_of(child, entry, "end_point", long_stop_on),
    )


def scores_in(child: Child, areas: Container[str]) -> tuple[int, ...]:
    """The versions of all baselines and end points of some areas, whoever the informant was."""
    return tuple(
        score.version
        for (area, point, _), score in child.measurements.items()
        if area in areas and point != "follow_up"
    )
