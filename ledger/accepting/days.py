"""What follows something is not dated before it: claims, settlements, what settles an invoice.

Otherwise an answer as of a day between the two would show an invoice paid before it was issued, or
a payment in two claims at once, or a funder's credit spent before it had come (0023).
"""

import datetime
from collections.abc import Iterator
from typing import assert_never

from ledger.claims import days_to_claim
from ledger.contract import FunderCash
from ledger.events.cash import ReceiptAllocated, ReceiptRecorded, ReceiptUnallocated, RefundPaid
from ledger.events.catalogue import AllocationData, ClaimData
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimSubmitted,
    ClaimWithdrawn,
    CreditApplied,
    CreditRefunded,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged
from ledger.events.settlements import SettlementDrafted
from ledger.refusals import OutOfOrder
from ledger.settlements import days_to_settle
from ledger.state import Book

Following = ClaimData | SettlementDrafted | AllocationData | RefundPaid
Taking = AllocationData | RefundPaid | WriteOffApproved


def must_not_come_before(book: Book, content: Following, day: datetime.date) -> None:
    """Refuse what is dated before something that it follows."""
    if any(day < earlier for earlier in _followed(book, content)):
        raise OutOfOrder(pointer="/effective_on")
    if isinstance(content, Taking):
        _must_be_there(book, content, day)


def _must_be_there(book: Book, content: Taking, day: datetime.date) -> None:
    """Refuse to take what is there by now, and on that day or a later one is not.

    What is not even there by now is too much, whatever its day.
    """
    if isinstance(content, WriteOffApproved):
        amount_minor = book.write_offs[content.write_off].terms.amount_minor
    else:
        amount_minor = content.amount_minor
    for what, least_minor, now_minor in _taken(book, content, day):
        if least_minor < amount_minor <= now_minor:
            raise OutOfOrder(f"{what} is less on that day or after it.", pointer="/effective_on")


def _taken(book: Book, content: Taking, day: datetime.date) -> Iterator[tuple[str, int, int]]:
    """What an amount is taken of, the least of it from a day on, and what is left by now."""
    match content:
        case RefundPaid():
            yield _credit_of(book, content, day)
        case ReceiptAllocated():
            receipt = book.receipts[content.receipt]
            yield _credit_of(book, receipt.terms, day)
            yield "The receipt", receipt.least_open_minor(day), receipt.open_minor
            yield _open_of(book, content.invoice, day)
        case ReceiptUnallocated():
            receipt, invoice = book.receipts[content.receipt], content.invoice
            least_minor = receipt.least_allocated_to(invoice, day)
            yield "The allocation", least_minor, receipt.allocated_to(invoice)
        case CreditApplied():
            yield _open_of(book, content.invoice, day)
        case CreditRefunded():
            pass  # nothing is ever given back to a credit note: it is most on its first day
        case WriteOffApproved():
            yield _open_of(book, book.write_offs[content.write_off].terms.invoice, day)
        case _:
            assert_never(content)


def _credit_of(
    book: Book, payer: RefundPaid | ReceiptRecorded, day: datetime.date
) -> tuple[str, int, int]:
    cash = book.contracts[payer.contract].cash.get(payer.funder, FunderCash())
    return "The credit", cash.least_unallocated_minor(day), cash.unallocated_minor


def _open_of(book: Book, invoice: str, day: datetime.date) -> tuple[str, int, int]:
    held = book.invoices[invoice]
    return "What is open of the invoice", held.least_open_minor(day), held.open_minor


def _followed(book: Book, content: Following) -> Iterator[datetime.date]:
    """The days of what a fact follows; a draft follows all that it is about to collect."""
    match content:
        case ClaimDrafted():
            contract, known_at = book.contracts[content.contract], content.known_at or book.version
            yield from days_to_claim(contract, upto=content.upto, known_at=known_at)
        case SettlementDrafted():
            yield from days_to_settle(book, book.contracts[content.contract], content)
        case RefundPaid() | ReceiptUnallocated():
            pass  # it follows no one thing: `_must_be_there` looks at every day
        case ReceiptAllocated():
            yield book.receipts[content.receipt].received_on
            yield book.invoices[content.invoice].issued_on
        case CreditRefunded():
            yield book.credits[content.credit_note].issued_on
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
