"""Partners and their orders, made up: units, rates, limits, percentages on cancellation."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from api.reference.intakes import CONTRACT, STARTS_ON
from api.reference.written import Written, written
from ledger.money import round_half_up


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

INVOICING: Final = "partner-tutors"
BILLED_IN_FULL: Final = 2022
LAST_MONTH_OF_YEAR: Final = 7
PAID_AFTER: Final = datetime.timedelta(days=28)


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


def invoices(registers: Iterable[Written]) -> Iterator[Written]:
    """The tutors' invoice for each programme year, and its payment four weeks later.

    In one year the tutors bill sessions that the school cancelled at the full rate, are paid, and
    send a credit note for what is not due.
    """
    due, billed = Counter[int](), Counter[int]()
    orders_of_tutors = {order.order: order for order in ORDERS if order.partner == INVOICING}
    sessions = {
        register.fact["data"]["session"]: register
        for register in registers
        if register.fact["data"]["order"] in orders_of_tutors
    }
    for register in sessions.values():
        content = register.fact["data"]
        order = orders_of_tutors[content["order"]]
        year = _year_of_invoice(datetime.date.fromisoformat(register.fact["effective_on"]))
        percent = {"delivered": 100, "cancelled_by_school": order.cancelled_by_school_percent}
        due[year] += round_half_up(
            Fraction(order.rate_minor * percent.get(content["status"], 0), 100)
        )
        billed[year] += order.rate_minor * (content["status"] in percent)
    for year in sorted(due):
        yield from _settled(year, due[year], billed[year] if year == BILLED_IN_FULL else due[year])


def _year_of_invoice(day: datetime.date) -> int:
    return day.year + (day.month > LAST_MONTH_OF_YEAR)


def _settled(year: int, due_minor: int, billed_minor: int) -> Iterator[Written]:
    invoiced_on = datetime.date(year, 8, 14)
    invoice = f"tutors-{year}"
    yield _fee("fee.invoiced", year, invoiced_on, invoice=invoice, amount_minor=billed_minor)
    paid_on = invoiced_on + PAID_AFTER
    yield _fee("fee.paid", year, paid_on, invoice=invoice, amount_minor=billed_minor)
    if billed_minor > due_minor:
        yield _fee(
            "fee.credited",
            year,
            paid_on + PAID_AFTER,
            credit_note=f"tutors-{year}-credit",
            invoice=invoice,
            amount_minor=billed_minor - due_minor,
        )


def _fee(kind: str, year: int, on: datetime.date, **content: object) -> Written:
    name = f"{kind}:{INVOICING}:{year}"
    named = {"contract": CONTRACT, "partner": INVOICING, **content}
    return written("finance", kind, name, on, named)
