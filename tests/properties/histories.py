"""Whole small histories from a source of chance: children's paths, terms at any time, trouble.

`chance` is a `random.Random`: hypothesis gives one that it can shrink, the simulator a seeded one.
"""

from random import Random
from typing import Any, Final

from tests.properties import facts
from tests.properties.facts import CHILDREN, COHORTS, FUNDERS, ORDERS, ROLES, YEARS, Sent, fact

DAYS: Final = (
    *("2020-09-01", "2020-09-15", "2020-12-01", "2021-02-28", "2021-07-31", "2021-09-01"),
    *("2021-12-01", "2022-03-01", "2022-07-31", "2022-10-31", "2023-07-31", "2023-12-31"),
)
PRICES: Final = (100_001, 83_750, 167_500, 1, 2, 3, 7, 10)
ACTORS: Final = ("verifier-a", "verifier-b", "verifier-a", "recorder-b", "recorder-a")
AREAS: Final[tuple[dict[str, Any], ...]] = (
    {"area": "maths", "domain": "school", "at_risk": {"below": 5}, "achieved": {"at_least": 5}},
    {
        "area": "peer",
        "domain": "relationships",
        "informant": "teacher",
        "at_risk": {"at_least": 3},
        "achieved": {"at_most": 2},
    },
    {"area": "attendance", "domain": "school", "achieved": {"gain_at_least": "1.5"}},
    {"area": "progress", "domain": "school", "achieved": {"is_true": True}},
)
BASELINES: Final = {"maths": 3, "peer": 5, "attendance": 4, "progress": False}
GOOD: Final[dict[str, Any]] = {"maths": 6, "peer": 1, "attendance": "9.5", "progress": True}
BAD: Final[dict[str, Any]] = {"maths": 4, "peer": 3, "attendance": 4, "progress": False}
LINES: Final[tuple[dict[str, Any], ...]] = (
    {"trigger": "SIGN_UP", "kind": "sign_up"},
    {"trigger": "ENGAGED_Y1", "kind": "engagement", "year": 1},
    {"trigger": "ENGAGED_Y2", "kind": "engagement", "year": 2},
    {"trigger": "OUT_1", "kind": "outcome_count", "rank": 1},
    {"trigger": "OUT_2", "kind": "outcome_count", "rank": 2},
    {"trigger": "OUT_3", "kind": "outcome_count", "rank": 3},
    {"trigger": "MATHS", "kind": "outcome_area", "area": "maths"},
    {"trigger": "FAR", "kind": "distance_travelled", "percent": 60},
    {"trigger": "GRANT", "kind": "grant"},
)
TRIGGERS: Final = tuple(line["trigger"] for line in LINES)
RECEIVED: Final = ("", "", "", "2022-10-31", "2022-11-01", "2023-12-01")
IN_FORCE: Final = ("2020-09-01", "2020-09-01", "2020-09-01", "2021-09-01")


def sometimes(chance: Random, one_in: int) -> bool:
    """Whether it happens, once in so many times."""
    return chance.randrange(one_in) == one_in - 1


def card(chance: Random, *, whole: bool = False) -> Sent:
    """Issue a rate card; a whole one has every line, at the default verification."""
    triggers = []
    for line in LINES:
        if not whole and sometimes(chance, 10):
            continue
        priced = dict(line)
        if line["kind"] != "grant":
            priced["price_minor"] = chance.choice(PRICES)
        if not whole and line["kind"] not in {"grant", "engagement"} and sometimes(chance, 4):
            priced["verify"] = chance.choice((False, True))
        triggers.append(priced)
    cohorts = None if whole else chance.choice((None, None, None, ["y20"], ["y20", "y21"]))
    engagement = {
        "min_interactions": chance.randint(0, 2),
        "min_attendance_percent": chance.choice((50, 75, 100)),
    }
    return fact(
        "rate_card.issued",
        "2020-09-01" if whole else chance.choice(IN_FORCE),
        "finance",
        card=chance.choice(("card-a", "card-b")),
        triggers=triggers or [LINES[-1]],
        cohorts=cohorts,
        areas=list(AREAS),
        engagement=engagement,
    )


PAYERS: Final = (*(("funder", name) for name in FUNDERS), *(("role", name) for name in ROLES))
PARTS: Final = (1, 1, 1, 2, 3, 7, 1108, 1878, 2615, 4399)


def share_set(
    chance: Random, payers: tuple[tuple[str, str], ...] = PAYERS, *, anywhere: bool = False
) -> Sent:
    """Set shares of everything, sometimes limited to a place or a trigger."""
    chosen = chance.sample(payers, chance.randint(1, min(4, len(payers))))
    scopes = (("school", ("s1", "s2")), ("borough", ("b1", "b2")), ("trigger", TRIGGERS))
    where = {}
    if not anywhere and sometimes(chance, 4):
        where = {name: chance.choice(values) for name, values in scopes if sometimes(chance, 2)}
    return fact(
        "shares.set",
        "2020-09-01" if anywhere else chance.choice(IN_FORCE),
        "finance",
        where=where or None,
        shares=[{kind: name, "parts": chance.choice(PARTS)} for kind, name in chosen],
    )


def fixed_set(chance: Random) -> Sent:
    """Set fixed pennies of one trigger; they may not add up to any price."""
    trigger = chance.choice(TRIGGERS)
    shares = [
        {kind: name, "trigger": trigger, "amount_minor": chance.choice((1, 2, 3, 5, 7, 83_750))}
        for kind, name in chance.sample(PAYERS, chance.randint(1, 3))
    ]
    return fact("shares.set", "2020-09-01", "finance", fixed=shares)


