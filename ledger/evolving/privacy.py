"""Forgetting enters the book: a request that waits for a second person, and an erasure."""

from dataclasses import replace

from ledger.child import Child, Measurement
from ledger.events.codec import AnyEvent
from ledger.events.privacy import ChildErased, ErasureRequested
from ledger.events.sealed import ERASED
from ledger.state import Book, ErasureAsked


def erasure_is_requested(book: Book, event: AnyEvent, terms: ErasureRequested) -> None:
    """The first request waits; the second one finds it."""
    if book.erasures.get(terms.child) is None:
        asked = ErasureAsked(event.version, event.actor, terms)
        book.changes.put(book.erasures, terms.child, asked)


def erasure_is_over(book: Book, child: str) -> None:
    """The request was declined, or followed."""
    book.changes.put(book.erasures, child, None)


def child_is_erased(book: Book, terms: ChildErased) -> None:
    """Nothing follows for the child any more, and its scores are gone."""
    erasure_is_over(book, terms.child)
    if terms.scope == "all":
        book.changes.add(book.erased, terms.child)
        freeze(book, terms.child)


def freeze(book: Book, reference: str) -> None:
    """Freeze a child in every contract: what was decided about it stays, for ever.

    Deciding again without its scores would reverse outcomes that were paid (`design.md` 10).
    """
    book.changes.add(book.frozen, reference)
    for contract in book.contracts.values():
        child = contract.children.get(reference)
        if child is not None and not child.erased:
            book.changes.assign(child, "erased", True)  # noqa: FBT003 (the attribute's value)
            _forget_scores(book, child)


def _forget_scores(book: Book, child: Child) -> None:
    for key, score in list(child.measurements.items()):
        book.changes.put(child.measurements, key, _without_value(score))


def _without_value(score: Measurement) -> Measurement:
    """The score and those that it replaced, without what they were."""
    chain = [score]
    while (before := chain[-1].replaced) is not None:
        chain.append(before)
    forgotten: Measurement | None = None
    for kept in reversed(chain):
        forgotten = replace(kept, value=ERASED, replaced=forgotten)
    return forgotten or score
