"""A voided fact leaves the book; the decisions become those of a book without it."""

from ledger.contract import Contract
from ledger.events.cash import ReceiptRecorded
from ledger.events.children import ChildEnrolled, ChildWithdrawn
from ledger.evolving.cash import receipt_is_voided
from ledger.state import Book


def fact_is_voided(book: Book, contract: Contract, version: int) -> None:
    """Counting passes over voided versions; what is held once is taken out here."""
    book.changes.add(book.voided, version)
    kind, child = book.kind_of(version), book.child_of(version)
    if kind is ReceiptRecorded:
        receipt_is_voided(book, contract, version)
    if child is not None and kind is ChildEnrolled:
        book.changes.assign(child, "enrolment", None)
    if child is not None and kind is ChildWithdrawn:
        book.changes.assign(child, "withdrawal", None)
