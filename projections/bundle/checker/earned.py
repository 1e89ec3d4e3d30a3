"""What a child has earned by all that is known: trigger by trigger, with its day and its line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from projections.bundle.checker.areas import (
    BASELINE,
    END_POINT,
    NONE_BEFORE_SIGN_UP,
    WHOLE_IN_TIME,
    Achieved,
    Distance,
    Window,
    achievements,
    counting,
    distance_travelled,
)
from projections.bundle.checker.cards import Agreement, Card, Line
from projections.bundle.checker.pupils import Pupil
from projections.bundle.checker.years import (
    FAILED,
    MET,
    Sessions,
    Span,
    evidence_in,
    hands_in,
    judged,
    span_of,
)

DUE: Final = "due"
TIME_BARRED: Final = "time_barred"
MANUAL: Final = "manual_decision"


@dataclass
class Earned:
    """A trigger that pays, or would if a person said so (`standing` is the reason why not).

    It rests on facts; a rank on one of the areas that count, of which there may be a choice.
    """

    line: Line
    card: Card
    day: str
    standing: str
    rests: tuple[int, ...]
    area: str = ""
    choice: tuple[Achieved, ...] = ()

    def rest_on(self, achieved: Achieved) -> None:
        """Rest on an area that was achieved."""
        self.area = achieved.area
        self.rests = achieved.evidence(verified=self.line.verify)


@dataclass
class Case:
    """One child under one contract."""

    terms: Agreement
    pupil: Pupil
    sessions: Sessions
    cohort: str
    window: Window

    def card_on(self, day: str) -> Card | None:
        """The card in force for the child's cohort."""
        return self.terms.card_on(day, self.cohort)


def case_of(terms: Agreement, pupil: Pupil, sessions: Sessions) -> Case | None:
    """The case of a child that is enrolled."""
    enrolment = pupil.enrolment()
    if enrolment is None:
        return None
    cohort = enrolment["data"]["cohort"]
    left = pupil.left_on()
    last = terms.ends_on if left is None else min(terms.ends_on, left)
    stop = terms.cohorts[cohort].get("long_stop_on")
    window = Window(enrolment["effective_on"], last, stop)
    return Case(terms, pupil, sessions, cohort, window)


def all_earned(case: Case) -> dict[str, Earned]:
    """Everything that a child has earned, by trigger."""
    found: dict[str, Earned] = {}
    for one in _each_earned(case):
        if case.window.holds(one.day):
            found.setdefault(one.line.trigger, one)
    return found


def _each_earned(case: Case) -> Iterator[Earned]:
    yield from _sign_up(case)
    yield from _years(case)
    achieved = achievements(
        case.pupil, case.terms.cards, case.card_on, case.window, case.terms.rules
    )
    yield from _by_count(case, achieved)
    yield from _by_area(case, achieved)
    yield from _by_distance(case)


def _sign_up(case: Case) -> Iterator[Earned]:
    day = case.window.first_on
    card, enrolment = case.card_on(day), case.pupil.enrolment()
    if card is None or enrolment is None:
        return
    for line in card.lines:
        if line.kind != "sign_up":
            continue
        by = [enrolment["actor"]]
        if not line.verify or case.pupil.is_verified("trigger", line.trigger, by, day):
            rests = _with_verdict(case, line, (enrolment["version"],))
            yield Earned(line, card, day, DUE, rests)


def _with_verdict(case: Case, line: Line, facts: tuple[int, ...]) -> tuple[int, ...]:
    """The facts behind a trigger, and the verdict about them where the line asks for one."""
    verdict = case.pupil.verdict_version("trigger", line.trigger)
    return (*facts, verdict) if line.verify else facts


def _years(case: Case) -> Iterator[Earned]:
    years = case.terms.cohorts[case.cohort]["years"]
    for number, year in enumerate(years, 1):
        card = case.card_on(year["to"])
        line = None if card is None else card.line_of("engagement", year=number)
        if card is None or line is None or not case.pupil.verdict_version("trigger", line.trigger):
            continue
        span = span_of(year, case.window, case.pupil.left_on())
        hands = hands_in(case.pupil, case.sessions, span)
        if not case.pupil.is_verified("trigger", line.trigger, hands, year["to"]):
            continue
        verdict = _year_verdict(case, card, span)
        if verdict is not None:
            facts = evidence_in(case.pupil, case.sessions, span)
            yield Earned(line, card, year["to"], verdict, _with_verdict(case, line, facts))


