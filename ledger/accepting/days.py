"""What follows something is not dated before it: steps of a claim, and what settles an invoice.

Otherwise an answer as of a day between the two would show an invoice paid before it was issued.
"""

import datetime
from collections.abc import Iterator

from ledger.events.cash import ReceiptAllocated
from ledger.events.catalogue import ClaimData
from ledger.events.claims import (
    ClaimApproved,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimSubmitted,
    ClaimWithdrawn,
    CreditApplied,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged
from ledger.refusals import OutOfOrder
from ledger.state import Book

Following = ClaimData | ReceiptAllocated | CreditApplied


def must_not_come_before(book: Book, content: Following, day: datetime.date) -> None:
    """Refuse what is dated before something that it follows."""
    if any(day < earlier for earlier in _followed(book, content)):
        raise OutOfOrder(pointer="/effective_on")


def _followed(book: Book, content: Following) -> Iterator[datetime.date]:
    """The days of what a fact follows; none of a draft, which follows nothing."""
    match content:
        case ReceiptAllocated():
            yield book.receipts[content.receipt].received_on
            yield book.invoices[content.invoice].issued_on
        case CreditApplied():
            yield book.credits[content.credit_note].issued_on
            yield book.invoices[content.invoice].issued_on
        case WriteOffRequested():
            yield book.invoices[content.invoice].issued_on
        case WriteOffApproved():
            yield book.write_offs[content.write_off].asked_on
        case SampleJudged() | SampleClosed():
            contract = book.contracts[content.contract]
            sample = contract.samples[content.sample]
            yield contract.claims[sample.terms.claim].last_on
        case (
            ClaimSubmitted()
            | ClaimWithdrawn()
            | ClaimLineQueried()
            | ClaimLineCleared()
            | ClaimLineRejected()
            | SampleDrawn()
            | ClaimApproved()
        ):
            yield book.contracts[content.contract].claims[content.claim].last_on
        case _:
            return
