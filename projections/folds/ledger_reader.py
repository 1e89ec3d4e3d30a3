"""All folds together: one pass over stored events, in the order of their versions."""

from collections.abc import Callable, Mapping
from typing import Final, get_args

from ledger.events.cash import ReceiptAllocated, ReceiptUnallocated
from ledger.events.catalogue import (
    DECISIONS,
    EVENTS,
    BankData,
    ClaimData,
    ClaimDecisionData,
    EventData,
    SampleData,
    SettlementData,
    SettlementDecisionData,
)
from ledger.events.claims import CreditApplied, CreditRefunded
from ledger.events.codec import AnyEvent, decode_event
from ledger.events.people import FactVoided
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.events.privacy import ChildErased, ErasureDeclined, ErasureRequested
from ledger.events.rules import RulesAdopted
from ledger.events.samples import SampleSelected
from projections.folds.bearings import Bearings
from projections.folds.cash import CashData, record_cash
from projections.folds.children import record_child
from projections.folds.claims import record_claim
from projections.folds.journal import post
from projections.folds.payments import record_payment
from projections.folds.periods import record_period
from projections.folds.privacy import record_erasure
from projections.folds.samples import record_sample
from projections.folds.settlements import record_settlement
from projections.folds.subjects import note_interaction, note_subjects
from projections.folds.terms import TermsData, record_terms
from projections.rows import Page

INTERACTION: Final = "interaction.recorded.v1"
CLAIMS: Final = (*get_args(ClaimData), *get_args(ClaimDecisionData), CreditApplied)
SAMPLES: Final = (*get_args(SampleData), SampleSelected)
SETTLEMENTS: Final = (
    *get_args(SettlementData),
    *get_args(SettlementDecisionData),
    *get_args(BankData),
)
ERASURES: Final = (ErasureRequested, ErasureDeclined, ChildErased)
PERIODS: Final = (PeriodClosed, PeriodReopened)
Fold = Callable[[AnyEvent, Bearings, Page], None]


def _folds(shape: type[EventData]) -> tuple[Fold, ...]:
    """The folds that an event of this shape goes through, in order."""
    if shape in get_args(TermsData):
        return (record_terms,)
    if shape in (ReceiptAllocated, ReceiptUnallocated, CreditRefunded):
        return (record_cash, record_claim, post)
    if shape in get_args(CashData):
        return (record_cash, post)
    if shape in SAMPLES:
        return (record_sample,)
    if shape in CLAIMS:
        return (record_claim, post)
    if shape in SETTLEMENTS:
        return (record_settlement, post)
    if shape in ERASURES:
        return (record_erasure,)
    if shape in PERIODS:
        return (record_period,)
    if shape is RulesAdopted:
        return ()  # the index names it; nothing is read from it
    if shape in DECISIONS.values():
        return (record_payment, post)
    return (record_child, post) if shape is FactVoided else (record_child,)


FOLDS: Final = {shape: _folds(shape) for shape in EVENTS.values()}


def read_stored(
    version: int,
    stored_name: str,
    stored: bytes,
    bearings: Bearings,
    page: Page,
    voided: Mapping[int, AnyEvent],
) -> None:
    """Fold one stored event into a page. `voided` holds the facts that this batch voids."""
    if stored_name == INTERACTION:
        note_interaction(stored, version, page)
        return
    event = decode_event(stored_name, stored)
    about = voided.get(event.data.version) if isinstance(event.data, FactVoided) else None
    read_event(event, about, bearings, page)


def read_event(event: AnyEvent, voided: AnyEvent | None, bearings: Bearings, page: Page) -> None:
    """Fold one decoded event into a page; the journal comes after what it depends on."""
    for fold in FOLDS[type(event.data)]:
        fold(event, bearings, page)
    note_subjects(event, voided, bearings, page)
