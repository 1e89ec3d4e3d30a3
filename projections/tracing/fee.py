"""Why a fee: register, order terms, arithmetic, limit; then reversal, settlement and bank."""

from fractions import Fraction
from typing import Any, Final

from psycopg import Connection

from ledger.contract import OrderTerms, Register
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, FeeReversed
from ledger.events.delivery import OrderPlaced
from ledger.events.sealed import FindKeys, no_keys
from ledger.money import round_half_up
from projections.reading.pair import Pair
from projections.tracing.entry import entry_of
from projections.tracing.fee_again import FeeAgain, FeeStory, accrued_before, story_of_fee
from projections.tracing.logged import NODES_MAX, Trail
from projections.tracing.recompute import cause_of
from projections.tracing.side_by_side import side_by_side
from projections.tracing.sparse_book import Standpoint

MINUTES_PER_HOUR: Final = 60
SETTLEMENTS_MAX: Final = 20
FEES: Final = ("fee.accrued", "fee.reversed")
Document = dict[str, Any]
Step = dict[str, Any]


def fee_why(  # noqa: PLR0913 (a pair, a version, a page, and how it is answered)
    connection: Connection[Any],
    ledger: str,
    version: int,
    at: Pair,
    *,
    find_keys: FindKeys = no_keys,
    recompute: bool = False,
    limit: int = NODES_MAX,
    after: str | None = None,
) -> Document | None:
    """The whole way of a fee or of its reversal, or None when there is none at this version.

    The shape is that of `GET /fees/{version}/why` (`INTERFACE.md`), amounts in pence. With
    `recompute` the rules run again over the registers of the session, or of the whole block. Of the
    registers that its own replaced there is a page, 1,000 at most. Raises `CursorUnreadable`.
    """
    trail = Trail(connection, ledger, at, find_keys)
    found = fee_at(trail, version)
    if found is None:
        return None
    return trail.told(fee_document(trail, found, recompute=recompute, limit=limit, after=after))


def fee_at(trail: Trail, version: int) -> AnyEvent | None:
    """The fee, or its reversal, at a version; None where the pair has no such event there."""
    trail.read([version] if version <= trail.at.known_at else [])
    if version not in trail.found:
        return None
    event = trail.event(version)
    is_there = event.type in FEES and event.effective_on <= trail.at.day
    return event if is_there else None


def fee_document(
    trail: Trail,
    fee: AnyEvent,
    *,
    recompute: bool,
    limit: int = NODES_MAX,
    after: str | None = None,
) -> Document:
    """The why-document of a fee that is there (`domain.md` 7): one rounding, halves up; the limit.

    A reversal has that of the fee that it takes back, whose version is `reverses`, with itself in
    `became`. Raises `CursorUnreadable`.
    """
    content: FeeAccrued | FeeReversed = fee.data
    accrued = fee
    if isinstance(content, FeeReversed):
        accrued = trail.event(content.reversed_version)
    story = story_of_fee(trail, accrued)
    reversals = [
        event
        for event in story.events
        if isinstance(event.data, FeeReversed) and event.data.reversed_version == accrued.version
    ]
    versions = [accrued.version, *(event.version for event in reversals)]
    again = FeeAgain(trail, story, set(versions)).run().shown() if recompute else None
    return {
        "about": "fee",
        "name": str(fee.version),
        "reverses": None if fee is accrued else accrued.version,
        "decision": trail.node(accrued.version, "fee"),
        "cause": trail.node(cause_of(accrued), "cause"),
        **_earned(trail, story, accrued, limit, after),
        "became": [trail.node(event.version, "became") for event in reversals],
        "entry": entry_of(trail, versions),
        "settlements": [
            settled for version in versions for settled in _settlements(trail, content, version)
        ],
        "recompute": again,
    }


