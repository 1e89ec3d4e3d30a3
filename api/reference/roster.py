"""The children, made up from a seed: where they are, when they sign up, what becomes of them.

Boroughs are drawn by quota in proportion to what the four councils committed, cohort by cohort and
draw by draw, so that every council ends near the same part of its commitment and no cap bites.
"""

import datetime
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from api.reference import published
from api.reference.dice import DAY, dice_for, some_days, without
from api.reference.intakes import (
    ACHIEVED_EXACTLY,
    INTAKES,
    LOCAL_AUTHORITIES,
    MEASURED,
    MEASURED_COHORT,
    Intake,
)
from ledger.money import split_by_largest_remainder

SCHOOLS_PER_BOROUGH: Final = 6
MOST_AREAS_PAID: Final = 3

# What a programme year came to: engaged; short by one interaction or one session; left in that
# year; already gone; not decided by any line; not recorded.
YearEnd = Literal["engaged", "few_interactions", "low_attendance", "left", "gone", "unpaid", "none"]
SHORT_OF_IT: Final[tuple[YearEnd, YearEnd]] = ("few_interactions", "low_attendance")


@dataclass(frozen=True, slots=True)
class Child:
    """A made-up child. `achieved` is how many areas it achieves; None when it is not measured."""

    child: str
    intake: Intake
    borough: str
    school: str
    signed_up_on: datetime.date
    year_ends: tuple[YearEnd, YearEnd]
    withdrawn_on: datetime.date | None
    achieved: int | None


@cache
def roster(seed: int) -> tuple[Child, ...]:
    """All children of the four cohorts, cohort by cohort, in order of their references."""
    return tuple(child for intake in INTAKES for child in _children(intake, seed))


def _children(intake: Intake, seed: int) -> Iterator[Child]:
    dice = dice_for(seed, f"cohort:{intake.cohort}")
    boroughs = _boroughs(dice, intake.size)
    year_ends = _year_ends(dice, intake, boroughs)
    achieved = _achieved(dice, intake, boroughs, year_ends)
    for place, borough in enumerate(boroughs):
        name = f"c-{intake.cohort}-{place + 1:04}"
        own = dice_for(seed, name)
        signed_up_on = some_days(own, intake.signed_up, 1)[0]
        yield Child(
            child=name,
            intake=intake,
            borough=borough,
            school=f"school-{borough}-{own.randint(1, SCHOOLS_PER_BOROUGH)}",
            signed_up_on=signed_up_on,
            year_ends=year_ends[place],
            withdrawn_on=_withdrawn_on(own, intake, year_ends[place]),
            achieved=achieved.get(place),
        )


@cache
def _weights() -> tuple[int, ...]:
    limits = {funder.funder: funder.limit_minor for funder in published.commitments()}
    return tuple(limits[council] for council in LOCAL_AUTHORITIES)


def _boroughs(dice: random.Random, size: int) -> Sequence[str]:
    quotas = split_by_largest_remainder(size, _weights())
    drawn = [
        council
        for council, quota in zip(LOCAL_AUTHORITIES, quotas, strict=True)
        for _ in range(quota)
    ]
    dice.shuffle(drawn)
    return drawn


def _draw(
    dice: random.Random, boroughs: Sequence[str], pool: Sequence[int], count: int
) -> Sequence[int]:
    """`count` places of the pool, each borough by its quota."""
    drawn: list[int] = []
    quotas = split_by_largest_remainder(count, _weights())
    for council, quota in zip(LOCAL_AUTHORITIES, quotas, strict=True):
        drawn += dice.sample([place for place in pool if boroughs[place] == council], quota)
    return drawn


def _year_ends(
    dice: random.Random, intake: Intake, boroughs: Sequence[str]
) -> Sequence[tuple[YearEnd, YearEnd]]:
    everyone = range(intake.size)
    left_first = _draw(dice, boroughs, everyone, intake.withdrawn[0])
    stayed = without(everyone, left_first)
    left_second = _draw(dice, boroughs, stayed, intake.withdrawn[1])
    first = _ends_of_year(intake, left_first, 1)
    second = _ends_of_year(intake, left_second, 2)
    second.update(dict.fromkeys(left_first, "gone"))
    short = _draw(dice, boroughs, stayed, _short_of_engaged(intake, 1, len(left_first)))
    first.update({place: dice.choice(SHORT_OF_IT) for place in short})
    gone = len(left_first) + len(left_second)
    remained = without(stayed, left_second)
    short = _draw(dice, boroughs, remained, _short_of_engaged(intake, 2, gone))
    second.update({place: dice.choice(SHORT_OF_IT) for place in short})
    return [(first[place], second[place]) for place in everyone]


def _short_of_engaged(intake: Intake, year: int, gone: int) -> int:
    engaged = intake.engaged[year - 1]
    return 0 if engaged is None else intake.size - engaged - gone


def _ends_of_year(intake: Intake, left: Sequence[int], year: int) -> dict[int, YearEnd]:
    usual: YearEnd = "engaged" if intake.engaged[year - 1] is not None else "unpaid"
    if year not in intake.recorded_years:
        usual = "none"
    ends: dict[int, YearEnd] = dict.fromkeys(range(intake.size), usual)
    ends.update(dict.fromkeys(left, "left"))
    return ends


def _achieved(
    dice: random.Random,
    intake: Intake,
    boroughs: Sequence[str],
    year_ends: Sequence[tuple[YearEnd, YearEnd]],
) -> Mapping[int, int]:
    if intake.cohort != MEASURED_COHORT:
        return {}
    engaged = [place for place, (_, second) in enumerate(year_ends) if second == "engaged"]
    pool = without(engaged, _draw(dice, boroughs, engaged, len(engaged) - MEASURED))
    achieved: dict[int, int] = {}
    for areas, count in enumerate(ACHIEVED_EXACTLY):
        drawn = _draw(dice, boroughs, pool, count)
        achieved.update(dict.fromkeys(drawn, areas))
        pool = without(pool, drawn)
    achieved.update({place: MOST_AREAS_PAID + (dice.randint(1, 5) == 1) for place in pool})
    return achieved


def _withdrawn_on(
    dice: random.Random, intake: Intake, year_ends: tuple[YearEnd, YearEnd]
) -> datetime.date | None:
    """A day in spring of the first year, or in winter of the second."""
    if year_ends[0] == "left":
        last = intake.years[0][1]
        return some_days(dice, (last - 90 * DAY, last - 30 * DAY), 1)[0]
    if year_ends[1] == "left":
        first = intake.years[1][0]
        return some_days(dice, (first + 90 * DAY, first + 180 * DAY), 1)[0]
    return None
