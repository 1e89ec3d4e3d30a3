"""One fact through the state machine: refused and nothing changed, or recorded with what follows.

This is the only way in which a book grows: the writer, the scenarios and the re-performance of an
auditor all come through here.
"""

import datetime
from collections.abc import Iterable
from typing import Final

from ledger.book import Book, accept, evolve, follow
from ledger.events.catalogue import SCHEMA, TYPE_OF
from ledger.events.codec import AnyEvent, Event, Fact
from ledger.refusals import Refusal, TooManyDecisions
from ledger.releases import Decided

DECISIONS_MAX: Final = 20_000


def decide(
    book: Book, fact: Fact, *, actor: str, today: datetime.date, recorded_at: str
) -> list[AnyEvent]:
    """Record a fact: the event it became, then the decisions that follow, all applied to the book.

    `today` is the day in the ledger's time zone, the default of `received_on`. A refusal is raised
    and leaves the book byte for byte as it was.
    """
    accept(book, fact, actor=actor, today=today)
    mark = book.changes.mark()
    recorded: AnyEvent = Event(
        actor=actor,
        data=fact.data,
        effective_on=fact.effective_on,
        received_on=fact.received_on or today,
        recorded_at=recorded_at,
        schema=SCHEMA,
        type=TYPE_OF[type(fact.data)],
        version=book.version + 1,
        id=fact.id,
    )
    evolve(book, recorded)
    events = [recorded]
    try:
        for decided in follow(book, recorded):
            if len(events) > DECISIONS_MAX:
                raise TooManyDecisions
            events.append(decision_of(book, recorded, decided))
            evolve(book, events[-1])
    except Refusal:
        book.changes.undo_to(mark)
        raise
    return events


def decision_of(book: Book, fact: AnyEvent, decided: Decided) -> AnyEvent:
    """A decision takes actor and received_on from the fact that caused it."""
    return Event(
        actor=fact.actor,
        data=decided.content,
        effective_on=decided.effective_on,
        received_on=fact.received_on,
        recorded_at=fact.recorded_at,
        schema=SCHEMA,
        type=TYPE_OF[type(decided.content)],
        version=book.version + 1,
        causes=decided.causes,
    )


def replay(book: Book, events: Iterable[AnyEvent]) -> None:
    """Apply stored events to a book without remembering how to undo them."""
    journalling = book.changes.journalling
    book.changes.journalling = False
    try:
        for event in events:
            evolve(book, event)
    finally:
        book.changes.journalling = journalling
