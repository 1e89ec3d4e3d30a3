"""Invoices to funders, credit notes, and the receipts that pay them."""

from functools import partial
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.http.filters import Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from api.http.steps import Step, Subject, add_steps
from ledger.events.cash import ReceiptUnallocated
from ledger.events.claims import CreditRefunded
from projections.reading import invoices

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["invoices"])

UNKNOWN: Final = ("unknown_invoice", "there is no such invoice at this moment")
NO_SUCH_RECEIPT: Final = ("unknown_receipt", "there is no such receipt at this moment")
NO_SUCH_CREDIT: Final = ("unknown_credit", "there is no such credit note at this moment")
OF_RECEIPTS: Final = (
    Step(
        "/receipts/{receipt}/unallocate", "unallocate_receipt", ReceiptUnallocated,
        "Take back a part of what a receipt pays of an invoice; it is the funder's credit again.",
    ),
)  # fmt: skip
OF_CREDIT_NOTES: Final = (
    Step(
        "/credit-notes/{credit_note}/refund", "refund_credit_note", CreditRefunded,
        "Say that a part of what is open of a credit note was paid to its funder.",
    ),
)  # fmt: skip
State = Annotated[Literal["open", "settled"] | None, Query()]

add_steps(router, OF_RECEIPTS, Subject("receipt", *NO_SUCH_RECEIPT))
add_steps(router, OF_CREDIT_NOTES, Subject("credit_note", *NO_SUCH_CREDIT))


@router.get("/invoices", name="list_invoices")
async def list_invoices(
    *,
    read: AtMoment,
    contract: Ref = None,
    funder: Ref = None,
    claim: Ref = None,
    state: State = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List invoices in order of issue, with what settled each and what is open."""
    return await read.answer(
        partial(
            invoices.invoices,
            contract=contract, funder=funder, claim=claim, state=state, limit=limit, after=after,
        )
    )  # fmt: skip


@router.get("/invoices/{invoice}", name="read_invoice")
async def read_invoice(read: AtMoment, invoice: str) -> Response:
    """Read one invoice."""
    return await read.about(invoice, invoices.invoice, UNKNOWN, meant=invoices.invoice_meant)


@router.get("/credit-notes", name="list_credit_notes")
async def list_credit_notes(
    read: AtMoment,
    contract: Ref = None,
    funder: Ref = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List credit notes in order of issue, with what is left of each."""
    return await read.answer(
        partial(invoices.credit_notes, contract=contract, funder=funder, limit=limit, after=after)
    )


@router.get("/receipts", name="list_receipts")
async def list_receipts(
    *,
    read: AtMoment,
    contract: Ref = None,
    funder: Ref = None,
    state: State = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List receipts in order of version, with the invoices that each was allocated to."""
    return await read.answer(
        partial(
            invoices.receipts,
            contract=contract, funder=funder, state=state, limit=limit, after=after,
        )
    )  # fmt: skip
