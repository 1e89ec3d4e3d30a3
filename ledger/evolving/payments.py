"""Payment decisions enter the book: what stands, what is withheld, what the caps have used."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from ledger.child import Child, Standing, Withheld
from ledger.contract import Contract, Grant
from ledger.events.codec import AnyEvent
from ledger.events.decisions import (
    Carry,
    PaymentEvidenceChanged,
    PaymentLapsed,
    PaymentReleased,
    PaymentReversed,
    PaymentWithheld,
    SplitLine,
)
from ledger.evolving.claims import payment_can_be_claimed
from ledger.invariants import ensure, present
from ledger.payments import evidence_mark
from ledger.state import Book


def payment_is_released(
    book: Book, contract: Contract, event: AnyEvent, terms: PaymentReleased
) -> None:
    """A payment stands; its withheld row goes; the caps' use and the carries move."""
    split = _one_copy(book, contract, terms.split)
    standing = Standing(
        version=event.version,
        effective_on=book.share(event.effective_on),
        trigger=book.share(terms.trigger),
        kind=book.share(terms.kind),
        rank=_rank(contract, terms),
        amount_minor=book.share(terms.amount_minor),
        card=book.share(terms.card),
        split=split,
        carries=terms.carries,
        area=None if terms.area is None else book.share(terms.area),
        evidence_mark=evidence_mark(terms.evidence),
    )
    owner = _owner(contract, terms)
    ensure(_standing(owner, terms.trigger) is None, "a trigger is paid at most once")
    _set_standing(book, owner, standing.trigger, standing)
    _set_withheld(book, owner, standing.trigger, None)
    _use(book, contract, owner, split)
    _carry(book, contract, terms.carries)
    payment_can_be_claimed(book, contract, event, terms, split)


def _one_copy(
    book: Book, contract: Contract, split: tuple[SplitLine, ...]
) -> tuple[SplitLine, ...]:
    """The one copy of a split that the book holds: most payments are split like another one."""
    kept = contract.splits.get(split)
    if kept is None:
        book.changes.put(contract.splits, split, split)
        return split
    return kept


def _rank(contract: Contract, terms: PaymentReleased) -> int:
    card = next(card for card in contract.cards if card.version == terms.card_version)
    return card.terms.triggers[card.place_of(terms.trigger)].rank or 0


def payment_is_reversed(
    book: Book, contract: Contract, event: AnyEvent, terms: PaymentReversed
) -> None:
    """A payment stands no more; the caps' use and the carries move back."""
    owner = _owner(contract, terms)
    standing = _standing(owner, terms.trigger)
    ensure(
        standing is not None and standing.version == terms.reversed_version,
        "a reversal is of the payment that stands",
    )
    _set_standing(book, owner, terms.trigger, None)
    _use(book, contract, owner, terms.split)
    _carry(book, contract, terms.carries)
    split = _one_copy(book, contract, terms.split)
    payment_can_be_claimed(book, contract, event, terms, split)


def payment_is_withheld(
    book: Book, contract: Contract, event: AnyEvent, terms: PaymentWithheld
) -> None:
    """A payment is held back, or held back for another reason."""
    row = Withheld(
        version=event.version,
        effective_on=event.effective_on,
        trigger=terms.trigger,
        kind=terms.kind,
        amount_minor=terms.amount_minor,
        reason=terms.reason,
    )
    _set_withheld(book, _owner(contract, terms), terms.trigger, row)


def payment_lapses(book: Book, contract: Contract, terms: PaymentLapsed) -> None:
    """A withheld payment is no longer earned."""
    _set_withheld(book, _owner(contract, terms), terms.trigger, None)


def payment_rests_anew(book: Book, contract: Contract, terms: PaymentEvidenceChanged) -> None:
    """A standing payment rests on other facts."""
    child = contract.children[terms.child or ""]
    standing = present(child.standing[terms.trigger], "only what stands rests on other facts")
    anew = replace(standing, area=terms.area, evidence_mark=evidence_mark(terms.evidence))
    book.changes.put(child.standing, terms.trigger, anew)


def _owner(
    contract: Contract,
    terms: PaymentReleased | PaymentReversed | PaymentWithheld | PaymentLapsed,
) -> Child | Grant:
    if terms.child is not None:
        return contract.children[terms.child]
    return contract.grants[terms.reference or ""]


def _standing(owner: Child | Grant, trigger: str) -> Standing | None:
    return owner.standing if isinstance(owner, Grant) else owner.standing.get(trigger)


def _set_standing(
    book: Book, owner: Child | Grant, trigger: str, standing: Standing | None
) -> None:
    if isinstance(owner, Grant):
        book.changes.assign(owner, "standing", standing)
    else:
        book.changes.put(owner.standing, trigger, standing)


def _set_withheld(book: Book, owner: Child | Grant, trigger: str, row: Withheld | None) -> None:
    if isinstance(owner, Grant):
        book.changes.assign(owner, "withheld", row)
    elif row is not None or owner.withheld.get(trigger) is not None:
        book.changes.put(owner.withheld, trigger, row)


def _use(book: Book, contract: Contract, owner: Child | Grant, split: Sequence[SplitLine]) -> None:
    """Use is released - reversed, in version order; grants never count under a child's cap."""
    funded = 0
    for line in split:
        used = contract.funder_used.get(line.funder, 0)
        book.changes.put(contract.funder_used, line.funder, used + line.amount_minor)
        funded += line.amount_minor
    book.changes.assign(contract, "used_minor", contract.used_minor + funded)
    if isinstance(owner, Child):
        book.changes.assign(owner, "paid_minor", owner.paid_minor + funded)


def _carry(book: Book, contract: Contract, carries: Sequence[Carry] | None) -> None:
    for carry in carries or ():
        book.changes.put(contract.carries, carry.funder, Fraction(carry.after))
