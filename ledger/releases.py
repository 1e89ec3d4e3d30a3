"""From an earned trigger to a payment: share set, split, caps (`domain.md` 5).

Price, card and split are stored in the payment; nothing is ever priced again. Without shares, with
a role that nobody stands for, or before its funder has joined, a trigger waits.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ledger.caps import Cap, Room, cap_in_force, under_caps
from ledger.child import Child
from ledger.contract import Contract
from ledger.events.catalogue import DecisionData
from ledger.events.decisions import PaymentReleased, PaymentWithheld, SplitLine
from ledger.events.terms import CapSet, Trigger
from ledger.events.words import WithheldReason
from ledger.rate_card import Card
from ledger.shares import NO_PLACE, Part, ShareSet, parts_of, share_set_for, split_price
from ledger.state import Book


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that follows from a fact: its date, its content, the versions that caused it."""

    effective_on: datetime.date
    content: DecisionData
    causes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """A trigger that is to be paid: for a child, or for a grant's reference."""

    line: Trigger
    card: Card
    effective_on: datetime.date
    price_minor: int
    evidence: tuple[int, ...]
    child: Child | None = None
    reference: str | None = None
    area: str | None = None


def release(book: Book, contract: Contract, due: Due, cause: int) -> Decided | None:
    """Decide a due trigger: released, withheld because a cap refuses it, or None while it waits."""
    shared = who_shares(book, contract, due)
    if shared is None:
        return None
    share_set, parts = shared
    amounts, carries = split_price(
        due.price_minor,
        parts,
        rounding=contract.terms.rounding,
        fixed=share_set.terms.fixed is not None,
        carries=contract.carries,
    )
    lines = under_caps(parts, amounts, _room(contract, due))
    if lines is None:
        return withhold(book, contract, due, "cap_reached", cause)
    content = PaymentReleased(
        contract=contract.terms.contract,
        payment=f"P{book.version + 1}",
        trigger=due.line.trigger,
        kind=due.line.kind,
        amount_minor=due.price_minor,
        card=due.card.terms.card,
        card_version=due.card.version,
        share_set=share_set.version,
        rule_version=contract.rules.version,
        split=lines,
        funded_minor=sum(line.amount_minor for line in lines),
        unfunded_minor=sum(line.unfunded_minor for line in lines),
        evidence=due.evidence,
        child=None if due.child is None else due.child.reference,
        reference=due.reference,
        area=due.area,
        carries=carries,
    )
    causes = tuple(sorted({cause, due.card.version, share_set.version}))
    return Decided(due.effective_on, content, causes)


def who_shares(
    book: Book, contract: Contract, due: Due
) -> tuple[ShareSet, tuple[Part, ...]] | None:
    """The share set of a due trigger and the funders it comes to; None while it waits."""
    child = due.child
    place = NO_PLACE if child is None else child.placement_on(due.effective_on, book.voided)
    share_set = share_set_for(
        contract.share_sets,
        place,
        trigger=due.line.trigger,
        price=due.price_minor,
        day=due.effective_on,
    )
    if share_set is None:
        return None
    parts = parts_of(share_set.terms, place, trigger=due.line.trigger, price=due.price_minor)
    if parts is None or any(part.funder not in contract.funders for part in parts):
        return None
    return share_set, parts


def withhold(
    book: Book, contract: Contract, due: Due, reason: WithheldReason, cause: int
) -> Decided:
    """Hold a payment back: a person decides, at the trigger's own date and price."""
    content = PaymentWithheld(
        contract=contract.terms.contract,
        payment=f"W{book.version + 1}",
        trigger=due.line.trigger,
        kind=due.line.kind,
        amount_minor=due.price_minor,
        card=due.card.terms.card,
        reason=reason,
        rule_version=contract.rules.version,
        evidence=due.evidence,
        child=None if due.child is None else due.child.reference,
        reference=due.reference,
    )
    causes = tuple(sorted({cause, due.card.version}))
    return Decided(due.effective_on, content, causes)


def _room(contract: Contract, due: Due) -> Room:
    def of_funder(funder: str) -> tuple[CapSet, int] | None:
        caps = contract.funder_caps.get(funder, ())
        return _left(caps, due.effective_on, contract.funder_used.get(funder, 0))

    return Room(
        funder_room=of_funder,
        child_room=None
        if due.child is None
        else _left(contract.child_caps, due.effective_on, due.child.paid_minor),
        contract_room=_left(contract.contract_caps, due.effective_on, contract.used_minor),
    )


def _left(caps: Sequence[Cap], day: datetime.date, used: int) -> tuple[CapSet, int] | None:
    cap = cap_in_force(caps, day)
    return None if cap is None else (cap.terms, cap.terms.limit_minor - used)


def negated(split: Sequence[SplitLine]) -> tuple[SplitLine, ...]:
    """The exact negation of stored pennies."""
    return tuple(
        SplitLine(
            funder=line.funder,
            amount_minor=-line.amount_minor,
            unfunded_minor=-line.unfunded_minor,
            parts=line.parts,
            parts_total=line.parts_total,
        )
        for line in split
    )
