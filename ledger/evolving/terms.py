"""Terms enter the book."""

from ledger.caps import Cap
from ledger.contract import Contract, OrderTerms
from ledger.events.codec import AnyEvent
from ledger.events.delivery import OrderPlaced
from ledger.events.terms import (
    CapSet,
    CohortOpened,
    ContractSigned,
    FunderJoined,
    RateCardIssued,
    SharesSet,
)
from ledger.rate_card import Card
from ledger.shares import ShareSet
from ledger.state import Book


def contract_is_signed(book: Book, terms: ContractSigned) -> None:
    """A contract begins, empty."""
    book.changes.put(book.contracts, terms.contract, Contract(terms, rules=book.rules))


def funder_joins(book: Book, contract: Contract, terms: FunderJoined) -> None:
    """A funder can be named from now on."""
    book.changes.put(contract.funders, terms.funder, terms)


def cohort_opens(book: Book, contract: Contract, terms: CohortOpened) -> None:
    """Children can enrol into the cohort."""
    book.changes.put(contract.cohorts, terms.cohort, terms)


def card_is_issued(book: Book, contract: Contract, event: AnyEvent, terms: RateCardIssued) -> None:
    """A card prices from its date on; its engagement lines say which years they watch."""
    card = Card(event.version, event.effective_on, terms)
    book.changes.assign(contract, "cards", (*contract.cards, card))
    for line in card.lines("engagement"):
        watched = contract.engagement_years.get(line.trigger, frozenset())
        book.changes.put(contract.engagement_years, line.trigger, watched | {line.year or 1})


def shares_are_set(book: Book, contract: Contract, event: AnyEvent, terms: SharesSet) -> None:
    """A share set splits from its date on."""
    share_set = ShareSet(event.version, event.effective_on, terms)
    book.changes.assign(contract, "share_sets", (*contract.share_sets, share_set))


def cap_is_set(book: Book, contract: Contract, event: AnyEvent, terms: CapSet) -> None:
    """A cap limits payments whose own date is on its date or later."""
    cap = Cap(event.version, event.effective_on, terms)
    if terms.funder is not None:
        caps = contract.funder_caps.get(terms.funder, ())
        book.changes.put(contract.funder_caps, terms.funder, (*caps, cap))
    elif terms.per_child:
        book.changes.assign(contract, "child_caps", (*contract.child_caps, cap))
    else:
        book.changes.assign(contract, "contract_caps", (*contract.contract_caps, cap))


def order_is_placed(book: Book, contract: Contract, event: AnyEvent, terms: OrderPlaced) -> None:
    """An order has these terms from its date on."""
    placed = contract.orders.get(terms.order, ())
    latest = OrderTerms(event.version, event.effective_on, terms)
    book.changes.put(contract.orders, terms.order, (*placed, latest))
