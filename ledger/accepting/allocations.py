"""Questions about what pays invoices and credit notes: receipts, credit, money paid out."""

from typing import assert_never

from ledger.claim import FunderCredit
from ledger.events.cash import ReceiptAllocated, ReceiptUnallocated
from ledger.events.catalogue import AllocationData
from ledger.events.claims import CreditApplied, CreditRefunded
from ledger.refusals import (
    ExceedsAllocation,
    ExceedsCredit,
    ExceedsInvoice,
    ExceedsReceipt,
    ExceedsUnallocated,
    UnknownCredit,
    UnknownInvoice,
    UnknownReceipt,
)
from ledger.state import Book, Receipt


def may_pay_with(book: Book, content: AllocationData) -> None:
    """A receipt, or a credit note, is there; what it pays is an invoice of its own funder."""
    match content:
        case ReceiptAllocated() | ReceiptUnallocated():
            receipt = _receipt_named(book, content.receipt)
            payer = (receipt.terms.contract, receipt.terms.funder)
            _must_be_of(book, content.invoice, payer)
        case CreditApplied():
            credit = _credit_named(book, content.credit_note)
            _must_be_of(book, content.invoice, (credit.terms.contract, credit.terms.funder))
        case CreditRefunded():
            _credit_named(book, content.credit_note)
        case _:
            assert_never(content)


def _receipt_named(book: Book, reference: str) -> Receipt:
    """A receipt that was voided is not there."""
    receipt = book.receipts.get(reference)
    if receipt is None or receipt.version in book.voided:
        raise UnknownReceipt(pointer="/data/receipt")
    return receipt


def _credit_named(book: Book, reference: str) -> FunderCredit:
    credit = book.credits.get(reference)
    if credit is None:
        raise UnknownCredit(pointer="/data/credit_note")
    return credit


def _must_be_of(book: Book, invoice: str, payer: tuple[str, str]) -> None:
    """Refuse an invoice of another contract or funder as one that is not there."""
    found = book.invoices.get(invoice)
    if found is None or (found.terms.contract, found.terms.funder) != payer:
        raise UnknownInvoice(pointer="/data/invoice")


def must_be_open(book: Book, content: AllocationData) -> None:
    """Refuse more than is left by now: of what pays, and of what is paid."""
    match content:
        case ReceiptAllocated():
            _must_be_left(book, content)
        case ReceiptUnallocated():
            receipt = book.receipts[content.receipt]
            if content.amount_minor > receipt.allocated_to(content.invoice):
                raise ExceedsAllocation(pointer="/data/amount_minor")
        case CreditApplied() | CreditRefunded():
            if content.amount_minor > book.credits[content.credit_note].open_minor:
                raise ExceedsCredit(pointer="/data/amount_minor")
        case _:
            assert_never(content)
    if isinstance(content, ReceiptAllocated | CreditApplied):
        _must_be_owed(book, content)


def _must_be_owed(book: Book, terms: ReceiptAllocated | CreditApplied) -> None:
    if terms.amount_minor > book.invoices[terms.invoice].open_minor:
        raise ExceedsInvoice(pointer="/data/amount_minor")


def _must_be_left(book: Book, terms: ReceiptAllocated) -> None:
    """Refuse more than is left of the receipt, or of the funder's credit."""
    receipt = book.receipts[terms.receipt]
    if terms.amount_minor > receipt.open_minor:
        raise ExceedsReceipt(pointer="/data/amount_minor")
    cash = book.contracts[receipt.terms.contract].cash[receipt.terms.funder]
    if terms.amount_minor > cash.unallocated_minor:
        raise ExceedsUnallocated(pointer="/data/amount_minor")
