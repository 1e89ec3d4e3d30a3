"""The terms of the contract as facts: funders, caps, cohorts, cards, shares (`domain.md` 4, 5)."""

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, Final

from api.reference import published
from api.reference.intakes import (
    CONTRACT,
    ENDS_ON,
    GRANTS,
    INTAKES,
    LOCAL_AUTHORITIES,
    MAXIMUM_MINOR,
    STARTS_ON,
    Intake,
)
from api.reference.written import Written, written

SIGNED_ON: Final = STARTS_ON
CARD_2020_ON: Final = datetime.date(2020, 9, 1)

SIGN_UP: Final = {"trigger": "SIGN_UP", "kind": "sign_up", "price_minor": 168_000}
ENGAGED: Final = tuple(
    {"trigger": f"ENGAGED_Y{year}", "kind": "engagement", "price_minor": 167_500, "year": year}
    for year in (1, 2)
)
OUTCOMES: Final = tuple(
    {"trigger": f"OUTCOME_{rank}", "kind": "outcome_count", "price_minor": price, "rank": rank}
    for rank, price in ((1, 167_500), (2, 167_500), (3, 83_750))
)

PHILANTHROPY: Final = {"funder": "philanthropy", "parts": 4_399}
LIFE_CHANCES: Final = {"funder": "dcms-lcf", "parts": 2_615}
SHARES_BY_ROLE: Final = (
    PHILANTHROPY,
    LIFE_CHANCES,
    {"role": "local_authority", "parts": 1_878},
    {"role": "school", "parts": 1_108},
)
SHARES_OF_GRANTS: Final = (
    PHILANTHROPY,
    LIFE_CHANCES,
    *(
        {"funder": council, "parts": parts}
        for council, parts in zip(LOCAL_AUTHORITIES, (615, 443, 443, 377), strict=True)
    ),
    {"funder": "schools", "parts": 1_108},
)

# Bands of the SDQ subscales depend on who filled the form in (`domain.md` 3): a child is at risk
# above "close to average", and has achieved when back inside it.
SDQ_AVERAGE_AT_MOST: Final = {
    ("emotional", "teacher"): 3,
    ("emotional", "parent"): 3,
    ("peer", "teacher"): 2,
    ("peer", "parent"): 2,
}
DOMAIN_OF_SDQ: Final = {
    "emotional": "emotional_and_mental_wellbeing",
    "peer": "positive_relationships",
}
AREAS: Final = (
    *(
        {
            "area": area,
            "domain": DOMAIN_OF_SDQ[area],
            "informant": informant,
            "at_risk": {"above": average},
            "achieved": {"at_most": average},
        }
        for (area, informant), average in SDQ_AVERAGE_AT_MOST.items()
    ),
    {
        "area": "parental_engagement",
        "domain": "positive_relationships",
        "at_risk": {"at_most": 2},
        "achieved": {"at_least": 3},
    },
    {
        "area": "maths",
        "domain": "progress_at_school",
        "at_risk": {"is_true": True},
        "achieved": {"is_true": True},
    },
    {
        "area": "english",
        "domain": "progress_at_school",
        "at_risk": {"below": 90},
        "achieved": {"gain_at_least": 5},
    },
    {
        "area": "attendance",
        "domain": "progress_at_school",
        "at_risk": {"below": "92.0"},
        "achieved": {"at_least": "92.0"},
    },
    {
        "area": "school_engagement",
        "domain": "confidence_and_aspiration",
        "at_risk": {"below": 3},
        "achieved": {"at_least": 3},
    },
)


def terms() -> Iterator[Written]:
    """Every term, recorded by finance on the day it came into force."""
    yield _term(
        "contract.signed",
        "contract",
        SIGNED_ON,
        title="West London Zone, Life Chances Fund",
        starts_on=STARTS_ON.isoformat(),
        ends_on=ENDS_ON.isoformat(),
        maximum_minor=MAXIMUM_MINOR,
        rounding="per_line",
    )
    yield from _funders()
    for intake in INTAKES:
        yield _cohort(intake)
    yield _card("lcf-2019", SIGNED_ON, INTAKES[:1], (SIGN_UP, ENGAGED[1], *OUTCOMES), GRANTS[:1])
    yield _card("lcf-2020", CARD_2020_ON, INTAKES[1:], (SIGN_UP, *ENGAGED), GRANTS[1:])
    yield _term("shares.set", "shares", SIGNED_ON, shares=list(SHARES_BY_ROLE))
    for grant in GRANTS:
        yield _term(
            "shares.set",
            f"shares:{grant.trigger}",
            SIGNED_ON,
            where={"trigger": grant.trigger},
            shares=list(SHARES_OF_GRANTS),
        )


def grants() -> Iterator[Written]:
    """The sums that finance agreed with the funders, each on its day."""
    for grant in GRANTS:
        yield _term(
            "grant.agreed",
            f"grant:{grant.reference}",
            grant.agreed_on,
            reference=grant.reference,
            trigger=grant.trigger,
            amount_minor=grant.amount_minor,
            reason=grant.reason,
        )


def _funders() -> Iterator[Written]:
    for funder in published.commitments():
        yield _term(
            "funder.joined",
            f"funder:{funder.funder}",
            SIGNED_ON,
            funder=funder.funder,
            name=funder.name,
            kind=funder.kind,
        )
        yield _term(
            "cap.set",
            f"cap:{funder.funder}",
            SIGNED_ON,
            funder=funder.funder,
            limit_minor=funder.limit_minor,
            on_reached="partial",
        )
    yield _term(
        "funder.joined",
        "funder:schools",
        SIGNED_ON,
        funder="schools",
        name="Schools of the zone, together",
        kind="school",
    )


def _cohort(intake: Intake) -> Written:
    stop = intake.long_stop_on
    return _term(
        "cohort.opened",
        f"cohort:{intake.cohort}",
        SIGNED_ON,
        cohort=intake.cohort,
        years=[{"from": first.isoformat(), "to": last.isoformat()} for first, last in intake.years],
        **({"long_stop_on": stop.isoformat()} if stop else {}),
    )


def _card(
    card: str,
    in_force_on: datetime.date,
    intakes: Sequence[Intake],
    lines: Sequence[dict[str, Any]],
    grants: Sequence[Any],
) -> Written:
    return _term(
        "rate_card.issued",
        f"card:{card}",
        in_force_on,
        card=card,
        cohorts=[intake.cohort for intake in intakes],
        triggers=[*lines, *({"trigger": grant.trigger, "kind": "grant"} for grant in grants)],
        engagement={"min_interactions": 6, "min_attendance_percent": 75},
        areas=list(AREAS),
    )


def _term(kind: str, name: str, on: datetime.date, /, **content: object) -> Written:
    return written("finance", kind, name, on, {"contract": CONTRACT, **content})
