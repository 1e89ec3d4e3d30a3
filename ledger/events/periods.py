"""Periods: that the books of a span of days were closed, with what they said, and reopened.

A closing is of one contract, or of the whole ledger when it names none. It stores the trial balance
by the day of posting up to its last day, as it stood at a version, and the root of the log there.
"""

import datetime
from typing import Annotated, Final

from msgspec import Meta

from ledger.events.words import (
    Code,
    Hardness,
    Ref,
    Sha256,
    Shape,
    require,
    require_day,
)

SPAN: Final = {"first_on": "from", "last_on": "to"}
AccountName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:-]{1,200}$(?!\n)")]


def require_span(first_on: datetime.date, last_on: datetime.date) -> None:
    """Refuse a period that ends before it starts, or lies outside the calendar."""
    require_day(first_on)
    require_day(last_on)
    require(first_on <= last_on, "the period ends before it starts")


class AccountBalance(Shape, frozen=True):
    """What an account stands at in one fund: debit positive, never zero; a sum has no limit."""

    account: AccountName
    fund: Ref
    balance_minor: int


class PeriodClosed(Shape, frozen=True, rename=SPAN):
    """The books are closed over these days; what comes late is posted behind them."""

    first_on: datetime.date
    last_on: datetime.date
    hardness: Hardness
    trial_balance: tuple[AccountBalance, ...]
    at_version: Annotated[int, Meta(ge=0)]
    root: Sha256
    contract: Ref | None = None

    def __post_init__(self) -> None:
        """Refuse a span that is none."""
        require_span(self.first_on, self.last_on)


class PeriodReopened(Shape, frozen=True, rename=SPAN):
    """Somebody who did not close these days opens them again, and says why."""

    first_on: datetime.date
    last_on: datetime.date
    reason_code: Code
    contract: Ref | None = None

    def __post_init__(self) -> None:
        """Refuse a span that is none."""
        require_span(self.first_on, self.last_on)
