"""What follows something is not dated before it: claims, settlements, what settles an invoice.

Otherwise an answer as of a day between the two would show an invoice paid before it was issued, or
a payment in two claims at once, or a funder's credit spent before it had come (0023).
"""

import datetime
from collections.abc import Iterator
from typing import assert_never

from ledger.claims import claimable
from ledger.contract import FunderCash
from ledger.events.cash import ReceiptAllocated, RefundPaid
from ledger.events.catalogue import ClaimData
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
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
from ledger.events.settlements import SettlementDrafted
from ledger.refusals import OutOfOrder
from ledger.settlements import days_to_settle
from ledger.state import Book

Following = ClaimData | SettlementDrafted | ReceiptAllocated | CreditApplied | RefundPaid


def must_not_come_before(book: Book, content: Following, day: datetime.date) -> None:
    """Refuse what is dated before something that it follows."""
    if any(day < earlier for earlier in _followed(book, content)):
        raise OutOfOrder(pointer="/effective_on")
    if isinstance(content, ReceiptAllocated | RefundPaid):
        _must_not_overdraw(book, content, day)


def _must_not_overdraw(
    book: Book, content: ReceiptAllocated | RefundPaid, day: datetime.date
) -> None:
    """Refuse what is there by now, and on that day or a later one was not.

    What is not even there by now is above the credit, whatever its day.
    """
    payer = content if isinstance(content, RefundPaid) else book.receipts[content.receipt].terms
    cash = book.contracts[payer.contract].cash.get(payer.funder, FunderCash())
    if cash.least_unallocated_minor(day) < content.amount_minor <= cash.unallocated_minor:
        raise OutOfOrder("The credit is less on that day or after it.", pointer="/effective_on")


def _followed(book: Book, content: Following) -> Iterator[datetime.date]:
    """The days of what a fact follows; a draft follows all that it is about to collect."""
    match content:
        case ClaimDrafted():
            contract, known_at = book.contracts[content.contract], content.known_at or book.version
            waiting = claimable(contract, upto=content.upto, known_at=known_at)
            yield from (entry.waits_from for entry in waiting)
        case SettlementDrafted():
            yield from days_to_settle(book, book.contracts[content.contract], content)
        case RefundPaid():
            pass  # it follows no one thing: `_must_not_overdraw` looks at every day
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
            assert_never(content)
