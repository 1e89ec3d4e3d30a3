"""May these terms be recorded? Contracts, funders, cohorts, cards, shares, caps, orders."""

import datetime
import math
from typing import Final

from ledger.accepting.known import contract_named, funder_must_have_joined
from ledger.contract import Contract
from ledger.events.delivery import OrderPlaced
from ledger.events.terms import (
    CapSet,
    CohortOpened,
    ContractSigned,
    FunderJoined,
    RateCardIssued,
    SharesSet,
)
from ledger.partners import day_of, terms_in_force
from ledger.refusals import (
    AlreadyExists,
    MinutesNeeded,
    SharesDoNotSum,
    SharesTooFine,
    UnknownArea,
    UnknownCohort,
)
from ledger.shares import fixed_sum
from ledger.state import Book

DENOMINATOR_MAX: Final = 10**60


def may_sign(book: Book, terms: ContractSigned) -> None:
    """A contract is signed once."""
    if terms.contract in book.contracts:
        raise AlreadyExists(pointer="/data/contract")


def may_join(book: Book, terms: FunderJoined) -> None:
    """A funder joins a contract once."""
    if terms.funder in contract_named(book, terms.contract).funders:
        raise AlreadyExists(pointer="/data/funder")


def may_open(book: Book, terms: CohortOpened) -> None:
    """A cohort is opened once."""
    if terms.cohort in contract_named(book, terms.contract).cohorts:
        raise AlreadyExists(pointer="/data/cohort")


def may_issue(book: Book, terms: RateCardIssued) -> None:
    """A card names opened cohorts, and prices only areas that it defines itself."""
    contract = contract_named(book, terms.contract)
    for place, cohort in enumerate(terms.cohorts or ()):
        if cohort not in contract.cohorts:
            raise UnknownCohort(pointer=f"/data/cohorts/{place}")
    areas = {area.area for area in terms.areas or ()}
    for place, line in enumerate(terms.triggers):
        if line.kind == "outcome_area" and line.area not in areas:
            raise UnknownArea(pointer=f"/data/triggers/{place}/area")


def may_share(book: Book, terms: SharesSet) -> None:
    """Shares name funders that have joined; fixed shares add up to a price of their trigger."""
    contract = contract_named(book, terms.contract)
    for place, share in enumerate(terms.shares or ()):
        funder_must_have_joined(contract, share.funder, f"/data/shares/{place}/funder")
    for place, fixed in enumerate(terms.fixed or ()):
        funder_must_have_joined(contract, fixed.funder, f"/data/fixed/{place}/funder")
    if contract.terms.rounding == "cumulative" and terms.shares is not None:
        _must_be_coarse(contract, terms)
    for trigger in {share.trigger for share in terms.fixed or ()}:
        prices = _prices(contract, trigger)
        if prices and fixed_sum(terms.fixed or (), trigger) not in prices:
            raise SharesDoNotSum(pointer="/data/fixed")


def _must_be_coarse(contract: Contract, terms: SharesSet) -> None:
    """Keep the carries' exact fractions short: their denominators divide this multiple."""
    totals = [
        sum(share.parts for share in found.terms.shares)
        for found in contract.share_sets
        if found.terms.shares is not None
    ]
    if math.lcm(*totals, sum(share.parts for share in terms.shares or ())) > DENOMINATOR_MAX:
        raise SharesTooFine(pointer="/data/shares")


def _prices(contract: Contract, trigger: str) -> set[int]:
    return {
        line.price_minor
        for card in contract.cards
        for line in card.terms.triggers
        if line.trigger == trigger and line.price_minor is not None
    }


def may_cap(book: Book, terms: CapSet) -> None:
    """A cap names funders that have joined."""
    contract = contract_named(book, terms.contract)
    funder_must_have_joined(contract, terms.funder, "/data/funder")
    funder_must_have_joined(contract, terms.to, "/data/to")


def may_order(book: Book, terms: OrderPlaced) -> None:
    """An order placed again is new terms, with the same partner."""
    placed = contract_named(book, terms.contract).orders.get(terms.order)
    if placed is not None and placed[0].terms.partner != terms.partner:
        raise AlreadyExists(
            "The order has been placed with another partner.", pointer="/data/order"
        )


def may_order_from(book: Book, terms: OrderPlaced, day: datetime.date) -> None:
    """Hourly terms do not reach back to a waiting register that says no minutes."""
    contract = contract_named(book, terms.contract)
    if terms.unit != "hour":
        return
    for number in contract.order_sessions.get(terms.order, ()):
        session = contract.sessions[number]
        waits = terms_in_force(contract.orders[terms.order], day_of(session)) is None
        if waits and session.register.minutes is None and day_of(session) >= day:
            raise MinutesNeeded(
                f"A session of {day_of(session)} waits for these terms and has no minutes.",
                pointer="/effective_on",
            )
