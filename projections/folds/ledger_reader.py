"""All folds together: one pass over stored events, in the order of their versions."""

from collections.abc import Mapping
from typing import Final

from ledger.events.codec import AnyEvent, decode_event
from ledger.events.people import FactVoided
from projections.folds.bearings import Bearings
from projections.folds.cash import record_cash
from projections.folds.children import record_child
from projections.folds.journal import post
from projections.folds.payments import record_payment
from projections.folds.subjects import note_interaction, note_subjects
from projections.folds.terms import record_terms
from projections.rows import Page

INTERACTION: Final = "interaction.recorded.v1"


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
    record_terms(event, bearings, page)
    record_cash(event, bearings, page)
    record_child(event, page)
    record_payment(event, bearings, page)
    post(event, bearings, page)
    note_subjects(event, voided, bearings, page)
