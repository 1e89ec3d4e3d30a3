"""Whom and what an event concerns: the index that the feed and a child's page read by."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.json import Decoder

from ledger.events.children import ChildEnrolled
from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentReversed
from ledger.events.delivery import RegisterSubmitted
from ledger.events.terms import SharesSet
from projections.folds.bearings import Bearings
from projections.rows import Page


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
    """Index an event under its type, its actor, and everybody it names.

    A voiding concerns whom the voided fact concerned.
    """
    named = set(_named(event, bearings))
    if voided is not None:
        named.update(_named(voided, bearings))
    page.note(event.version, f"type:{event.type}", f"actor:{event.actor}", *named)


def _named(event: AnyEvent, bearings: Bearings) -> Iterator[str]:
    content = event.data
    for field in ("contract", "child", "funder", "partner"):
        name = getattr(content, field, None)
        if name is not None:
            yield f"{field}:{name}"
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
        case ChildEnrolled(funders=dict(funders)):
            for funder in funders.values():
                yield f"funder:{funder}"
        case SharesSet():
            payers = [share.funder for share in content.shares or ()]
            payers += [share.funder for share in content.fixed or ()]
            yield from (f"funder:{payer}" for payer in payers if payer is not None)
        case _:
            fact = bearings.cash.get(event.version)
            if fact is not None and fact.funder is not None:
                yield f"contract:{fact.contract}"
                yield f"funder:{fact.funder}"