def _year_verdict(case: Case, card: Card, span: Span) -> str | None:
    """By all facts, and by those in time alone; late facts can only reduce what is due (0012)."""
    by_all = judged(case.pupil, case.sessions, card, span, None)
    if by_all != MET:
        return None if by_all == FAILED else MANUAL
    stop = case.window.long_stop_on
    in_time = MET if stop is None else judged(case.pupil, case.sessions, card, span, stop)
    if in_time == FAILED:
        return TIME_BARRED
    return DUE if in_time == MET else MANUAL


def _by_count(case: Case, achieved: list[Achieved]) -> Iterator[Earned]:
    """By how many areas, not by which: the k-th that counts makes the k-th rank."""
    for card in case.terms.cards:
        for line in card.lines:
            if line.kind != "outcome_count":
                continue
            areas = counting(achieved, verified_only=line.verify)
            if len(areas) < line.rank:
                continue
            last = areas[line.rank - 1]
            if case.card_on(last.ended_on) is card:
                standing = DUE if last.in_time else TIME_BARRED
                earned = Earned(line, card, last.ended_on, standing, (), choice=tuple(areas))
                earned.rest_on(last)
                yield earned


def _by_area(case: Case, achieved: list[Achieved]) -> Iterator[Earned]:
    for card in case.terms.cards:
        for line in card.lines:
            if line.kind != "outcome_area":
                continue
            areas = counting(achieved, verified_only=line.verify)
            found = next((one for one in areas if one.area == line.area), None)
            if found is None:
                continue
            if case.card_on(found.ended_on) is card:
                earned = Earned(
                    line, card, found.ended_on, DUE if found.in_time else TIME_BARRED, ()
                )
                earned.rest_on(found)
                yield earned


def _by_distance(case: Case) -> Iterator[Earned]:
    for card in case.terms.cards:
        lines = [line for line in card.lines if line.kind == "distance_travelled"]
        found = _travelled(case, card, None) if lines else None
        if found is None:
            continue
        recorders = _recorders_of_areas(case, card)
        for line in lines:
            if found.share * 100 < line.percent or case.card_on(found.ended_on) is not card:
                continue
            if line.verify and not case.pupil.is_verified("trigger", line.trigger, recorders):
                continue
            standing = DUE if _goal_in_time(case, card, line) else TIME_BARRED
            rests = _with_verdict(case, line, found.scores)
            yield Earned(line, card, found.ended_on, standing, rests)


def _travelled(case: Case, card: Card, received_by: str | None) -> Distance | None:
    """How far the child came; before version 2 of the rules an end point could be of any day."""
    any_day = case.terms.rules < NONE_BEFORE_SIGN_UP
    first_on = "" if any_day else case.window.first_on
    return distance_travelled(case.pupil, card, received_by, first_on)


def _goal_in_time(case: Case, card: Card, line: Line) -> bool:
    """Whether a goal is reached by what was received in time.

    From version 2 on it must be paid by that alone: on a day that counts, by the card of that day.
    """
    stop = case.window.long_stop_on
    if stop is None:
        return True
    if case.terms.rules < WHOLE_IN_TIME:
        found = _travelled(case, card, stop)
        return found is not None and found.share * 100 >= line.percent
    for other in case.terms.cards:
        found = _travelled(case, other, stop)
        if found is None or case.card_on(found.ended_on) is not other:
            continue
        goals = [
            goal.percent
            for goal in other.lines
            if (goal.kind, goal.trigger) == (line.kind, line.trigger)
        ]
        if case.window.holds(found.ended_on) and any(found.share * 100 >= goal for goal in goals):
            return True
    return False


def _recorders_of_areas(case: Case, card: Card) -> set[str]:
    """Who recorded any baseline or end point of a card's areas (0014)."""
    areas = {entry["area"] for entry in card.areas}
    return {
        scores[-1].actor
        for (area, point), by_informant in case.pupil.scores.items()
        for scores in by_informant.values()
        if area in areas and point in (BASELINE, END_POINT)
    }
