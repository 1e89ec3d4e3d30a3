"""Periods are closed and reopened in the book."""

from ledger.events.codec import AnyEvent
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.period_close import periods_after
from ledger.state import Book


def period_is_closed_or_reopened(
    book: Book, event: AnyEvent, terms: PeriodClosed | PeriodReopened
) -> None:
    """From the next version on, what is effective in these days is posted by it."""
    periods = book.closed.get(terms.contract, ())
    book.changes.put(book.closed, terms.contract, periods_after(periods, terms, event.actor))
