"""What stands behind an entry of the journal: the why of what its event is about."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from ledger.events.codec import AnyEvent
from projections.reading.invoices import credit_notes, invoice, receipts
from projections.reading.payments import payment
from projections.tracing.account import account_document
from projections.tracing.claim import claim_document
from projections.tracing.fee import fee_document
from projections.tracing.invoice import invoice_document
from projections.tracing.logged import Trail
from projections.tracing.payment import payment_document
from projections.tracing.receipt import receipt_document
from projections.tracing.settlement import settlement_document

Document = dict[str, Any]
Row = dict[str, Any]


class Behind(Protocol):
    """How the document behind an event is found; None where it is not there at the pair."""

    def __call__(self, trail: Trail, event: AnyEvent, /, *, recompute: bool) -> Document | None:
        """Answer with the why-document."""


def _of_row(
    find: Callable[[Trail, AnyEvent], Row | None], document: Callable[..., Document]
) -> Behind:
    """The document of a row of a read, where the pair has the row."""

    def found(trail: Trail, event: AnyEvent, *, recompute: bool) -> Document | None:
        row = find(trail, event)
        return None if row is None else document(trail, row, recompute=recompute)

    return found


def _payment(trail: Trail, event: AnyEvent) -> Row | None:
    return payment(trail.connection, trail.ledger, event.data.payment, trail.at)


def _invoice(trail: Trail, event: AnyEvent) -> Row | None:
    return invoice(trail.connection, trail.ledger, event.data.invoice, trail.at)


def _credit_note(trail: Trail, event: AnyEvent) -> Row | None:
    name = event.data.credit_note
    notes = credit_notes(trail.connection, trail.ledger, trail.at, name=name).items
    return notes[0] if notes else None


def _receipt(trail: Trail, event: AnyEvent) -> Row | None:
    name = event.data.receipt
    found = receipts(trail.connection, trail.ledger, trail.at, name=name).items
    return found[0] if found else None


PAYMENT: Final = _of_row(_payment, payment_document)
INVOICE: Final = _of_row(_invoice, invoice_document)
CREDIT_NOTE: Final = _of_row(_credit_note, invoice_document)
RECEIPT: Final = _of_row(_receipt, receipt_document)
BEHIND: Final[Mapping[str, Behind]] = {
    "payment.released": PAYMENT,
    "payment.reversed": PAYMENT,
    "claim.reduced": claim_document,
    "claim.withdrawn": claim_document,
    "invoice.issued": INVOICE,
    "invoice.written_off": INVOICE,
    "credit_note.issued": CREDIT_NOTE,
    "credit.refunded": CREDIT_NOTE,
    "receipt.recorded": RECEIPT,
    "receipt.allocated": RECEIPT,
    "receipt.unallocated": RECEIPT,
    "refund.paid": account_document,
    "fee.accrued": fee_document,
    "fee.reversed": fee_document,
    "fee.invoiced": account_document,
    "fee.credited": account_document,
    "fee.paid": account_document,
    "partner.settled": settlement_document,
    "partner.unsettled": settlement_document,
}
"""Every type of event that posts; `fact.voided` stands for the entry that it takes back."""
