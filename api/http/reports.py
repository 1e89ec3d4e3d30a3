"""Reports that leave the organisation: small numbers are hidden in them (decision 0018)."""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http import sheets
from api.http.filters import By, Named, SuppressBelow
from api.http.moment import UNKNOWN_CONTRACT, AtMoment, Reading, Writer
from api.http.pages import json_answer
from api.http.permissions import SHOWS_SMALLER
from api.http.problems import Problem
from projections.reading.published.outcomes import published_outcomes
from projections.reading.published.payments import published_payments
from projections.suppression.table import THRESHOLD_DEFAULT

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}/reports", tags=["reports"])

VARIES: Final = {"Vary": "Accept"}


@router.get("/outcomes", name="report_outcomes")
async def report_outcomes(
    read: AtMoment, contract: Named, suppress_below: SuppressBelow = THRESHOLD_DEFAULT
) -> Response:
    """Report outcomes by area and cohort with totals, as JSON or as `text/csv`."""
    _may_show(read, suppress_below)
    return await read.answer(
        lambda connection, ledger, at: published_outcomes(
            connection,
            ledger,
            at,
            contract=contract,
            suppress_below=suppress_below,
            find_keys=read.find_keys,
        ),
        missing=Problem(*UNKNOWN_CONTRACT),
        write=_writer(read, "outcomes", sheets.outcomes),
    )


@router.get("/payments", name="report_payments")
async def report_payments(
    read: AtMoment,
    contract: Named,
    by: By = "quarter",
    suppress_below: SuppressBelow = THRESHOLD_DEFAULT,
) -> Response:
    """Report payments by period and trigger with totals, as JSON or as `text/csv`."""
    _may_show(read, suppress_below)
    return await read.answer(
        lambda connection, ledger, at: published_payments(
            connection, ledger, at, contract=contract, by=by, suppress_below=suppress_below
        ),
        missing=Problem(*UNKNOWN_CONTRACT),
        write=_writer(read, "payments", sheets.payments),
    )


def _may_show(read: Reading, suppress_below: int) -> None:
    """Let only a person who decides show smaller numbers than usual."""
    if suppress_below < THRESHOLD_DEFAULT and SHOWS_SMALLER.isdisjoint(read.on.key.roles):
        raise Problem(
            "role_missing", f"a threshold below {THRESHOLD_DEFAULT} takes the role approver"
        )


def _writer(read: Reading, report: str, sheet: sheets.Sheet) -> Writer:
    """How this request wants its report written."""
    if sheets.wanted(read.request.headers.get("accept", "")):
        return partial(_as_sheet, report=report, ledger=read.on.ledger, sheet=sheet)
    return _as_document


def _as_document(answer: dict[str, Any], headers: dict[str, str]) -> Response:
    return json_answer(answer, {**headers, **VARIES})


def _as_sheet(
    answer: dict[str, Any],
    headers: dict[str, str],
    *,
    report: str,
    ledger: str,
    sheet: sheets.Sheet,
) -> Response:
    about = {"report": report, "ledger": ledger}
    name = f"{report}-{answer['contract']}-version-{answer['version']}.csv"
    return Response(
        sheets.written(sheet(answer), about | sheets.parameters(answer)),
        media_type=sheets.MEDIA_TYPE,
        headers={**headers, **VARIES, "Content-Disposition": f'attachment; filename="{name}"'},
    )