def _earned(
    trail: Trail, story: FeeStory, accrued: AnyEvent, limit: int, after: str | None
) -> Document:
    """The register and the terms that priced it, and the arithmetic.

    The registers that were replaced and the terms that were considered are one page, side by side.
    """
    content: FeeAccrued = accrued.data
    place = Standpoint(content.contract)
    for event in story.events:
        if event.version < accrued.version:
            story.take(place, event)
    contract = place.contract
    session = contract.sessions[contract.session_numbers[content.order, content.session]]
    placed = contract.orders[content.order]
    terms = next(found for found in placed if found.version == content.terms_version)
    used = accrued_before(trail, content, accrued.version)
    earlier = sorted(_superseded(session.register))
    page = side_by_side(earlier, placed, limit=limit, after=after)
    superseded, considered = page.lists
    return {
        "register": trail.node(session.register.version, "register"),
        "superseded": trail.nodes(superseded, "register"),
        "order": trail.node(terms.version, "order"),
        "considered": [_considered(found, terms, accrued) for found in considered],
        "steps": [*_steps(terms.terms, session.register), *_limited(terms.terms, content, used)],
        "contract": {"contract": trail.node(story.signed.version, "contract")},
        "next": page.following,
        "more": page.more,
    }


def _superseded(register: Register) -> list[int]:
    found = []
    before = register.superseded
    while before is not None:
        found.append(before.version)
        before = before.superseded
    return found


def _considered(found: OrderTerms, chosen: OrderTerms, accrued: AnyEvent) -> Document:
    if found is chosen:
        why = "in_force"
    elif found.effective_on > accrued.effective_on:
        why = "not_in_force_yet"
    else:
        why = "earlier_date" if found.effective_on < chosen.effective_on else "earlier_version"
    day = found.effective_on.isoformat()
    return {"version": found.version, "effective_on": day, "wins": found is chosen, "why": why}


def _steps(terms: OrderPlaced, register: Register) -> list[Step]:
    """From the rate to the fee before the limit: unit, percentage, one rounding."""
    delivered = register.status == "delivered"
    percent = {
        "delivered": 100,
        "cancelled_by_school": terms.cancelled_by_school_percent,
        "cancelled_by_partner": terms.cancelled_by_partner_percent,
    }[register.status]
    heads = len(register.attended if delivered else register.expected)
    units = {
        "session": Fraction(1),
        "hour": Fraction(register.minutes or 0, MINUTES_PER_HOUR),
        "attendee": Fraction(heads),
        "block": Fraction(1 if delivered else 0),
    }[terms.unit]
    exact = terms.rate_minor * units
    part = exact * percent / 100
    unit: Step = {"step": "units", "unit": terms.unit, "rate_minor": terms.rate_minor}
    unit |= {"units": str(units), "minutes": register.minutes, "heads": heads, "exact": str(exact)}
    by: Step = {"step": "percentage", "status": register.status, "percent": percent}
    by |= {"exact": str(part), "rounded_half_up_minor": round_half_up(part)}
    return [unit, by]


def _limited(terms: OrderPlaced, fee: FeeAccrued, used: int) -> list[Step]:
    """What the order's limit leaves of it."""
    whole = fee.amount_minor + fee.over_limit_minor
    room = None if terms.limit_minor is None else max(0, terms.limit_minor - used)
    amount = whole if room is None else min(whole, room)
    step: Step = {"step": "limit", "limit_minor": terms.limit_minor, "used_minor": used}
    step |= {"room_minor": room, "asked_minor": whole, "amount_minor": amount}
    return [{**step, "over_limit_minor": whole - amount}]


def _settlements(trail: Trail, fee: FeeAccrued | FeeReversed, version: int) -> list[Document]:
    """Every settlement that holds the fee, with its steps, to the payment and what came back."""
    asked = {"contract": fee.contract, "partner": fee.partner, "fee": version}
    query = "to_cash.settlements_of_fee"
    rows = trail.ask_few("settlements", query, SETTLEMENTS_MAX, **asked)
    return [
        {
            "settlement": row["settlement"],
            "fee": version,
            "holds": trail.node(row["version"], "settlement"),
            "steps": trail.nodes(row["steps"], "settlement"),
        }
        for row in rows
    ]
