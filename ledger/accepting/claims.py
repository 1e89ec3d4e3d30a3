"""Questions about claims, and about what settles invoices; who prepared cannot approve."""

from ledger.accepting.known import contract_named
from ledger.claim import Claim, FunderInvoice
from ledger.claims import claimable, line_of
from ledger.contract import Contract
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimSubmitted,
    ClaimWithdrawn,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.words import MONEY_MAX_MINOR
from ledger.refusals import (
    AlreadyApproved,
    AlreadyDeducted,
    AlreadyExists,
    ClaimNotOpen,
    ClaimTooLarge,
    ExceedsInvoice,
    LinesQueried,
    NothingToClaim,
    PreparerCannotApprove,
    SampleOpen,
    UnknownClaim,
    UnknownInvoice,
    UnknownLine,
    UnknownWriteOff,
    VersionAhead,
)
from ledger.state import Book


def claim_named(book: Book, contract: str, reference: str) -> Claim:
    """The claim of a reference in a contract. Refuses `unknown_contract` and `unknown_claim`."""
    claim = contract_named(book, contract).claims.get(reference)
    if claim is None:
        raise UnknownClaim(pointer="/data/claim")
    return claim


def must_be(claim: Claim, *states: str) -> None:
    """Refuse a claim that is in none of the states."""
    if claim.state not in states:
        raise ClaimNotOpen(f"The claim is {claim.state}.", pointer="/data/claim")


def may_draft(book: Book, terms: ClaimDrafted) -> None:
    """There is something to claim, not too much, and the reference is free in the contract.

    What it adds up to counts without signs: a line that is rejected makes a claim larger when it
    was an adjustment.
    """
    contract = contract_named(book, terms.contract)
    if terms.claim in contract.claims:
        raise AlreadyExists(pointer="/data/claim")
    if terms.known_at is not None and terms.known_at > book.version:
        raise VersionAhead(pointer="/data/known_at")
    known_at = terms.known_at or book.version
    entries = claimable(contract, upto=terms.upto, known_at=known_at)
    if not entries:
        raise NothingToClaim(pointer="/data/upto")
    if sum(abs(entry.amount_minor) for entry in entries) > MONEY_MAX_MINOR:
        raise ClaimTooLarge(pointer="/data/upto")


def may_submit(book: Book, terms: ClaimSubmitted) -> None:
    """A draft is submitted once."""
    must_be(claim_named(book, terms.contract, terms.claim), "drafted")


def may_withdraw(book: Book, terms: ClaimWithdrawn) -> None:
    """A claim is taken back before it is approved."""
    must_be(claim_named(book, terms.contract, terms.claim), "drafted", "submitted")


def may_mark(book: Book, terms: ClaimLineQueried | ClaimLineCleared | ClaimLineRejected) -> None:
    """A line of a submitted claim is asked about, answered for, or comes off, once."""
    claim = claim_named(book, terms.contract, terms.claim)
    must_be(claim, "submitted")
    contract = book.contracts[terms.contract]
    version = line_of(contract, claim, terms.payment)
    state = None if version is None else claim.lines[version]
    needed = ("queried",) if isinstance(terms, ClaimLineCleared) else ("claimed", "queried")
    if state not in needed:
        raise UnknownLine(pointer="/data/payment")
    if isinstance(terms, ClaimLineRejected):
        _may_come_off(contract, claim, terms.payment)


def _may_come_off(contract: Contract, claim: Claim, payment: str) -> None:
    """A line under examination is judged, and a deduction was made for the lines as they were."""
    if claim.deducted:
        raise AlreadyDeducted(pointer="/data/claim")
    if claim.open_sample and payment in contract.samples[claim.open_sample].terms.payments:
        raise SampleOpen(pointer="/data/payment")


def may_approve(book: Book, terms: ClaimApproved, actor: str) -> None:
    """Somebody who had no part in a submitted claim approves it, when nothing is open about it."""
    claim = claim_named(book, terms.contract, terms.claim)
    must_be(claim, "submitted")
    if actor in {*claim.preparers, *claim.shapers}:
        raise PreparerCannotApprove
    if claim.queried():
        raise LinesQueried(pointer="/data/claim")
    if claim.open_sample:
        raise SampleOpen(pointer="/data/claim")


def invoice_of(book: Book, contract: Contract, reference: str) -> FunderInvoice:
    """Our invoice of a reference, within a contract."""
    found = book.invoices.get(reference)
    if found is None or found.terms.contract != contract.terms.contract:
        raise UnknownInvoice(pointer="/data/invoice")
    return found


def may_ask_to_write_off(book: Book, terms: WriteOffRequested) -> None:
    """A write-off is of an invoice of the contract, under a reference of its own."""
    invoice_of(book, contract_named(book, terms.contract), terms.invoice)
    if terms.write_off in book.write_offs:
        raise AlreadyExists(pointer="/data/write_off")


def may_write_off(book: Book, terms: WriteOffApproved, actor: str) -> None:
    """Another person agrees, once."""
    contract_named(book, terms.contract)
    asked = book.write_offs.get(terms.write_off)
    if asked is None or asked.terms.contract != terms.contract:
        raise UnknownWriteOff(pointer="/data/write_off")
    if asked.approved:
        raise AlreadyApproved(pointer="/data/write_off")
    if asked.actor == actor:
        raise PreparerCannotApprove


def must_fit_the_invoice(book: Book, terms: WriteOffRequested | WriteOffApproved) -> None:
    """Refuse to write off more than is open."""
    asked = (
        terms if isinstance(terms, WriteOffRequested) else book.write_offs[terms.write_off].terms
    )
    if asked.amount_minor > book.invoices[asked.invoice].open_minor:
        raise ExceedsInvoice(pointer="/data/amount_minor")
