"""Whom and what an event concerns: the index that the feed and a child's page read by."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.json import Decoder

from ledger.events.cash import ReceiptAllocated, ReceiptUnallocated
from ledger.events.catalogue import EVENTS
from ledger.events.children import ChildEnrolled, ChildTransferred, EvidenceAttached
from ledger.events.claims import CreditRefunded
from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentReversed
from ledger.events.delivery import RegisterSubmitted
from ledger.events.settlements import SettlementCollected, SettlementDrafted
from ledger.events.terms import SharesSet
from projections.folds.bearings import Bearings
from projections.rows import Page

NAMED_FIELDS: Final = ("contract", "child", "funder", "partner")
NAMING: Final = {
    shape: tuple(field for field in NAMED_FIELDS if field in shape.__struct_fields__)
    for shape in EVENTS.values()
}
LISTING: Final = frozenset(
    {
        RegisterSubmitted,
        PaymentReleased,
        PaymentReversed,
        ChildEnrolled,
        ChildTransferred,
        SharesSet,
        EvidenceAttached,
        SettlementDrafted,
        SettlementCollected,
        ReceiptAllocated,
        ReceiptUnallocated,
        CreditRefunded,
    }
)


class _InteractionSubject(Struct):
    """The two fields of an interaction that the index needs."""

    child: str
    contract: str


class Interaction(Struct):
    """An interaction read no further than the index needs."""

    actor: str
    data: _InteractionSubject


read_interaction = Decoder(Interaction).decode


def note_interaction(stored: bytes, version: int, page: Page) -> None:
    """Index an interaction without decoding it whole."""
    read = read_interaction(stored)
    page.note(
        version,
        f"child:{read.data.child}",
        f"contract:{read.data.contract}",
        "type:interaction.recorded",
        f"actor:{read.actor}",
    )


def note_subjects(event: AnyEvent, voided: AnyEvent | None, bearings: Bearings, page: Page) -> None:
    """Index an event under its type, its actor, everybody it names, and its causes.

    A voiding concerns whom the voided fact concerned.
    """
    subjects = {f"type:{event.type}", f"actor:{event.actor}"}
    subjects.update(f"cause:{version}" for version in event.causes)
    _name(event, bearings, subjects)
    if voided is not None:
        _name(voided, bearings, subjects)
    page.note(event.version, *subjects)


def _name(event: AnyEvent, bearings: Bearings, subjects: set[str]) -> None:
    """Add everybody whom an event names, in its fields or in its lists."""
    content = event.data
    shape = type(content)
    for field in NAMING[shape]:
        name = getattr(content, field)
        if name is not None:
            subjects.add(f"{field}:{name}")
    if shape in LISTING:
        subjects.update(_listed(event, bearings))


def _listed(event: AnyEvent, bearings: Bearings) -> Iterator[str]:
    content = event.data
    match content:
        case RegisterSubmitted():
            order = bearings.orders.get((content.contract, content.order))
            if order is not None:
                yield f"partner:{order.partner}"
            for child in content.expected:
                yield f"child:{child}"
            yield f"session:{content.contract}/{content.order}/{content.session}"
        case PaymentReleased() | PaymentReversed():
            for share in content.split:
                yield f"funder:{share.funder}"
        case ChildEnrolled() | ChildTransferred():
            for funder in (content.funders or {}).values():
                yield f"funder:{funder}"
        case EvidenceAttached():
            yield f"about:{content.about}"
        case SettlementDrafted():
            yield from (f"partner:{partner}" for partner in content.partners or ())
        case SettlementCollected():
            yield from (f"partner:{part.partner}" for part in content.partners)
        case SharesSet():
            payers = [share.funder for share in content.shares or ()]
            payers += [share.funder for share in content.fixed or ()]
            yield from (f"funder:{payer}" for payer in payers if payer is not None)
        case _:
            fact = bearings.cash.get(event.version)
            if fact is not None and fact.funder is not None:
                yield f"contract:{fact.contract}"
                yield f"funder:{fact.funder}"
