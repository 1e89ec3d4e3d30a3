"""When the books are closed, made up: each programme year in November, the last one softly.

What is received later about a closed year keeps its day and is posted in the next one.
"""

import datetime
from dataclasses import dataclass
from typing import Final, Literal

SEPTEMBER: Final = 9
AUGUST: Final = 8
NOVEMBER: Final = 11
FIRST_YEAR: Final = 2019
LAST_YEAR: Final = 2023


@dataclass(frozen=True, slots=True)
class Period:
    """A programme year of the whole ledger, and the day on which finance closes it."""

    first_on: datetime.date
    last_on: datetime.date
    closed_on: datetime.date
    hardness: Literal["soft", "hard"]


PERIODS: Final = tuple(
    Period(
        first_on=datetime.date(year, SEPTEMBER, 1),
        last_on=datetime.date(year + 1, AUGUST, 31),
        closed_on=datetime.date(year + 1, NOVEMBER, 30),
        hardness="soft" if year == LAST_YEAR else "hard",
    )
    for year in range(FIRST_YEAR, LAST_YEAR + 1)
)