def cap(chance: Random, funder: str | None = None) -> Sent:
    """Set a cap of any kind and policy, or a given funder's, from nothing much to plenty."""
    kind = chance.choice(("funder", "funder", "contract", "child")) if funder is None else "funder"
    policies = ("partial", "refuse_line", "reallocate")
    policy = chance.choice(policies if kind == "funder" else policies[:2])
    if kind == "funder" and funder is None:
        funder = chance.choice(FUNDERS)
    others = [name for name in FUNDERS if name != funder]
    return fact(
        "cap.set",
        chance.choice(("2020-09-01", "2020-09-01", "2021-12-01")),
        "finance",
        funder=funder,
        per_child=True if kind == "child" else None,
        limit_minor=chance.choice((1, 2, 5, 11, 50_000, 100_000, 300_000)),
        on_reached=policy,
        to=chance.choice(others) if policy == "reallocate" else None,
    )


def story(chance: Random, child: str, *, trouble: int = 3) -> list[Sent]:
    """Tell one child's path: enrolled, years and areas that mostly succeed, then trouble."""
    cohort = chance.choice(COHORTS)
    start = YEARS[cohort][0][0][:8] + chance.choice(("01", "15"))
    roles = chance.choice(
        (
            {"local_authority": "bob", "school": "dot"},
            {"local_authority": "cat", "school": "dot"},
            {"local_authority": "cat"},
        )
    )
    path = [facts.enrolled(child, start, cohort, funders=roles)]
    for number in chance.sample((0, 1), chance.randint(0, 2)):
        path += year(chance, child, cohort, number)
    for area in chance.sample(AREAS, chance.randint(0, 4)):
        path += outcome(chance, child, cohort, area)
    if sometimes(chance, 4):
        path.append(facts.verified(child, "2023-10-01", trigger="FAR"))
    return path + [upset(chance, child) for _ in range(chance.randint(0, trouble))]


def year(chance: Random, child: str, cohort: str, number: int) -> list[Sent]:
    """Tell one programme year: interactions, a register or two, a verdict."""
    first, last = YEARS[cohort][number]
    day = first[:5] + "10-05"
    path = [facts.met(child, day) for _ in range(chance.randint(1, 2))]
    for count in range(chance.randint(0, 2)):
        came = () if sometimes(chance, 5) else (child,)
        session = f"{child}-{number}-{count}"
        path.append(facts.register(chance.choice(ORDERS), session, day, (child,), came))
    if not sometimes(chance, 5):
        trigger = f"ENGAGED_Y{number + 1}"
        path.append(facts.verified(child, last, chance.choice(ACTORS), trigger=trigger))
    return path


def outcome(chance: Random, child: str, cohort: str, entry: dict[str, Any]) -> list[Sent]:
    """Tell one area: baseline, end point, verdict; good results more often than not."""
    area, informant = entry["area"], entry.get("informant")
    begun = YEARS[cohort][0][0][:8] + "20"
    ended = chance.choice(("2022-07-01", "2022-07-31", "2023-07-01", "2023-12-31", "2020-08-20"))
    value = (BAD if sometimes(chance, 4) else GOOD)[area]
    received = chance.choice(RECEIVED)
    path = [
        facts.measured(child, area, "baseline", begun, BASELINES[area], informant=informant),
        facts.measured(child, area, "end_point", ended, value, received, informant=informant),
    ]
    if not sometimes(chance, 5):
        path.append(facts.verified(child, ended, chance.choice(ACTORS), area=area))
    return path


def upset(chance: Random, child: str) -> Sent:
    """What happens afterwards: a withdrawal, a correction, a resubmission, a second verdict."""
    kinds = ("correct", "resubmit", "reject", "withdraw", "void", "again", "adopt", "resubmit")
    kind = chance.choice(kinds)
    area = chance.choice(AREAS)["area"]
    match kind:
        case "correct":
            about = {"child": child, "area": area, "point": "end_point", "reason": "keyed_wrongly"}
            value = chance.choice((GOOD, BAD))[area]
            day = chance.choice(("2020-08-20", "2022-07-15", "2023-12-01"))
            return fact(
                "measurement.corrected", day, "recorder-a", "2023-12-01", value=value, **about
            )
        case "resubmit":
            session = f"{child}-{chance.randint(0, 1)}-0"
            day = chance.choice(("2020-10-05", "2021-10-05", "2022-10-05"))
            status = chance.choice(("cancelled_by_partner", "delivered"))
            came = (child,) if status == "delivered" and sometimes(chance, 2) else ()
            name = chance.choice(ORDERS)
            return facts.register(name, session, day, (child,), came, status=status)
        case "withdraw":
            return fact("child.withdrawn", chance.choice(DAYS), child=child, reason="moved")
        case "adopt":
            return fact("rules.adopted", "2023-12-30", "approver", rules=2)
        case "void":
            return voided(chance.choice((1, 2, chance.randint(1, 12))))
        case _:
            verdict = "rejected" if kind == "reject" else "verified"
            about = chance.choice(({"area": area}, {"trigger": "ENGAGED_Y1"}, {"trigger": "FAR"}))
            return facts.verified(child, "2023-12-01", chance.choice(ACTORS), verdict, **about)


def voided(back: int) -> Sent:
    """Void the voidable fact that was recorded so many of them ago; the world counts back."""
    return fact("fact.voided", "2023-12-31", "approver", version=-back, reason_code="wrong")


def interleaved(chance: Random, *lines: list[Sent]) -> list[Sent]:
    """Merge several lines of facts, each keeping its own order."""
    waiting = [list(line) for line in lines if line]
    merged = []
    while waiting:
        line = chance.choice(waiting)
        merged.append(line.pop(0))
        waiting = [line for line in waiting if line]
    return merged


def children_of(chance: Random) -> tuple[str, ...]:
    """One child or a few."""
    return CHILDREN[: chance.randint(1, len(CHILDREN))]
