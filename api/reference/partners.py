"""Partners and their orders, made up: units, rates, limits, percentages on cancellation."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from api.reference.intakes import CONTRACT, STARTS_ON
from api.reference.written import Written, written


@dataclass(frozen=True, slots=True)
class Order:
    """An order with a partner; rates in pence. The names are invented."""

    partner: str
    order: str
    name: str
    unit: Literal["session", "hour", "attendee", "block"]
    rate_minor: int
    cancelled_by_school_percent: int = 50
    limit_minor: int | None = None


ORDERS: Final = (
    Order("partner-tutors", "maths-tutoring", "Maths tutoring", "session", 8_500),
    Order("partner-tutors", "reading", "Reading circles", "session", 7_250),
    Order("partner-therapy", "talking-group", "Talking group", "hour", 9_600, 100),
    Order("partner-sport", "boxing", "Boxing club", "attendee", 1_150),
    Order("partner-sport", "football", "Football mornings", "attendee", 895, 0),
    Order("partner-drama", "drama", "Drama workshop", "session", 11_000, 50, 9_000_000),
    Order("partner-music", "choir", "Choir", "hour", 5_500),
    Order("partner-families", "parents-course", "Parents' course", "block", 240_000),
)


def orders() -> Iterator[Written]:
    """Each order, placed by finance on the contract's first day."""
    for order in ORDERS:
        content: dict[str, Any] = {
            "contract": CONTRACT,
            "partner": order.partner,
            "order": order.order,
            "name": order.name,
            "unit": order.unit,
            "rate_minor": order.rate_minor,
            "cancelled_by_school_percent": order.cancelled_by_school_percent,
        }
        if order.limit_minor is not None:
            content["limit_minor"] = order.limit_minor
        yield written("finance", "order.placed", f"order:{order.order}", STARTS_ON, content)


def invoices(first_year: int, last_year: int) -> Iterator[Written]:
    """One partner's invoices and payments, one a year; the second is credited in part."""
    for year in range(first_year, last_year + 1):
        invoiced_on = datetime.date(year, 8, 14)
        yield _fee("fee.invoiced", year, invoiced_on, invoice=f"tutors-{year}")
        yield _fee(
            "fee.paid", year, invoiced_on + datetime.timedelta(days=28), invoice=f"tutors-{year}"
        )


def _fee(kind: str, year: int, on: datetime.date, **content: object) -> Written:
    return written(
        "finance",
        kind,
        f"{kind}:{year}",
        on,
        {"contract": CONTRACT, "partner": "partner-tutors", "amount_minor": 5_000_000, **content},
    )
