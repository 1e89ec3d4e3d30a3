"""Single facts that may or may not fit, and whole histories made from everything."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from hypothesis import strategies as st

from tests.properties import facts
from tests.properties.facts import CHILDREN, FUNDERS, ORDERS, PARTNERS, Sent, fact
from tests.properties.histories import (
    ACTORS,
    AREAS,
    DAYS,
    RECEIVED,
    TRIGGERS,
    cap,
    card,
    children_of,
    fixed_set,
    interleaved,
    share_set,
    sometimes,
    story,
    upset,
    voided,
)

VALUES: Final = (True, False, 0, 2, 3, 4, 6, "5.0", "9.25", -1)
PENNIES: Final = (1, 2, 5, 8501, 100_000)


def move(chance: Random) -> Sent:
    """Move a child, with new funders for some of its roles."""
    return fact(
        "child.transferred",
        chance.choice(DAYS),
        child=chance.choice(CHILDREN),
        school=chance.choice(("s1", "s2")),
        borough=chance.choice((None, "b1", "b2")),
        funders=chance.choice((None, {"local_authority": "cat"}, {"school": "ann"})),
    )


def departure(chance: Random) -> Sent:
    """A child withdraws, or completes."""
    child, day = chance.choice(CHILDREN), chance.choice(DAYS)
    if chance.choice((True, False)):
        return fact("child.withdrawn", day, child=child, reason="moved")
    return fact("child.completed", day, child=child)


def register(chance: Random) -> Sent:
    """A register, often of a session that has one already; sometimes with a false list."""
    session = chance.choice(("c1-0-0", "c2-0-0", "shared-1", "shared-2"))
    expected = tuple(chance.sample(CHILDREN, chance.randint(1, 3)))
    attended = tuple(chance.sample(CHILDREN, chance.randint(0, 2)))
    status = chance.choice(
        ("delivered", "delivered", "cancelled_by_partner", "cancelled_by_school")
    )
    actor, sent = facts.register(
        *(chance.choice(ORDERS), session, chance.choice(DAYS), expected, attended), status=status
    )
    sent["data"]["minutes"] = chance.choice((45, 50, 60))
    if sometimes(chance, 5):
        del sent["data"]["minutes"]
    return actor, sent


def score(chance: Random) -> Sent:
    """A measurement or a correction, of any area and value."""
    about: dict[str, Any] = {
        "child": chance.choice(CHILDREN),
        "area": chance.choice(AREAS)["area"],
        "point": chance.choice(("baseline", "end_point", "end_point", "follow_up")),
        "value": chance.choice(VALUES),
        "informant": chance.choice((None, None, "teacher", "parent")),
    }
    kind = "measurement.recorded"
    if chance.choice((True, False)):
        kind, about["reason"] = "measurement.corrected", "keyed_wrongly"
    return fact(kind, chance.choice(DAYS), chance.choice(ACTORS), chance.choice(RECEIVED), **about)


def judgement(chance: Random) -> Sent:
    """What people say: a verdict, a manual decision, a voiding of something earlier."""
    kind = chance.choice(("verify", "decide", "decide", "void"))
    child, trigger = chance.choice(CHILDREN), chance.choice(TRIGGERS)
    if kind == "void":
        return voided(chance.randint(1, 30))
    if kind == "decide":
        verdict = chance.choice(("release", "release", "refuse"))
        about = {"child": child, "trigger": trigger, "verdict": verdict}
        return fact("payment.decided", "2023-12-31", "approver", reason_code="agreed", **about)
    verdict = chance.choice(("verified", "verified", "rejected", "flagged"))
    on = chance.choice(({"trigger": trigger}, {"area": chance.choice(AREAS)["area"]}))
    return facts.verified(child, chance.choice(DAYS), chance.choice(ACTORS), verdict, **on)


def money(chance: Random) -> Sent:
    """Grants, receipts, refunds, and what partners invoice."""
    kinds = ("grant", "grant", "receipt", "refund", "invoice", "dispute", "credit", "paid")
    kind, day = chance.choice(kinds), chance.choice(DAYS)
    funder, partner = chance.choice(FUNDERS), chance.choice(PARTNERS)
    document = chance.choice(("d1", "d2"))
    mine: dict[str, Any] = {"amount_minor": chance.choice(PENNIES)}
    match kind:
        case "grant":
            mine |= {"reference": document, "trigger": "GRANT", "reason": "agreed"}
            return fact("grant.agreed", day, "finance", **mine)
        case "receipt":
            return fact("receipt.recorded", day, "finance", funder=funder, receipt=document, **mine)
        case "refund":
            return fact("refund.paid", day, "finance", funder=funder, **mine)
        case "invoice":
            return fact("fee.invoiced", day, "finance", partner=partner, invoice=document, **mine)
        case "dispute":
            mine |= {"partner": partner, "invoice": document, "reason": "late"}
            return fact("fee.disputed", day, "finance", **mine)
        case "credit":
            mine |= {"partner": partner, "invoice": document}
            return fact("fee.credited", day, "finance", credit_note=f"n-{document}", **mine)
        case _:
            return fact("fee.paid", day, "finance", partner=partner, **mine)


def paperwork(chance: Random) -> Sent:
    """Plans, evidence, re-placed orders, an early interaction, an enrolment of somebody known."""
    kind = chance.choice(("plan", "evidence", "order", "met", "enrolled"))
    child, day = chance.choice(CHILDREN), chance.choice(DAYS)
    match kind:
        case "plan":
            return fact("plan.agreed", day, child=child, areas=[chance.choice(AREAS)["area"]])
        case "evidence":
            shown: dict[str, Any] = {"sha256": "0" * 64, "media_type": "text/csv", "bytes": 7}
            return fact("evidence.attached", day, about=chance.randint(1, 60), **shown)
        case "order":
            limit, rate = chance.choice((None, 9_000, 20_000)), chance.choice((1, 333, 8501))
            name = chance.choice(ORDERS)
            return facts.order(name, day, limit_minor=limit, rate_minor=rate)
        case "met":
            return facts.met(child, day, chance.choice(ACTORS), formal=chance.choice((True, False)))
        case _:
            return facts.enrolled(child, day, funders=None)


Maker = Callable[[Random], Sent]
TERMS: Final[tuple[Maker, ...]] = (card, share_set, share_set, fixed_set, cap, cap, cap)
NOISE: Final[tuple[Maker, ...]] = (move, departure, register, score, judgement, money, paperwork)


def trouble(chance: Random) -> Sent:
    """Anything that upsets what was already told of some child."""
    return upset(chance, chance.choice(CHILDREN))


def history(chance: Random, *, noisy: int = 12) -> list[Sent]:
    """A whole history: terms at any time, children's paths side by side, noise in between."""
    rounding = chance.choice(("per_line", "cumulative"))
    stops = chance.choice(((None, None), ("2022-10-31", None), ("2022-10-31", "2023-10-31")))
    early = [card(chance), share_set(chance)]
    late = [chance.choice(TERMS)(chance) for _ in range(chance.randint(0, 5))]
    paths = [story(chance, child) for child in children_of(chance)]
    noise = [chance.choice(NOISE)(chance) for _ in range(chance.randint(0, noisy))]
    return facts.prologue(rounding, stops) + interleaved(chance, early, late, *paths, noise)


chances = st.randoms(use_true_random=False)
histories = chances.map(history)
