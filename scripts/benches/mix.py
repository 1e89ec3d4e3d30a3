"""What is appended: a contract, and children with the mix of facts that a programme makes.

A child has 97 interactions, is expected in 12 registers of ten children each, has 14 measurements
and 6 verifications: about 140 facts and decisions that concern it.
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final, NamedTuple

CONTRACT: Final = "lcf"
AREAS: Final = ("maths", "reading", "writing", "attendance", "peer", "emotional", "parents")
VERIFIED: Final = ("maths", "reading", "writing", "peer")
YEARS: Final = (("2021-09-01", "2022-07-31"), ("2022-09-01", "2023-07-31"))
INTERACTIONS: Final = 97
REGISTERS: Final = 12
TEN: Final = 10
SPLIT: Final = {"philanthropy": 4399, "dcms-lcf": 2615, "lbhf": 1878, "schools": 1108}
PRICES: Final = {"SIGN_UP": 168_000, "ENGAGED_Y1": 167_500, "ENGAGED_Y2": 167_500}

Sent = tuple[str, bytes]


class Batch(NamedTuple):
    """Facts of one sender, as lines of JSON, in the order in which they are appended."""

    actor: str
    lines: tuple[bytes, ...]


def fact(kind: str, day: str, /, event_id: str = "", **content: Any) -> bytes:  # noqa: ANN401
    """A fact about the contract, as a line of JSON."""
    return fact_of_none(kind, day, event_id, {"contract": CONTRACT, **content})


def fact_of_none(kind: str, day: str, event_id: str, content: dict[str, Any]) -> bytes:
    """A fact about no contract."""
    sent = {"type": kind, "effective_on": day, "received_on": day}
    return json.dumps(sent | {"data": content} | ({"id": event_id} if event_id else {})).encode()


def terms() -> Batch:
    """The contract's terms, all in force from its first day."""
    start = "2021-09-01"
    years = [{"from": first, "to": last} for first, last in YEARS]
    lines: list[dict[str, Any]] = [
        {"trigger": "SIGN_UP", "kind": "sign_up", "price_minor": 168_000},
        {"trigger": "ENGAGED_Y1", "kind": "engagement", "year": 1, "price_minor": 167_500},
        {"trigger": "ENGAGED_Y2", "kind": "engagement", "year": 2, "price_minor": 167_500},
    ]
    lines += [
        {"trigger": f"OUTCOME_{n}", "kind": "outcome_count", "rank": n, "price_minor": 83_750}
        for n in (1, 2, 3)
    ]
    at_risk, achieved = {"below": 5}, {"at_least": 5}
    areas = [
        {"area": area, "domain": "school", "at_risk": at_risk, "achieved": achieved}
        for area in AREAS
    ]
    signed = {"title": "Life Chances Fund", "starts_on": start, "ends_on": "2024-08-31"}
    order = {"partner": "rugby", "order": "o-1", "unit": "session", "rate_minor": 8500}
    shares = [{"funder": name, "parts": parts} for name, parts in SPLIT.items()]
    return Batch(
        "finance",
        (
            fact("contract.signed", start, maximum_minor=10**12, **signed),
            *(fact("funder.joined", start, funder=n, name=n, kind="other") for n in SPLIT),
            fact("cohort.opened", start, cohort="2021", years=years),
            fact("rate_card.issued", start, card="card", triggers=lines, areas=areas),
            fact("shares.set", start, shares=shares),
            fact("order.placed", start, **order),
        ),
    )


def children(count: int, *, first: int = 0, ids: bool = False, chance: Random) -> Iterator[Batch]:
    """The facts of some children, a hundred at a time: recorded day by day, then verified."""
    block = 100
    for begin in range(first, first + count, block):
        size = min(block, first + count - begin)
        names = [f"c-{number:06}" for number in range(begin, begin + size)]
        dated = sorted(_recorded(names, ids=ids, chance=chance), key=lambda told: told[0])
        yield Batch("recorder", tuple(line for _, line in dated))
        yield Batch("verifier", tuple(_verified(names, ids=ids)))


def _recorded(names: list[str], *, ids: bool, chance: Random) -> Iterator[tuple[str, bytes]]:
    for child in names:
        yield from _about(child, ids=ids, chance=chance)
    for place in range(0, len(names), TEN):
        group = names[place : place + TEN]
        for number in range(REGISTERS):
            day = _day(chance)
            named = f"{group[0]}.s{number}"
            yield (
                day,
                fact(
                    "register.submitted",
                    day,
                    f"r:{named}" if ids else "",
                    order="o-1",
                    session=named,
                    status="delivered",
                    expected=group,
                    attended=group[: chance.choice((len(group), len(group) - 1))],
                    minutes=60,
                ),
            )


def _about(child: str, *, ids: bool, chance: Random) -> Iterator[tuple[str, bytes]]:
    def told(kind: str, day: str, name: str, **content: Any) -> tuple[str, bytes]:  # noqa: ANN401
        return day, fact(kind, day, f"{name}:{child}" if ids else "", child=child, **content)

    start = "2021-09-01"
    placed = {"cohort": "2021", "school": f"s-{chance.randrange(20)}", "consent_given_on": start}
    yield told("child.enrolled", start, "e", **placed)
    for number in range(INTERACTIONS):
        yield told("interaction.recorded", _day(chance), f"i{number}", formal=True, minutes=45)
    for number, area in enumerate(AREAS):
        score = {"area": area, "point": "baseline", "value": 3}
        yield told("measurement.recorded", "2021-10-05", f"b{number}", **score)
        score = {"area": area, "point": "end_point", "value": chance.choice((4, 6, 7))}
        yield told("measurement.recorded", "2023-07-05", f"m{number}", **score)


def _verified(names: list[str], *, ids: bool) -> Iterator[bytes]:
    for child in names:
        about = [{"trigger": "ENGAGED_Y1"}, {"trigger": "ENGAGED_Y2"}]
        about += [{"area": area} for area in VERIFIED]
        for number, on in enumerate(about):
            named = f"v{number}:{child}" if ids else ""
            said = {"child": child, "verdict": "verified", **on}
            yield fact("verification.recorded", "2023-08-01", named, **said)


def _day(chance: Random) -> str:
    year, month = chance.choice(((2021, 10), (2021, 11), (2022, 3), (2022, 11), (2023, 2)))
    return f"{year}-{month:02}-{chance.randint(1, 28):02}"
