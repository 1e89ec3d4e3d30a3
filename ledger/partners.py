"""Partners' fees: what each register obliges us to pay (`domain.md` 7).

A fee accrues when the service was delivered, never by outcome. `session`: the rate; `hour`: the
rate by the hour; `attendee`: the rate a head; `block`: the rate once, at the earliest delivered
register. The cancellation percentage applies last; one rounding, half up.
"""

import datetime
from collections.abc import Iterator, Sequence
from fractions import Fraction

from ledger.contract import Accrual, Contract, OrderTerms, Register, Session
from ledger.events.decisions import FeeAccrued, FeeReversed
from ledger.events.delivery import OrderPlaced
from ledger.invariants import present
from ledger.money import round_half_up
from ledger.releases import Decided


def terms_in_force(placed: Sequence[OrderTerms], day: datetime.date) -> OrderTerms | None:
    """The order's terms on a day: the latest date, then the latest version."""
    candidates = [terms for terms in placed if terms.effective_on <= day]
    return max(candidates, key=lambda terms: (terms.effective_on, terms.version), default=None)


def fee_for(terms: OrderPlaced, register: Register) -> int:
    """The fee of one register in minor units, before the order's limit."""
    percent = {
        "delivered": 100,
        "cancelled_by_school": terms.cancelled_by_school_percent,
        "cancelled_by_partner": terms.cancelled_by_partner_percent,
    }[register.status]
    delivered = register.status == "delivered"
    match terms.unit:
        case "session":
            amount = Fraction(terms.rate_minor)
        case "hour":
            amount = Fraction(
                terms.rate_minor
                * present(register.minutes, "a session paid by the hour says its minutes"),
                60,
            )
        case "attendee":
            heads = register.attended if delivered else register.expected
            amount = Fraction(terms.rate_minor * len(heads))
        case _:
            amount = Fraction(terms.rate_minor if delivered else 0)
    return round_half_up(amount * percent / 100)


def fees_follow_register(contract: Contract, session: Session, cause: int) -> Iterator[Decided]:
    """The old accrual of the session is reversed; the new one is stored; both stay visible."""
    if session.accrual is not None:
        yield _reverse(contract, session, session.accrual, cause)
    placed = contract.orders[session.order]
    if any(terms.terms.unit == "block" for terms in placed):
        yield from _block_follows(contract, session.order, cause)
    yield from _accrue(contract, session, placed, cause)


def fees_follow_terms(contract: Contract, order: str, cause: int) -> Iterator[Decided]:
    """Registers from before any terms of their order accrue when terms for their day arrive."""
    placed = contract.orders[order]
    before = [terms for terms in placed if terms.version != cause]
    waiting = [
        contract.sessions[number]
        for number in contract.order_sessions.get(order, ())
        if terms_in_force(before, day_of(contract.sessions[number])) is None
    ]
    if any(terms.terms.unit == "block" for terms in placed):
        yield from _block_follows(contract, order, cause)
    for session in waiting:
        if session.accrual is None:
            yield from _accrue(contract, session, placed, cause)


def day_of(session: Session) -> datetime.date:
    """The day of a session, as last registered."""
    return datetime.date.fromordinal(session.register.day)


def _accrue(
    contract: Contract, session: Session, placed: Sequence[OrderTerms], cause: int
) -> Iterator[Decided]:
    terms = terms_in_force(placed, day_of(session))
    if terms is not None and terms.terms.unit != "block":
        yield from _accrual(contract, session, terms, cause)


def _block_follows(contract: Contract, order: str, cause: int) -> Iterator[Decided]:
    """Keep a block's one fee at its earliest delivered register, by day, then by version."""
    delivered = []
    standing = []
    for number in contract.order_sessions.get(order, ()):
        session = contract.sessions[number]
        terms = terms_in_force(contract.orders[order], day_of(session))
        if terms is None or terms.terms.unit != "block" or _accrued_otherwise(contract, session):
            continue
        if session.register.status == "delivered":
            delivered.append((session.register.day, session.register.version, session, terms))
        if session.accrual is not None:
            standing.append(session)
    earliest = min(delivered, key=lambda found: found[:2], default=None)
    for session in standing:
        if session.accrual is not None and (earliest is None or session is not earliest[2]):
            yield _reverse(contract, session, session.accrual, cause)
    if earliest is not None and earliest[2].accrual is None:
        yield from _accrual(contract, earliest[2], earliest[3], cause)


def _accrued_otherwise(contract: Contract, session: Session) -> bool:
    """Whether the session's fee accrued by itself, before terms made it a part of a block."""
    accrual = session.accrual
    return accrual is not None and any(
        terms.version == accrual.terms_version and terms.terms.unit != "block"
        for terms in contract.orders[session.order]
    )


def _accrual(
    contract: Contract, session: Session, terms: OrderTerms, cause: int
) -> Iterator[Decided]:
    fee = fee_for(terms.terms, session.register)
    if fee == 0:
        return
    limit = terms.terms.limit_minor
    used = contract.order_accrued.get(session.order, 0)
    amount = fee if limit is None else min(fee, max(0, limit - used))
    content = FeeAccrued(
        contract=contract.terms.contract,
        partner=terms.terms.partner,
        order=session.order,
        session=session.reference,
        amount_minor=amount,
        over_limit_minor=fee - amount,
        terms_version=terms.version,
        rule_version=contract.rules.version,
    )
    causes = tuple(sorted({cause, session.register.version, terms.version}))
    yield Decided(day_of(session), content, causes)


def _reverse(contract: Contract, session: Session, accrual: Accrual, cause: int) -> Decided:
    content = FeeReversed(
        contract=contract.terms.contract,
        partner=accrual.partner,
        order=session.order,
        session=session.reference,
        amount_minor=-accrual.amount_minor,
        over_limit_minor=-accrual.over_limit_minor,
        reversed_version=accrual.version,
        terms_version=accrual.terms_version,
        rule_version=contract.rules.version,
    )
    return Decided(accrual.effective_on, content, tuple(sorted({cause, accrual.version})))
