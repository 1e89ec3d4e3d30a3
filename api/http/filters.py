"""The filters that several reads share: references of the trade, as query parameters."""

import datetime
from typing import Annotated, Final, Literal

from fastapi import Query

from ledger.events.words import REF_PATTERN

PATTERN: Final = REF_PATTERN.removesuffix(r"(?!\n)")

Ref = Annotated[str | None, Query(pattern=PATTERN)]
Account = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9._:-]{1,200}$")]
Stage = Annotated[Literal["enrolled", "withdrawn", "completed"] | None, Query()]
State = Annotated[Literal["released", "reversed", "withheld"] | None, Query()]
By = Annotated[Literal["month", "quarter", "year"], Query(description="the length of a period")]
FirstOn = Annotated[
    datetime.date | None, Query(alias="from", description="effective on this day or after")
]
LastOn = Annotated[
    datetime.date | None, Query(alias="to", description="effective on this day or before")
]
