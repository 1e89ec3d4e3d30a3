"""Terms as they were recorded, kept whole: the reads work out which are in force."""

from ledger.events.codec import AnyEvent, encode_event
from ledger.events.delivery import OrderPlaced
from ledger.events.privacy import RetentionSet
from ledger.events.terms import (
    CapSet,
    CohortOpened,
    ContractSigned,
    FunderJoined,
    RateCardIssued,
    SharesSet,
)
from projections.folds.bearings import Bearings
from projections.rows import Page, Terms

TermsData = (
    ContractSigned
    | FunderJoined
    | CohortOpened
    | RateCardIssued
    | SharesSet
    | CapSet
    | OrderPlaced
    | RetentionSet
)


def record_terms(event: AnyEvent, bearings: Bearings, page: Page) -> None:
    """Keep the event and remember its fund."""
    if isinstance(event.data, TermsData):
        bearings.learn_terms(event)
        page.add(
            Terms(
                event.version,
                event.type,
                event.data.contract,
                event.effective_on,
                encode_event(event),
            )
        )
