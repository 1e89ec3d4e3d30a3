"""Why, and what then: every amount back to its evidence, and forwards to what something caused.

A why-document is JSON, or with `Accept: text/html` a page to print.
"""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.http.filters import Ref
from api.http.invoices import UNKNOWN as UNKNOWN_INVOICE
from api.http.moment import AtMoment, Meant, Reading, Writer
from api.http.pages import After, Limit
from api.http.payments import UNKNOWN as UNKNOWN_PAYMENT
from api.http.problems import not_here
from api.http.subject_access import HEADERS, HTML, prefers_page
from api.tracing.written import as_page
from projections.exports.figures import root_at
from projections.reading.invoices import invoice_meant
from projections.reading.pair import Pair
from projections.reading.payments import payment_meant
from projections.tracing.bought import bought
from projections.tracing.caused import caused
from projections.tracing.fee import fee_why
from projections.tracing.invoice import invoice_why
from projections.tracing.journal_entry import entry_why
from projections.tracing.logged import NODES_MAX
from projections.tracing.payment import payment_why
from projections.tracing.receipt import receipt_why

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["tracing"])

VERSION_DIGITS: Final = 18
UNKNOWN_FEE: Final = ("unknown_fee", "there is no fee at this version at this moment")
UNKNOWN_RECEIPT: Final = ("unknown_receipt", "there is no such receipt at this moment")
UNKNOWN_ENTRY: Final = ("unknown_entry", "the event of this version posted nothing by this moment")
UNKNOWN_EVENT: Final = ("unknown_event", "the ledger has no such version at this moment")
UNKNOWN_FUNDER: Final = ("unknown_funder", "there is no such funder at this moment")

Recompute = Annotated[
    bool, Query(description="run the rules again, and say whether they come to the same")
]


@router.get("/payments/{payment}/why", name="why_payment")
async def why_payment(
    read: AtMoment,
    payment: str,
    *,
    recompute: Recompute = False,
    limit: Limit = NODES_MAX,
    after: After = None,
) -> Response:
    """Trace a payment: terms, evidence, arithmetic, caps; and its claim, invoices, bank lines."""
    why = partial(
        payment_why, find_keys=read.find_keys, recompute=recompute, limit=limit, after=after
    )
    return await _named(read, payment, why, UNKNOWN_PAYMENT, payment_meant)


@router.get("/fees/{version}/why", name="why_fee")
async def why_fee(
    read: AtMoment,
    version: str,
    *,
    recompute: Recompute = False,
    limit: Limit = NODES_MAX,
    after: After = None,
) -> Response:
    """Trace a partner's fee, or its reversal: register, order, limit; and its settlement."""
    why = partial(fee_why, find_keys=read.find_keys, recompute=recompute, limit=limit, after=after)
    return await _versioned(read, version, why, UNKNOWN_FEE)


@router.get("/invoices/{invoice}/why", name="why_invoice")
async def why_invoice(
    read: AtMoment,
    invoice: str,
    *,
    recompute: Recompute = False,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Trace an invoice or a credit note: the claim's lines of its funder, and what settled it."""
    why = partial(
        invoice_why, find_keys=read.find_keys, recompute=recompute, limit=limit, after=after
    )
    return await _named(read, invoice, why, UNKNOWN_INVOICE, invoice_meant)


@router.get("/receipts/{receipt}/why", name="why_receipt")
async def why_receipt(
    read: AtMoment,
    receipt: str,
    *,
    recompute: Recompute = False,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """Trace a receipt: what it was set against, down to the invoices and their claims."""
    why = partial(
        receipt_why, find_keys=read.find_keys, recompute=recompute, limit=limit, after=after
    )
    return await _named(read, receipt, why, UNKNOWN_RECEIPT)


@router.get("/journal/{version}/why", name="why_entry")
async def why_entry(read: AtMoment, version: str, *, recompute: Recompute = False) -> Response:
    """Trace the journal entry of an event: the whole way of what it is about."""
    why = partial(entry_why, find_keys=read.find_keys, recompute=recompute)
    return await _versioned(read, version, why, UNKNOWN_ENTRY)


@router.get("/funders/{funder}/bought", name="read_bought")
async def read_bought(
    read: AtMoment, funder: str, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """Say what a funder's money bought, by trigger and area; it adds up to what it recognised."""
    asked = partial(bought, contract=contract, limit=limit, after=after)
    return await read.about(funder, asked, UNKNOWN_FUNDER)


@router.get("/events/{version}/caused", name="read_caused")
async def read_caused(
    read: AtMoment, version: str, limit: Limit = 100, after: After = None
) -> Response:
    """List what an event caused: decisions, payments that rest on it, claims, postings."""
    asked = partial(caused, find_keys=read.find_keys, limit=limit, after=after)
    number = _number(version, UNKNOWN_EVENT)
    return await read.answer(
        lambda connection, ledger, at: asked(connection, ledger, number, at),
        missing=not_here(*UNKNOWN_EVENT),
    )


async def _named(
    read: Reading,
    name: str,
    why: Any,  # noqa: ANN401 (a question)
    unknown: tuple[str, str],
    meant: Meant | None = None,
) -> Response:
    return await read.about(name, _standing(read, why), unknown, _page_of(read), meant)


async def _versioned(read: Reading, version: str, why: Any, unknown: tuple[str, str]) -> Response:  # noqa: ANN401 (a question)
    number = _number(version, unknown)
    asked = _standing(read, why)
    return await read.answer(
        lambda connection, ledger, at: asked(connection, ledger, number, at),
        missing=not_here(*unknown),
        write=_page_of(read),
    )


def _number(version: str, unknown: tuple[str, str]) -> int:
    """The version in a path; what cannot be one names nothing."""
    if not (version.isascii() and version.isdecimal() and len(version) <= VERSION_DIGITS):
        raise not_here(*unknown)
    return int(version)


def _wants_page(read: Reading) -> bool:
    return prefers_page(read.request.headers.get("accept", ""))


def _standing(read: Reading, why: Any) -> Any:  # noqa: ANN401 (a question)
    """The same question, answered with where the log stood: `log: {size, root}`.

    A page also says when it was made, and which checkpoint covers the log by then. JSON does not:
    the same question about the same version has the same answer for ever.
    """

    def asked(connection: Any, ledger: str, about: Any, at: Pair) -> dict[str, Any] | None:  # noqa: ANN401 (as the question has it)
        document: dict[str, Any] | None = why(connection, ledger, about, at)
        if document is None:
            return None
        root = root_at(connection, ledger, at.known_at).hex()
        standing = {**document, "log": {"size": at.known_at, "root": root}}
        if _wants_page(read):
            service = read.on.service
            checkpoint = service.signing.notary.kept.covering(ledger, at.known_at)
            standing["made"] = {"at": service.log.clock(), "checkpoint": checkpoint}
        return standing

    return asked


def _page_of(read: Reading) -> Writer | None:
    """How the answer is written, where the client rather has a page than JSON."""
    if not _wants_page(read):
        return None

    def write(document: dict[str, Any], headers: dict[str, str]) -> Response:
        page = as_page(document, read.on.ledger)
        return Response(page, media_type=HTML, headers={**HEADERS, **headers})

    return write
