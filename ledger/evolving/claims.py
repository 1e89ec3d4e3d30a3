"""Claims, invoices and what settles them enter the book."""

import datetime

from ledger.claim import (
    Claim,
    ClaimState,
    FunderCredit,
    FunderInvoice,
    LineState,
    PaymentEntry,
    WriteOff,
)
from ledger.claims import line_of
from ledger.contract import Contract
from ledger.events.claims import (
    ClaimCollected,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimReduced,
    CreditNoteIssued,
    InvoiceIssued,
    InvoiceWrittenOff,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentReversed, SplitLine
from ledger.evolving.allocations import settle
from ledger.invariants import present
from ledger.state import Book


def payment_can_be_claimed(
    book: Book,
    contract: Contract,
    event: AnyEvent,
    terms: PaymentReleased | PaymentReversed,
    split: tuple[SplitLine, ...],
) -> None:
    """A release or a reversal waits for a claim, or nets out; `split` is the contract's copy."""
    reverses = terms.reversed_version if isinstance(terms, PaymentReversed) else None
    day = book.share(event.effective_on)
    entry = PaymentEntry(
        version=event.version,
        effective_on=day,
        waits_from=day,
        amount_minor=book.share(terms.amount_minor),
        split=split,
        reverses=reverses,
    )
    book.changes.put(contract.payment_entries, event.version, entry)
    if reverses is not None:
        released = contract.payment_entries[reverses]
        book.changes.assign(released, "reversed_by", event.version)
        _net_out(book, contract, released)


def _net_out(book: Book, contract: Contract, released: PaymentEntry) -> None:
    """A release that no live claim holds, and its reversal, are never claimed."""
    if released.reversed_by is None or released.claim is not None:
        return
    reversal = contract.payment_entries[released.reversed_by]
    if reversal.claim is None:
        for entry in (released, reversal):
            book.changes.assign(entry, "netted", True)  # noqa: FBT003 (the attribute's value)


def claim_is_collected(
    book: Book, contract: Contract, event: AnyEvent, terms: ClaimCollected
) -> None:
    """A claim holds its lines: no other one can have them while it lives."""
    versions = sorted((*terms.lines, *terms.adjustments))
    lines: dict[int, LineState] = dict.fromkeys(versions, "claimed")
    day = event.effective_on
    claim = Claim(terms, (event.actor,), drafted_on=day, last_on=day, lines=lines)
    book.changes.put(contract.claims, terms.claim, claim)
    for version in versions:
        book.changes.assign(contract.payment_entries[version], "claim", terms.claim)


def step_is_taken(book: Book, claim: Claim, event: AnyEvent) -> None:
    """The next step is on the same day or later."""
    book.changes.assign(claim, "last_on", event.effective_on)


def claim_is_shaped(book: Book, claim: Claim, event: AnyEvent) -> None:
    """Somebody has a say in what a submitted claim is worth, and so cannot approve it."""
    step_is_taken(book, claim, event)
    if event.actor not in claim.shapers:
        book.changes.assign(claim, "shapers", (*claim.shapers, event.actor))


def claim_is_submitted(book: Book, claim: Claim, event: AnyEvent) -> None:
    """Whoever submits it has prepared it as well."""
    step_is_taken(book, claim, event)
    book.changes.assign(claim, "preparers", (*claim.preparers, event.actor))
    _set_state(book, claim, "submitted")


def claim_is_reduced(book: Book, claim: Claim, terms: ClaimReduced) -> None:
    """A rejected line was marked before; a sample's deduction is nobody's line."""
    if terms.sample is not None:
        book.changes.assign(claim, "deducted", terms.funders)


def claim_is_withdrawn(book: Book, contract: Contract, claim: Claim, event: AnyEvent) -> None:
    """Its lines may be claimed again, from this day on."""
    _set_state(book, claim, "withdrawn")
    _let_go(book, contract, list(claim.lines), event.effective_on)


def claim_is_approved(book: Book, contract: Contract, claim: Claim, event: AnyEvent) -> None:
    """What was rejected may be claimed again, from this day on; the rest is claimed for ever."""
    _set_state(book, claim, "approved")
    rejected = [version for version, state in claim.lines.items() if state == "rejected"]
    _let_go(book, contract, rejected, event.effective_on)


def _set_state(book: Book, claim: Claim, state: ClaimState) -> None:
    book.changes.assign(claim, "state", state)


def _let_go(book: Book, contract: Contract, versions: list[int], day: datetime.date) -> None:
    for version in versions:
        book.changes.assign(contract.payment_entries[version], "claim", None)
        book.changes.assign(contract.payment_entries[version], "waits_from", book.share(day))
    for version in versions:
        entry = contract.payment_entries[version]
        released = entry if entry.reverses is None else contract.payment_entries[entry.reverses]
        _net_out(book, contract, released)


def line_is_marked(
    book: Book,
    contract: Contract,
    claim: Claim,
    event: AnyEvent,
    terms: ClaimLineQueried | ClaimLineCleared | ClaimLineRejected,
) -> None:
    """A line is asked about, answered for, or comes off; anybody may ask, also who approves."""
    if isinstance(terms, ClaimLineQueried):
        step_is_taken(book, claim, event)
    else:
        claim_is_shaped(book, claim, event)
    states: dict[type, LineState] = {
        ClaimLineQueried: "queried",
        ClaimLineCleared: "claimed",
        ClaimLineRejected: "rejected",
    }
    version = line_of(contract, claim, terms.payment)
    book.changes.put(claim.lines, present(version, "the line was found"), states[type(terms)])


def invoice_is_issued(book: Book, event: AnyEvent, terms: InvoiceIssued) -> None:
    """A funder owes it from now on."""
    book.changes.put(
        book.invoices, terms.invoice, FunderInvoice(event.version, event.effective_on, terms)
    )


def credit_note_is_issued(book: Book, event: AnyEvent, terms: CreditNoteIssued) -> None:
    """A funder is owed it from now on."""
    book.changes.put(
        book.credits, terms.credit_note, FunderCredit(event.version, event.effective_on, terms)
    )


def write_off_is_requested(book: Book, event: AnyEvent, terms: WriteOffRequested) -> None:
    """It waits for another person."""
    book.changes.put(
        book.write_offs, terms.write_off, WriteOff(event.actor, event.effective_on, terms)
    )


def write_off_is_approved(book: Book, terms: WriteOffApproved) -> None:
    """Another person agreed."""
    asked = book.write_offs[terms.write_off]
    book.changes.assign(asked, "approved", True)  # noqa: FBT003 (the attribute's value)


def invoice_is_written_off(book: Book, event: AnyEvent, terms: InvoiceWrittenOff) -> None:
    """The invoice is less by it."""
    settle(book, terms.invoice, "written_off_minor", terms.amount_minor, event.effective_on)
