"""`evolve` for claims, invoices and write-offs: which event changes what."""

from typing import assert_never

from ledger.contract import Contract
from ledger.events.catalogue import ClaimData, ClaimDecisionData
from ledger.events.claims import (
    ClaimApproved,
    ClaimCollected,
    ClaimDrafted,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimReduced,
    ClaimSubmitted,
    ClaimWithdrawn,
    CreditNoteIssued,
    InvoiceIssued,
    InvoiceWrittenOff,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.codec import AnyEvent
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged, SampleSelected
from ledger.evolving import claims
from ledger.evolving.evolve_sample import evolve_sample
from ledger.state import Book


def evolve_claim(book: Book, contract: Contract, event: AnyEvent) -> None:
    """Apply an event about a claim, an invoice or a write-off."""
    content: ClaimData | ClaimDecisionData = event.data
    match content:
        case ClaimDrafted():
            pass  # what a draft collects is a decision
        case ClaimReduced():
            claims.claim_is_reduced(book, contract.claims[content.claim], content)
        case ClaimCollected():
            claims.claim_is_collected(book, contract, event, content)
        case ClaimSubmitted():
            claims.claim_is_submitted(book, contract.claims[content.claim], event)
        case ClaimWithdrawn():
            claims.claim_is_withdrawn(book, contract, contract.claims[content.claim], event)
        case ClaimApproved():
            claims.claim_is_approved(book, contract, contract.claims[content.claim], event)
        case ClaimLineQueried() | ClaimLineCleared() | ClaimLineRejected():
            claims.line_is_marked(book, contract, contract.claims[content.claim], event, content)
        case SampleDrawn() | SampleSelected() | SampleJudged() | SampleClosed():
            evolve_sample(book, contract, event)
        case InvoiceIssued():
            claims.invoice_is_issued(book, event, content)
        case CreditNoteIssued():
            claims.credit_note_is_issued(book, event, content)
        case WriteOffRequested():
            claims.write_off_is_requested(book, event, content)
        case WriteOffApproved():
            claims.write_off_is_approved(book, content)
        case InvoiceWrittenOff():
            claims.invoice_is_written_off(book, event, content)
        case _:
            assert_never(content)
