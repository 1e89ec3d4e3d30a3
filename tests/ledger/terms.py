"""Builders of terms: one contract, four funders, one card, as in `domain.md` 10."""

from typing import Final

from tests.ledger.spoken import FINANCE, fact

SIGNED_ON: Final = "2019-08-01"
PHIL, DCMS, LA, SCH = "phil", "dcms", "la", "sch"
YEARS: Final = (
    {"from": "2019-09-01", "to": "2020-07-31"},
    {"from": "2020-09-01", "to": "2021-07-31"},
)
PARTS: Final = {PHIL: 4399, DCMS: 2615, LA: 1878, SCH: 1108}

SIGN_UP: Final = {"trigger": "SIGN_UP", "kind": "sign_up", "price_minor": 168000}
ENGAGED_Y1: Final = {
    "trigger": "ENGAGED_Y1",
    "kind": "engagement",
    "year": 1,
    "price_minor": 167500,
}
ENGAGED_Y2: Final = ENGAGED_Y1 | {"trigger": "ENGAGED_Y2", "year": 2}
OUTCOME_1: Final = {
    "trigger": "OUTCOME_1",
    "kind": "outcome_count",
    "rank": 1,
    "price_minor": 167500,
}
OUTCOME_2: Final = OUTCOME_1 | {"trigger": "OUTCOME_2", "rank": 2}
OUTCOME_3: Final = OUTCOME_1 | {"trigger": "OUTCOME_3", "rank": 3, "price_minor": 83750}
OUTCOMES: Final = (OUTCOME_1, OUTCOME_2, OUTCOME_3)
GRANT: Final = {"trigger": "COVID", "kind": "grant"}
ALL_LINES: Final = (SIGN_UP, ENGAGED_Y1, ENGAGED_Y2, *OUTCOMES, GRANT)

# in each: at risk at a baseline of 4, achieved at an end point of 2
PEERS: Final = {
    "area": "peers",
    "domain": "relationships",
    "informant": "teacher",
    "at_risk": {"at_least": 3},
    "achieved": {"at_most": 2},
}
EMOTIONS: Final = {
    "area": "emotions",
    "domain": "wellbeing",
    "at_risk": {"above": 3},
    "achieved": {"below": 4},
}
PARENTS: Final = {
    "area": "parents",
    "domain": "relationships",
    "at_risk": {"at_least": 4},
    "achieved": {"fall_at_least": 2},
}
# at risk below 90, achieved from 90 on
ATTENDANCE: Final = {
    "area": "attendance",
    "domain": "school",
    "at_risk": {"below": 90},
    "achieved": {"at_least": 90},
}
# no at-risk test: every child counts
MATHS: Final = {"area": "maths", "domain": "school", "achieved": {"is_true": True}}
READING: Final = {
    "area": "reading",
    "domain": "school",
    "at_risk": {"at_most": 95},
    "achieved": {"gain_at_least": "7.5"},
}
AREAS: Final = (PEERS, EMOTIONS, PARENTS, ATTENDANCE, MATHS, READING)


def signed(**terms):
    """Sign the contract."""
    terms = {
        "title": "Life Chances",
        "starts_on": "2019-09-01",
        "ends_on": "2024-09-30",
    } | terms
    return fact("contract.signed", SIGNED_ON, FINANCE, **terms)


def joined(funder, **terms):
    """Let a funder join."""
    terms = {"name": funder.upper(), "kind": "other"} | terms
    return fact("funder.joined", SIGNED_ON, FINANCE, funder=funder, **terms)


def opened(cohort="c2019", years=YEARS, **terms):
    """Open an intake."""
    return fact("cohort.opened", SIGNED_ON, FINANCE, cohort=cohort, years=years, **terms)


def card(*lines, name="card-2019", on="2019-09-01", areas=AREAS, **terms):
    """Issue a card; without lines, the one of the worked examples."""
    terms = {"triggers": lines or ALL_LINES, "areas": areas} | terms
    return fact("rate_card.issued", on, FINANCE, card=name, **terms)


def priced(line, price):
    """The same line at another price."""
    return line | {"price_minor": price}


def unverified(line):
    """The same line, paid without a verification."""
    return line | {"verify": False}


def shares(*listed, on="2019-09-01", where=None, **parts):
    """Set shares by funder, in the order given; `listed` are shares as sent."""
    by_name = [{"funder": funder, "parts": number} for funder, number in parts.items()]
    return fact("shares.set", on, FINANCE, where=where, shares=[*listed, *by_name])


def fixed_shares(trigger, on="2019-09-01", where=None, **amounts):
    """Set fixed pennies of one trigger."""
    fixed = [
        {"funder": funder, "trigger": trigger, "amount_minor": amount}
        for funder, amount in amounts.items()
    ]
    return fact("shares.set", on, FINANCE, where=where, fixed=fixed)


def role(name, parts):
    """A share of whoever the role stands for."""
    return {"role": name, "parts": parts}


def cap(limit, funder=None, on="2019-09-01", on_reached="partial", **terms):
    """Set a cap: of a funder, or without one of the contract."""
    terms = {"limit_minor": limit, "on_reached": on_reached, "funder": funder} | terms
    return fact("cap.set", on, FINANCE, **terms)


def order(name="chess-club", on="2019-09-01", partner="chess", **terms):
    """Place an order by the session at 85.00."""
    terms = {"unit": "session", "rate_minor": 8500} | terms
    return fact("order.placed", on, FINANCE, partner=partner, order=name, **terms)


def funders(*names):
    """Let funders join; without names, the four of the worked examples."""
    return [joined(name) for name in names or PARTS]


def contract(*lines, rounding="per_line", split=None, areas=AREAS, **cohort):
    """A contract that is ready to pay: signed, funded, with a card and shares."""
    return [
        signed(rounding=rounding),
        funders(),
        opened(**cohort),
        card(*lines, areas=areas),
        shares(**(split or PARTS)),
        order(),
    ]
