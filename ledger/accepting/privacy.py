"""Questions about forgetting: may this person ask for it, is there something to decline."""

from ledger.contract import Contract
from ledger.events.privacy import ErasureDeclined, ErasureRequested
from ledger.refusals import (
    AlreadyErased,
    AlreadyRequested,
    NothingToDecline,
    RequestDiffers,
    UnknownChild,
)
from ledger.state import Book


def may_erase(book: Book, terms: ErasureRequested | ErasureDeclined, actor: str) -> None:
    """Ask the question of the fact that it is."""
    if isinstance(terms, ErasureRequested):
        may_request_erasure(book, terms, actor)
    else:
        may_decline_erasure(book, terms)


def may_request_erasure(book: Book, terms: ErasureRequested, actor: str) -> None:
    """A child that is known and not erased; whoever asked first cannot confirm it.

    Where a key is gone and no erasure is recorded (a log restored from before it), it may be.
    The second person asks for the same on the same ground, or the two have not agreed.
    """
    if not any(_knows(contract, terms.child) for contract in book.contracts.values()):
        raise UnknownChild(pointer="/data/child")
    if terms.child in book.erased:
        raise AlreadyErased(pointer="/data/child")
    asked = book.erasures.get(terms.child)
    if asked is None:
        return
    if asked.actor == actor:
        raise AlreadyRequested(pointer="/data/child")
    if (asked.terms.basis, asked.terms.scope) != (terms.basis, terms.scope):
        raise RequestDiffers(pointer="/data/basis")


def _knows(contract: Contract, child: str) -> bool:
    return child in contract.children


def may_decline_erasure(book: Book, terms: ErasureDeclined) -> None:
    """A request is open."""
    if book.erasures.get(terms.child) is None:
        raise NothingToDecline(pointer="/data/child")
