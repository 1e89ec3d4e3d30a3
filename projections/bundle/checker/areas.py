"""Outcomes: which areas are achieved, and how far a child has come (`domain.md` 3 and 4)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, NamedTuple

from projections.bundle.checker.cards import Card, Terms
from projections.bundle.checker.pupils import Pupil, Score, Value, number_of

BASELINE: Final = "baseline"
END_POINT: Final = "end_point"
UPWARDS: Final = ("above", "at_least")
DOWNWARDS: Final = ("below", "at_most")
WHOLE_IN_TIME: Final = 2
NONE_BEFORE_SIGN_UP: Final = 2


class Window(NamedTuple):
    """From the sign-up on, and until the child left or the contract ended; the long-stop day."""

    first_on: str
    last_on: str
    long_stop_on: str | None

    def holds(self, day: str) -> bool:
        """Whether anything may be effective on a day."""
        return self.first_on <= day <= self.last_on


@dataclass
class Achieved:
    """An area that was achieved: when, by which score, and whether in time and verified."""

    area: str
    ended_on: str
    version: int
    in_time: bool
    verified: bool
    card: Card
    scores: tuple[int, ...]
    verdict: int

    def evidence(self, *, verified: bool) -> tuple[int, ...]:
        """The scores by version; behind them the verdict, where one is asked for."""
        return (*self.scores, self.verdict) if verified else self.scores

    def order(self) -> tuple[bool, str, int]:
        """In time first, then by day, then by version."""
        return (not self.in_time, self.ended_on, self.version)


def passes(test: Terms, baseline: Score | None, end: Score) -> bool:
    """Whether a test holds; one that compares numbers does not hold of yes or no."""
    ((name, wanted),) = [(k, v) for k, v in test.items() if v is not None]
    if name == "is_true":
        return end.value is True
    limit, value = number_of(wanted), end.value
    if isinstance(value, bool):
        return False
    if name in ("gain_at_least", "fall_at_least"):
        if baseline is None or isinstance(baseline.value, bool):
            return False
        gain = value - baseline.value
        return (gain if name == "gain_at_least" else -gain) >= limit
    compared: dict[str, bool] = {
        "below": value < limit,
        "above": value > limit,
        "at_least": value >= limit,
        "at_most": value <= limit,
    }
    return compared[name]


def is_at_risk(entry: Terms, baseline: Score | None) -> bool:
    """Whether a child was at risk by an entry; without a test every child is."""
    test = entry.get("at_risk")
    if test is None:
        return True
    return baseline is not None and passes(test, None, baseline)


def pair_of(
    pupil: Pupil, entry: Terms, received_by: str | None
) -> tuple[Score | None, Score | None]:
    """The baseline and the end point that an entry reads."""
    area, informant = entry["area"], entry.get("informant")
    return (
        pupil.score(area, BASELINE, informant, received_by),
        pupil.score(area, END_POINT, informant, received_by),
    )


def achieved_by(pupil: Pupil, entry: Terms, received_by: str | None) -> bool:
    """Whether an entry holds by what was received until a day."""
    return achieved_from_to(entry, *pair_of(pupil, entry, received_by))


def achieved_from_to(entry: Terms, baseline: Score | None, end: Score | None) -> bool:
    """Whether an entry holds by a baseline and an end point."""
    return (
        end is not None and is_at_risk(entry, baseline) and passes(entry["achieved"], baseline, end)
    )


def counting_entries(
    pupil: Pupil,
    cards: list[Card],
    in_force: Any,  # noqa: ANN401
    window: Window,
    received_by: str | None,
) -> Iterator[tuple[Card, Terms]]:
    """Every entry that holds on a day that counts, under the card in force on that day."""
    for card in cards:
        for entry in card.areas:
            baseline, end = pair_of(pupil, entry, received_by)
            if end is None or not window.holds(end.taken_on):
                continue
            if achieved_from_to(entry, baseline, end) and in_force(end.taken_on) is card:
                yield card, entry


def achievements(
    pupil: Pupil,
    cards: list[Card],
    in_force: Any,  # noqa: ANN401
    window: Window,
    rules: int,
) -> list[Achieved]:
    """Every entry that holds and counts, and whether it does without what came too late.

    `in_force` gives the card of a day. From version 2 of the rules on, an area is in time when it
    would have counted by what was received in time; before, when those scores pass its tests.
    """
    found: list[Achieved] = []
    if not any(point == END_POINT for _, point in pupil.scores):
        return found
    stop = window.long_stop_on
    counted_in_time = (
        {entry["area"] for _, entry in counting_entries(pupil, cards, in_force, window, stop)}
        if rules >= WHOLE_IN_TIME
        else set()
    )
    for card, entry in counting_entries(pupil, cards, in_force, window, None):
        baseline, end = pair_of(pupil, entry, None)
        if end is None:
            continue
        if rules >= WHOLE_IN_TIME:
            in_time = stop is None or entry["area"] in counted_in_time
        else:
            in_time = stop is None or achieved_by(pupil, entry, stop)
        scores = [end] if baseline is None else [baseline, end]
        found.append(achieved_from(pupil, entry["area"], scores, card, in_time=in_time))
    return found


def achieved_from(
    pupil: Pupil, area: str, scores: list[Score], card: Card, *, in_time: bool
) -> Achieved:
    """An area that was achieved by these scores, the end point last."""
    end = scores[-1]
    return Achieved(
        area=area,
        ended_on=end.taken_on,
        version=end.version,
        in_time=in_time,
        verified=pupil.is_verified("area", area, [score.actor for score in scores]),
        card=card,
        scores=tuple(sorted(score.version for score in scores)),
        verdict=pupil.verdict_version("area", area),
    )


def counting(found: list[Achieved], *, verified_only: bool) -> list[Achieved]:
    """One achievement an area, the best first, in the order in which they count."""
    best: dict[str, Achieved] = {}
    for one in sorted(found, key=Achieved.order):
        if one.verified or not verified_only:
            best.setdefault(one.area, one)
    return sorted(best.values(), key=Achieved.order)


class Distance(NamedTuple):
    """How far a child has come, as a part of the whole way; the last day, and all scores."""

    share: Fraction
    ended_on: str
    scores: tuple[int, ...]


def distance_travelled(
    pupil: Pupil, card: Card, received_by: str | None, first_on: str
) -> Distance | None:
    """The mean over the areas; None while one has no end point, or none has a distance.

    An end point from before `first_on` is none.

    Its day is that of the last end point; where the others lie does not matter.
    """
    shares: list[Fraction] = []
    days: list[str] = []
    scores: list[int] = []
    for area in dict.fromkeys(entry["area"] for entry in card.areas):
        entry = _measuring_entry(pupil, card, area, received_by)
        if entry is None:
            continue
        baseline, end = pair_of(pupil, entry, received_by)
        way = None if baseline is None else _way(entry["achieved"], baseline.value)
        if way is None or baseline is None:
            continue
        if end is None or end.taken_on < first_on:
            return None
        shares.append(_share(way, baseline.value, end.value))
        days.append(end.taken_on)
        scores += [baseline.version, end.version]
    if not shares:
        return None
    mean = sum(shares, Fraction(0)) / len(shares)
    return Distance(mean, max(days), tuple(sorted(scores)))


def _measuring_entry(pupil: Pupil, card: Card, area: str, received_by: str | None) -> Terms | None:
    """The first entry of an area by which the child is at risk."""
    for entry in card.areas:
        if entry["area"] == area and is_at_risk(entry, pair_of(pupil, entry, received_by)[0]):
            return entry
    return None


def _way(test: Terms, baseline: Value) -> Fraction | None:
    """The signed way from the baseline to the threshold; None where there is none to go."""
    ((name, wanted),) = [(k, v) for k, v in test.items() if v is not None]
    if name == "is_true" or isinstance(baseline, bool):
        return None
    limit = number_of(wanted)
    way = {"gain_at_least": limit, "fall_at_least": -limit}.get(name, limit - baseline)
    upwards = name in (*UPWARDS, "gain_at_least")
    return Fraction(way) if (way > 0) is upwards and way != 0 else None


def _share(way: Fraction, baseline: Value, end: Value) -> Fraction:
    """What part of the way was gone, from none to all."""
    if isinstance(baseline, bool) or isinstance(end, bool):
        return Fraction(0)
    return min(Fraction(1), max(Fraction(0), Fraction(end - baseline) / way))
