"""Facts as a client would send them, with a small cast so that histories meet each other.

One contract, four funders, two cohorts, three children, two partners. A builder gives a pair: who
sends the fact, and the fact as JSON.
"""

import datetime
import json
from typing import Any, Final

import msgspec

from ledger.events.catalogue import APPENDED, FACTS
from ledger.events.codec import Fact, decode_fact

CONTRACT: Final = "k"
FUNDERS: Final = ("ann", "bob", "cat", "dot")
ROLES: Final = ("local_authority", "school")
COHORTS: Final = ("y20", "y21")
CHILDREN: Final = ("c1", "c2", "c3")
ORDERS: Final = ("o-session", "o-hour", "o-attendee", "o-block")
PARTNERS: Final = ("chess", "rugby")
TODAY: Final = datetime.date(2024, 6, 1)
YEARS: Final = {
    "y20": (("2020-09-01", "2021-07-31"), ("2021-09-01", "2022-07-31")),
    "y21": (("2021-09-01", "2022-07-31"), ("2022-09-01", "2023-07-31")),
}
OF_NO_CONTRACT: Final = (
    "receipt.allocated", "receipt.unallocated", "credit.applied", "credit.refunded",
    "rules.adopted",
)  # fmt: skip

Sent = tuple[str, dict[str, Any]]


def fact(
    kind: str, day: str, actor: str = "recorder-a", received: str = "", /, **content: Any
) -> Sent:
    """Build one fact of the contract, received on its day; content that is None is left out."""
    content = {key: value for key, value in content.items() if value is not None}
    if kind not in OF_NO_CONTRACT and not kind.startswith("partner."):
        content = {"contract": CONTRACT, **content}
    sent = {"type": kind, "effective_on": day, "received_on": received or day, "data": content}
    return actor, sent


def typed(sent: dict[str, Any]) -> Fact:
    """Read a fact through the door that clients use; some have doors of their own."""
    if sent["type"] not in APPENDED:
        content = msgspec.convert(sent["data"], FACTS[sent["type"]])
        return Fact(datetime.date.fromisoformat(sent["effective_on"]), content)
    return decode_fact(json.dumps(sent).encode())


def prologue(
    rounding: str = "per_line", long_stops: tuple[str | None, ...] = (None, None)
) -> list[Sent]:
    """What everything else refers to: the contract, its funders, cohorts and orders."""
    signed = fact(
        "contract.signed",
        "2020-07-01",
        "finance",
        title="Kings",
        starts_on="2020-09-01",
        ends_on="2023-12-31",
        maximum_minor=10**9,
        rounding=rounding,
    )
    joined = [
        fact("funder.joined", "2020-07-01", "finance", funder=name, name=name, kind="other")
        for name in FUNDERS
    ]
    opened = [cohort(name, stop) for name, stop in zip(COHORTS, long_stops, strict=True)]
    return [signed, *joined, *opened, *(order(name) for name in ORDERS)]


def cohort(name: str, long_stop: str | None = None) -> Sent:
    """Open one intake with its two programme years."""
    years = [{"from": first, "to": last} for first, last in YEARS[name]]
    return fact(
        "cohort.opened", "2020-07-01", "finance", cohort=name, years=years, long_stop_on=long_stop
    )


def order(name: str, day: str = "2020-09-01", **terms: Any) -> Sent:
    """Place the order whose name says its unit."""
    unit = name.removeprefix("o-")
    partner = PARTNERS[unit in {"attendee", "block"}]
    terms = {"rate_minor": 8501, "cancelled_by_school_percent": 50, **terms}
    return fact("order.placed", day, "finance", partner=partner, order=name, unit=unit, **terms)


def enrolled(child: str, day: str = "2020-09-15", cohort: str = "y20", **more: Any) -> Sent:
    """Enrol a child with consent; both roles are resolved unless said otherwise."""
    roles = {"local_authority": "bob", "school": "dot"}
    terms = {"school": "s1", "borough": "b1", "consent_given_on": day, "funders": roles, **more}
    return fact("child.enrolled", day, child=child, cohort=cohort, **terms)


def met(child: str, day: str, actor: str = "recorder-a", *, formal: bool = True) -> Sent:
    """Record an interaction."""
    return fact("interaction.recorded", day, actor, child=child, formal=formal)


def register(
    name: str,
    session: str,
    day: str,
    expected: tuple[str, ...],
    attended: tuple[str, ...],
    **more: Any,
) -> Sent:
    """Submit a register; a session without attendance may be cancelled."""
    terms: dict[str, Any] = {"status": "delivered", "minutes": 50, **more}
    if terms["status"] == "delivered":
        terms["attended"] = list(attended)
    listed = list(expected)
    return fact("register.submitted", day, order=name, session=session, expected=listed, **terms)


def measured(
    child: str, area: str, point: str, day: str, value: Any, received: str = "", **more: Any
) -> Sent:
    """Record a score."""
    content = {"child": child, "area": area, "point": point, "value": value, **more}
    return fact("measurement.recorded", day, "recorder-a", received, **content)


def verified(
    child: str, day: str, actor: str = "verifier-a", verdict: str = "verified", **on: Any
) -> Sent:
    """Give a verdict on a trigger or an area."""
    return fact("verification.recorded", day, actor, child=child, verdict=verdict, **on)
