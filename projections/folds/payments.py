"""Payments: one row for each release and each withholding, and what became of it."""

import msgspec

from ledger.events.codec import AnyEvent
from ledger.events.decisions import (
    PaymentEvidenceChanged,
    PaymentLapsed,
    PaymentReleased,
    PaymentReversed,
    PaymentWithheld,
)
from projections.folds.bearings import Bearings, WithheldKey
from projections.rows import Page, Payment, PaymentChange, PaymentShare


def record_payment(event: AnyEvent, bearings: Bearings, page: Page) -> None:
    """Add what an event says of payments."""
    match event.data:
        case PaymentReleased() as released:
            _close_withheld(released, event.version, bearings, page)
            page.add(_released(event, released))
            for share in released.split:
                page.add(
                    PaymentShare(
                        event.version,
                        released.contract,
                        share.funder,
                        share.amount_minor,
                        share.unfunded_minor,
                    )
                )
        case PaymentReversed() as reversal:
            page.add(PaymentChange(reversal.payment, event.version, "reversed", None))
        case PaymentWithheld() as withheld:
            _close_withheld(withheld, event.version, bearings, page)
            bearings.withheld[_key(withheld)] = withheld.payment
            page.add(_withheld(event, withheld))
        case PaymentLapsed() as lapsed:
            _close_withheld(lapsed, event.version, bearings, page)
        case PaymentEvidenceChanged() as changed:
            evidence = _json(changed.evidence)
            change = PaymentChange(
                changed.payment, event.version, "evidence", evidence, changed.area
            )
            page.add(change)
        case _:
            pass


def _key(payment: PaymentReleased | PaymentWithheld | PaymentLapsed) -> WithheldKey:
    return (payment.contract, payment.child, payment.trigger, payment.reference)


def _close_withheld(
    payment: PaymentReleased | PaymentWithheld | PaymentLapsed,
    version: int,
    bearings: Bearings,
    page: Page,
) -> None:
    """A withheld row goes when its trigger is released, withheld anew, or earned no more."""
    row = bearings.withheld.pop(_key(payment), None)
    if row is not None:
        page.add(PaymentChange(row, version, "gone", None))


def _json(thing: object) -> str:
    return msgspec.json.encode(thing).decode()


def _released(event: AnyEvent, released: PaymentReleased) -> Payment:
    return Payment(
        payment=released.payment,
        version=event.version,
        contract=released.contract,
        child=released.child,
        trigger=released.trigger,
        kind=released.kind,
        reference=released.reference,
        reason=None,
        effective_on=event.effective_on,
        card=released.card,
        share_set=released.share_set,
        rule_version=released.rule_version,
        amount_minor=released.amount_minor,
        funded_minor=released.funded_minor,
        unfunded_minor=released.unfunded_minor,
        split=_json(released.split),
        carries=None if released.carries is None else _json(released.carries),
        evidence=_json(released.evidence),
        area=released.area,
    )


def _withheld(event: AnyEvent, withheld: PaymentWithheld) -> Payment:
    return Payment(
        payment=withheld.payment,
        version=event.version,
        contract=withheld.contract,
        child=withheld.child,
        trigger=withheld.trigger,
        kind=withheld.kind,
        reference=withheld.reference,
        reason=withheld.reason,
        effective_on=event.effective_on,
        card=withheld.card,
        share_set=None,
        rule_version=withheld.rule_version,
        amount_minor=withheld.amount_minor,
        funded_minor=0,
        unfunded_minor=0,
        split="[]",
        carries=None,
        evidence=_json(withheld.evidence),
    )
