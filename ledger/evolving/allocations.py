"""What pays invoices and credit notes enters the book: receipts, credit, money paid out."""

import datetime
from typing import Literal, assert_never

from ledger.events.cash import ReceiptAllocated, ReceiptUnallocated
from ledger.events.catalogue import AllocationData
from ledger.events.claims import CreditApplied, CreditRefunded
from ledger.events.codec import AnyEvent
from ledger.evolving.cash import cash_of, move_credit
from ledger.state import Book

Part = Literal["allocated_minor", "credited_minor", "written_off_minor"]


def evolve_allocation(book: Book, event: AnyEvent, content: AllocationData) -> None:
    """Apply an event that names a receipt or a credit note, and so no contract."""
    match content:
        case ReceiptAllocated():
            _allocate(book, event, content, content.amount_minor)
        case ReceiptUnallocated():
            _allocate(book, event, content, -content.amount_minor)
        case CreditApplied():
            _credit_is_applied(book, event, content)
        case CreditRefunded():
            _credit_is_refunded(book, content)
        case _:
            assert_never(content)


def _allocate(
    book: Book, event: AnyEvent, terms: ReceiptAllocated | ReceiptUnallocated, amount: int
) -> None:
    """The receipt, the funder's credit and the invoice are all less by it, or more again."""
    receipt, day = book.receipts[terms.receipt], event.effective_on
    cash = cash_of(book, book.contracts[receipt.terms.contract], receipt.terms.funder)
    for thing in (receipt, cash):
        book.changes.assign(thing, "allocated_minor", thing.allocated_minor + amount)
    paid = (terms.invoice, day)
    book.changes.put(receipt.allocations, paid, receipt.allocations.get(paid, 0) + amount)
    move_credit(book, cash, day, -amount)
    settle(book, terms.invoice, "allocated_minor", amount, day)


def _credit_is_applied(book: Book, event: AnyEvent, terms: CreditApplied) -> None:
    """The credit note and the invoice are both less by it."""
    credit = book.credits[terms.credit_note]
    book.changes.assign(credit, "applied_minor", credit.applied_minor + terms.amount_minor)
    settle(book, terms.invoice, "credited_minor", terms.amount_minor, event.effective_on)


def _credit_is_refunded(book: Book, terms: CreditRefunded) -> None:
    """The credit note is less by it."""
    credit = book.credits[terms.credit_note]
    book.changes.assign(credit, "refunded_minor", credit.refunded_minor + terms.amount_minor)


def settle(book: Book, invoice: str, part: Part, amount: int, day: datetime.date) -> None:
    """An invoice is less by an amount from a day on; more, where it is negative."""
    held = book.invoices[invoice]
    book.changes.assign(held, part, getattr(held, part) + amount)
    book.changes.put(held.moves, day, held.moves.get(day, 0) - amount)
