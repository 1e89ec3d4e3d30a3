"""The four cohorts: how many signed up, engaged and achieved, and between which days.

The counts are those that make every published row agree (`README.md` beside this module).
"""

import datetime
from dataclasses import dataclass
from typing import Final

Day = datetime.date
Days = tuple[datetime.date, datetime.date]

LEDGER: Final = "wlz"
CONTRACT: Final = "lcf"
STARTS_ON: Final = Day(2019, 9, 1)
ENDS_ON: Final = Day(2024, 9, 30)
MAXIMUM_MINOR: Final = 1_624_496_000
LOCAL_AUTHORITIES: Final = ("lbhf", "rbkc", "wcc", "brent")


@dataclass(frozen=True, slots=True)
class Intake:
    """One cohort. `engaged` is None for a year whose engagement no line pays, or without facts."""

    cohort: str
    size: int
    signed_up: Days
    years: tuple[Days, Days]
    engaged: tuple[int | None, int | None]
    withdrawn: tuple[int, int]
    recorded_years: tuple[int, ...] = (1, 2)
    long_stop_on: Day | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """An agreed sum that hangs on no child."""

    reference: str
    trigger: str
    amount_minor: int
    agreed_on: Day
    reason: str


def _programme_year(first: int) -> Days:
    return Day(first, 9, 1), Day(first + 1, 7, 31)


def _years(first: int) -> tuple[Days, Days]:
    return _programme_year(first), _programme_year(first + 1)


INTAKES: Final = (
    Intake(
        cohort="2019",
        size=440,
        signed_up=(Day(2019, 9, 9), Day(2020, 3, 20)),
        years=_years(2019),
        engaged=(None, 428),
        withdrawn=(2, 3),
        long_stop_on=Day(2022, 1, 31),
    ),
    Intake(
        cohort="2020",
        size=262,
        signed_up=(Day(2020, 10, 5), Day(2020, 12, 11)),
        years=_years(2020),
        engaged=(255, 225),
        withdrawn=(3, 9),
    ),
    Intake(
        cohort="2021",
        size=868,
        signed_up=(Day(2022, 1, 10), Day(2022, 3, 18)),
        years=_years(2021),
        engaged=(838, 843),
        withdrawn=(10, 8),
    ),
    Intake(
        cohort="2022",
        size=621,
        signed_up=(Day(2023, 1, 9), Day(2023, 3, 17)),
        years=_years(2022),
        engaged=(614, None),
        withdrawn=(2, 0),
        recorded_years=(1,),
    ),
)

MEASURED_COHORT: Final = "2019"
MEASURED: Final = 400
# Of the measured children, how many achieved exactly none, one and two areas: 372 reach one,
# 333 reach two, 287 reach three.
ACHIEVED_EXACTLY: Final = (28, 39, 46)
END_POINTS: Final = (Day(2021, 10, 4), Day(2021, 10, 22))

GRANTS: Final = (
    Grant("covid-claim", "COVID_CLAIM", 60_022_500, Day(2020, 7, 31), "covid_in_lieu"),
    Grant("outcomes-2020", "OUTCOMES_2020", 98_537_000, Day(2022, 10, 31), "outcomes_agreed"),
    Grant("spring-2023", "SPRING_2023", 10_877_900, Day(2023, 3, 31), "not_explained"),
    Grant("outcomes-2021", "OUTCOMES_2021", 298_571_300, Day(2023, 10, 31), "outcomes_agreed"),
)
