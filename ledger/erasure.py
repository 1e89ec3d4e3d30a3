"""Erasure: what two people have asked for happens (`domain.md` 11)."""

from collections.abc import Iterator

from ledger.events.codec import AnyEvent
from ledger.events.privacy import ChildErased, ErasureRequested
from ledger.releases import Decided
from ledger.state import Book


def erasure_follows(book: Book, event: AnyEvent, terms: ErasureRequested) -> Iterator[Decided]:
    """The request of a second person completes the first one's."""
    asked = book.erasures.get(terms.child)
    if asked is None or asked.version == event.version:
        return
    erased = ChildErased(
        child=terms.child,
        basis=terms.basis,
        scope=terms.scope,
        requested_by=asked.actor,
        requested_version=asked.version,
    )
    yield Decided(event.effective_on, erased, (asked.version, event.version))
