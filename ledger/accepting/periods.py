"""Questions about periods: in order, over, current; and who closed one does not reopen it."""

import datetime

from ledger.accepting.known import contract_named
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.period_close import A_DAY, ClosedPeriod, Periods, closed_through
from ledger.refusals import (
    AlreadyClosed,
    CloserCannotReopen,
    EarlierPeriodSoft,
    LaterPeriodClosed,
    LedgerIsClosed,
    PeriodGap,
    PeriodMoved,
    PeriodNotOver,
    PeriodOverlaps,
    UnknownPeriod,
)
from ledger.state import Book


def _periods_of(book: Book, terms: PeriodClosed | PeriodReopened) -> Periods:
    """The closed periods of the contract that is named, else those of the ledger."""
    if terms.contract is not None:
        contract_named(book, terms.contract)
    return book.closed.get(terms.contract, ())


def may_close_or_reopen(book: Book, terms: PeriodClosed | PeriodReopened, actor: str) -> None:
    """A closing is anybody's of finance; a reopening nobody's who closed the period."""
    if isinstance(terms, PeriodClosed):
        may_close(book, terms)
    else:
        may_reopen(book, terms, actor)


def may_close(book: Book, terms: PeriodClosed) -> None:
    """The days come right behind those that are closed, or a soft closing is made hard."""
    periods = _periods_of(book, terms)
    place = _place_of(periods, terms)
    if place < len(periods):
        if terms.hardness == "soft" or periods[place].hardness == "hard":
            raise AlreadyClosed(pointer="/data/from")
    elif periods:
        _must_follow(periods[-1], terms)
    if terms.hardness == "hard" and any(p.hardness == "soft" for p in periods[:place]):
        raise EarlierPeriodSoft(pointer="/data/hardness")


def _place_of(periods: Periods, terms: PeriodClosed | PeriodReopened) -> int:
    """Where these very days are among the closed periods; behind the last when they are not."""
    for place, period in enumerate(periods):
        if period.spans(terms):
            return place
    return len(periods)


def _must_follow(last: ClosedPeriod, terms: PeriodClosed) -> None:
    if terms.first_on <= last.last_on:
        raise PeriodOverlaps(f"Closed up to {last.last_on} already.", pointer="/data/from")
    if terms.first_on > last.last_on + A_DAY:
        raise PeriodGap(f"The next period begins on {last.last_on + A_DAY}.", pointer="/data/from")


def must_be_over(terms: PeriodClosed, today: datetime.date) -> None:
    """Its last day has passed: so nothing is ever posted on a day that has not come."""
    if terms.last_on >= today:
        raise PeriodNotOver(pointer="/data/to")


def must_be_current(book: Book, terms: PeriodClosed) -> None:
    """The trial balance is that of the ledger as it stands."""
    if terms.at_version != book.version:
        raise PeriodMoved(pointer="/data/at_version")


def may_reopen(book: Book, terms: PeriodReopened, actor: str) -> None:
    """The last closed period, which no period of the ledger covers, by somebody else."""
    periods = _periods_of(book, terms)
    place = _place_of(periods, terms)
    if place == len(periods):
        raise UnknownPeriod(pointer="/data/from")
    if place < len(periods) - 1:
        raise LaterPeriodClosed(pointer="/data/to")
    through = closed_through(book.closed, None)
    if terms.contract is not None and through is not None and terms.last_on <= through:
        raise LedgerIsClosed(f"The ledger is closed up to {through}.", pointer="/data/contract")
    if actor in periods[place].closed_by:
        raise CloserCannotReopen
