"""Grants: agreed sums that hang on no child (`domain.md` 4).

A grant is unique by contract and reference; the fact's amount is the price; any card in force may
list its line.
"""

import datetime
from collections.abc import Iterator

from ledger.contract import Contract, Grant
from ledger.events.cash import GrantAgreed
from ledger.invariants import present
from ledger.payments import lapse, reverse
from ledger.rate_card import card_listing_grant
from ledger.releases import Decided, Due, release
from ledger.state import Book


def grant_due(
    contract: Contract, terms: GrantAgreed, day: datetime.date, *, version: int
) -> Due | None:
    """What a grant makes due; None when no card in force on that day lists its trigger."""
    card = card_listing_grant(contract.cards, tuple(contract.cohorts), terms.trigger, day)
    if card is None:
        return None
    line = next(line for line in card.lines("grant") if line.trigger == terms.trigger)
    return Due(
        line=line,
        card=card,
        effective_on=day,
        price_minor=terms.amount_minor,
        evidence=(version,),
        reference=terms.reference,
    )


def grant_follows(book: Book, contract: Contract, grant: Grant) -> Iterator[Decided]:
    """A grant that was agreed is released, or withheld under its caps."""
    due = grant_due(contract, grant.terms, grant.effective_on, version=grant.version)
    listed = present(due, "a grant is agreed only when a card in force lists it")
    decided = release(book, contract, listed, grant.version)
    yield present(decided, "a grant is agreed only when somebody pays it")


def voided_grant_follows(contract: Contract, grant: Grant, cause: int) -> Iterator[Decided]:
    """A voided grant is taken back; one that was only withheld lapses."""
    reference = grant.terms.reference
    if grant.standing is not None:
        yield reverse(contract, grant.standing, cause, reference=reference)
    if grant.withheld is not None:
        yield lapse(contract, grant.withheld, cause, reference=reference)
