"""May this person say so? Verifications, manual decisions, voidings (`domain.md` 4)."""

import datetime
from collections.abc import Iterator
from typing import Final

from ledger.accepting.known import child_named, contract_named
from ledger.child import Child
from ledger.contract import Contract, FunderCash
from ledger.engagement import year_record
from ledger.entitlement import entitled
from ledger.events.cash import GrantAgreed, ReceiptRecorded
from ledger.events.catalogue import FACTS
from ledger.events.children import (
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    InteractionRecorded,
)
from ledger.events.decisions import PaymentWithheld
from ledger.events.people import FactVoided, PaymentDecided, VerificationRecorded
from ledger.events.terms import ProgrammeYear, Trigger
from ledger.invariants import present
from ledger.outcomes import scores_in
from ledger.payments import due_of
from ledger.rate_card import Card, cards_of
from ledger.refusals import (
    AlreadyVoided,
    CapStillReached,
    ChildIsErased,
    NothingToDecide,
    NothingToVerify,
    NotVoidable,
    StillReliedOn,
    UnknownFact,
    UnknownTrigger,
    VerifierIsRecorder,
    VoiderIsRecorder,
    YearNotOver,
)
from ledger.releases import release
from ledger.state import Book

CHILD_FACTS: Final = (
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    InteractionRecorded,
    VerificationRecorded,
)


def may_verify(book: Book, terms: VerificationRecorded, actor: str) -> None:
    """Somebody else than the recorder verifies what a line of the child's cards can use."""
    contract = contract_named(book, terms.contract)
    child = child_named(contract, terms.child)
    cards = cards_of_child(contract, child)
    if cards and not any(_usable(card, terms) for card in cards):
        raise NothingToVerify(pointer="/data/area" if terms.area else "/data/trigger")
    recorders = {book.recorder_of(version) for version in _proof(book, contract, child, terms)}
    if actor in recorders:
        raise VerifierIsRecorder


def cards_of_child(contract: Contract, child: Child) -> list[Card]:
    """Every card that may price something for the child's cohort."""
    return cards_of(contract.cards, child.signed_up.terms.cohort)


def year_of(contract: Contract, child: Child, line: Trigger) -> ProgrammeYear:
    """The programme year of an engagement line."""
    return contract.cohorts[child.signed_up.terms.cohort].years[(line.year or 1) - 1]


def _usable(card: Card, terms: VerificationRecorded) -> bool:
    return any(_can_use(card, line, terms) for line in card.terms.triggers if line.verified_first)


def _can_use(card: Card, line: Trigger, terms: VerificationRecorded) -> bool:
    match line.kind:
        case "outcome_count":
            return terms.area in {entry.area for entry in card.areas}
        case "outcome_area":
            return line.area == terms.area
        case _:
            return line.trigger == terms.trigger


def _proof(
    book: Book, contract: Contract, child: Child, terms: VerificationRecorded
) -> Iterator[int]:
    """The versions of the evidence that a verification would open, as it stands now."""
    if terms.area is not None:
        yield from scores_in(child, {terms.area})
        return
    cards = cards_of_child(contract, child)
    lines = [(c, line) for c in cards for line in c.terms.triggers if line.trigger == terms.trigger]
    for card, line in lines:
        if line.kind == "engagement":
            year = year_of(contract, child, line)
            record = year_record(child, contract, year, voided=book.voided)
            yield from (*record.evidence, *record.passed_over)
        elif line.kind == "sign_up":
            yield child.signed_up.version
        else:
            yield from scores_in(child, {entry.area for entry in card.areas})


def may_verify_on(book: Book, terms: VerificationRecorded, day: datetime.date) -> None:
    """A year is verified on its last day or after."""
    contract = contract_named(book, terms.contract)
    child = child_named(contract, terms.child)
    for card in cards_of_child(contract, child):
        for line in card.lines("engagement"):
            if line.trigger == terms.trigger and day < year_of(contract, child, line).last_on:
                raise YearNotOver(pointer="/effective_on")


def may_decide(book: Book, terms: PaymentDecided) -> None:
    """An approver decides about a payment that is withheld; a release still obeys the caps."""
    contract = contract_named(book, terms.contract)
    child = child_named(contract, terms.child)
    listed = any(
        line.trigger == terms.trigger
        for card in cards_of_child(contract, child)
        for line in card.terms.triggers
    )
    if not listed:
        raise UnknownTrigger(pointer="/data/trigger")
    row = child.withheld.get(terms.trigger)
    if row is None:
        raise NothingToDecide(pointer="/data/trigger")
    if terms.verdict == "release" and row.reason == "cap_reached":
        _must_fit(book, contract, child, terms.trigger)


def _must_fit(book: Book, contract: Contract, child: Child, trigger: str) -> None:
    found = entitled(book, contract, child).earned.get(trigger)
    earned = present(found, "what is withheld is earned; what is not has lapsed")
    decided = release(book, contract, due_of(child, earned), book.version)
    if decided is not None and isinstance(decided.content, PaymentWithheld):
        raise CapStillReached(pointer="/data/trigger")


def may_void(book: Book, terms: FactVoided, actor: str) -> None:
    """An approver voids a fact of a kind that nothing supersedes, recorded by somebody else."""
    contract = contract_named(book, terms.contract)
    if terms.version > book.version or book.kind_of(terms.version) not in FACTS.values():
        raise UnknownFact(pointer="/data/version")
    kind = book.kind_of(terms.version)
    if kind not in (*CHILD_FACTS, GrantAgreed, ReceiptRecorded):
        raise NotVoidable(pointer="/data/version")
    if terms.version in book.voided:
        raise AlreadyVoided(pointer="/data/version")
    if not _is_of(book, contract, terms.version):
        raise UnknownFact(pointer="/data/version")
    child = book.child_of(terms.version)
    if child is not None and child.frozen:
        raise ChildIsErased(pointer="/data/version")
    if book.recorder_of(terms.version) == actor:
        raise VoiderIsRecorder
    if kind is ReceiptRecorded:
        _must_be_unspent(book, contract, terms.version)


def _is_of(book: Book, contract: Contract, version: int) -> bool:
    child = book.child_of(version)
    if child is not None:
        return contract.children.get(child.reference) is child
    receipt = book.receipt_at(version)
    if receipt is not None:
        return receipt.terms.contract == contract.terms.contract
    return version in [grant.version for grant in contract.grants.values()]


def _must_be_unspent(book: Book, contract: Contract, version: int) -> None:
    """On no day is an invoice paid by the receipt, or would the funder's credit be below nothing.

    An allocation that was taken back as of its own day pays nothing on any day; as of a later one,
    it paid in between.
    """
    receipt = book.receipts[book.receipt_names[version]]
    cash = contract.cash.get(receipt.terms.funder, FunderCash())
    if receipt.least_open_minor(receipt.received_on) < receipt.terms.amount_minor:
        raise StillReliedOn("On some day an invoice is paid by it.", pointer="/data/version")
    if cash.least_unallocated_minor(receipt.received_on) < receipt.terms.amount_minor:
        raise StillReliedOn(pointer="/data/version")
