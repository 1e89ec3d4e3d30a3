"""Payments, one by one and added up by period."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http.filters import By, FirstOn, LastOn, Ref, State
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from projections.reading import payments, summary

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["payments"])

UNKNOWN: Final = ("unknown_payment", "there is no such payment at this moment")


@router.get("/payments", name="list_payments")
async def list_payments(  # noqa: PLR0913 (one filter each)
    *,
    read: AtMoment,
    contract: Ref = None,
    child: Ref = None,
    funder: Ref = None,
    trigger: Ref = None,
    state: State = None,
    first_on: FirstOn = None,
    last_on: LastOn = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List the payments in order of version; a reversed one keeps its original amounts."""
    return await read.answer(
        partial(
            payments.payments,
            contract=contract, child=child, funder=funder, trigger=trigger, state=state,
            first_on=first_on, last_on=last_on, limit=limit, after=after,
        )
    )  # fmt: skip


@router.get("/payments/{payment}", name="read_payment")
async def read_payment(read: AtMoment, payment: str) -> Response:
    """Read one payment with its split and its evidence."""
    return await read.about(payment, payments.payment, UNKNOWN, meant=payments.payment_meant)


@router.get("/summary", name="read_summary")
async def read_summary(read: AtMoment, contract: Ref = None, by: By = "month") -> Response:
    """Add payments up by period and trigger; count and amount are releases less reversals."""
    return await read.answer(partial(summary.summary, contract=contract, by=by))
