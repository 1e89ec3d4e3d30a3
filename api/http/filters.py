"""The filters that several reads share: references of the trade, as query parameters."""

import datetime
import re
from typing import Annotated, Final, Literal

from fastapi import Query
from pydantic import BeforeValidator, Field

from ledger.events.words import FIRST_DAY, LAST_DAY, REF_PATTERN
from projections.suppression.table import THRESHOLD_MAX, THRESHOLD_MIN

WRITTEN_NUMBER: Final = re.compile(r"-?[0-9]{1,20}")
WRITTEN_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PATTERN: Final = REF_PATTERN.removesuffix(r"(?!\n)")


def _in_digits(number: object) -> object:
    """A number is written in digits; `1_0`, ` 1` and `+1` are none."""
    if isinstance(number, str) and not WRITTEN_NUMBER.fullmatch(number):
        message = "a whole number is written in digits"
        raise ValueError(message)
    return number


Whole = Annotated[int, BeforeValidator(_in_digits)]
Ref = Annotated[str | None, Query(pattern=PATTERN)]
Named = Annotated[str, Query(pattern=PATTERN)]
Account = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9._:-]{1,200}$")]
Stage = Annotated[Literal["enrolled", "withdrawn", "completed"] | None, Query()]
State = Annotated[Literal["released", "reversed", "withheld"] | None, Query()]
By = Annotated[Literal["month", "quarter", "year"], Query(description="the length of a period")]
SuppressBelow = Annotated[
    Whole,
    Query(
        ge=THRESHOLD_MIN,
        le=THRESHOLD_MAX,
        description="hide numbers above zero and below this, and what would give them away; "
        "1 hides nothing, less than 5 takes an approver",
    ),
]


def _in_words(day: object) -> object:
    """A day is written as one: a number of seconds, or a moment at midnight, is none."""
    if isinstance(day, str) and not WRITTEN_DAY.fullmatch(day):
        message = "a day is written as YYYY-MM-DD"
        raise ValueError(message)
    return day


Day = Annotated[datetime.date, BeforeValidator(_in_words), Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A day that anything can be about; the day before it and the day behind it exist as well."""

FirstOn = Annotated[Day | None, Query(alias="from", description="effective on this day or after")]
LastOn = Annotated[Day | None, Query(alias="to", description="effective on this day or before")]
PostedFrom = Annotated[Day | None, Query(description="posted on this day or after")]
PostedUpto = Annotated[Day | None, Query(description="posted on this day or before")]
