"""The span of a book: from a day to a day of posting, both inclusive, and what stood at its ends.

A span is about days of posting, `as_of` about effective days; both hold when both are given.
"""

import datetime
from typing import Any, Final, NamedTuple

from psycopg import Connection

from projections.reading.balances import Balance, balances, posted_behind
from projections.reading.pair import CursorUnreadable, Pair

ONE_DAY: Final = datetime.timedelta(days=1)


class Span(NamedTuple):
    """The first and the last day; None: from the beginning, or without an end."""

    first_on: datetime.date | None = None
    last_on: datetime.date | None = None

    @property
    def begins_on(self) -> datetime.date:
        """The first day, or the first of the calendar."""
        return self.first_on or datetime.date.min

    @property
    def ends_on(self) -> datetime.date:
        """The last day, or the last of the calendar."""
        return self.last_on or datetime.date.max

    @property
    def asked(self) -> dict[str, datetime.date]:
        """The span as parameters of a query."""
        return {"first_on": self.begins_on, "last_on": self.ends_on}

    @property
    def told(self) -> dict[str, str | None]:
        """The span as an answer says it."""
        return {
            "from": None if self.first_on is None else self.first_on.isoformat(),
            "to": None if self.last_on is None else self.last_on.isoformat(),
        }


WHOLE: Final = Span()
"""From the beginning, without an end."""


def standing(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    day: datetime.date,
    **filters: Any,  # noqa: ANN401 (those of `balances`)
) -> list[Balance]:
    """What was posted up to a day, of what is effective and known at a pair.

    Nothing is posted before it is effective. So the day of posting says it all, unless the pair's
    day comes first: then what was posted behind the day is taken off. A series may come twice.
    """
    if day <= at.day:
        return balances(connection, ledger, Pair(day, at.known_at), posted=True, **filters)
    found = balances(connection, ledger, at, **filters)
    late = posted_behind(connection, ledger, at, day, **filters)
    return [*found, *(row._replace(balance_minor=-row.balance_minor) for row in late)]


def opening(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    span: Span,
    **filters: Any,  # noqa: ANN401 (those of `balances`)
) -> list[Balance]:
    """What stood when the span began."""
    if span.begins_on == datetime.date.min:
        return []
    return standing(connection, ledger, at, span.begins_on - ONE_DAY, **filters)


def closing(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    span: Span,
    **filters: Any,  # noqa: ANN401 (those of `balances`)
) -> list[Balance]:
    """What stood when the span ended."""
    return standing(connection, ledger, at, span.ends_on, **filters)


def day_in(ordinal: int, cursor: str | None) -> datetime.date:
    """The day that a key of a cursor means. Raises `CursorUnreadable`."""
    try:
        return datetime.date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        raise CursorUnreadable(cursor) from None
