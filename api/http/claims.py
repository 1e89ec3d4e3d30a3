"""Claims: drafted and submitted by finance, approved by somebody else; and what each one holds."""

import datetime
from typing import Annotated, Final, Literal

import msgspec
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http import one_fact
from api.http.asking import OnLedger, named
from api.http.filters import Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from api.http.problems import not_here
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimSubmitted,
    ClaimWithdrawn,
)
from ledger.events.words import Code, Version
from ledger.events.words import Ref as Name
from projections.reading import claims

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["claims"])

CODE: Final = "unknown_claim"
UNKNOWN: Final = (CODE, "there is no such claim at this moment")
State = Annotated[Literal["drafted", "submitted", "approved", "withdrawn"] | None, Query()]


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a draft."""

    contract: Name
    claim: Name
    upto: datetime.date
    known_at: Version | None = None
    effective_on: datetime.date | None = None


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a step that needs no reason."""

    contract: Name
    effective_on: datetime.date | None = None


class ReasonedStep(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a step that needs a reason."""

    contract: Name
    reason_code: Code
    effective_on: datetime.date | None = None


class LineStep(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a step about a line."""

    contract: Name
    payment: Name
    reason_code: Code
    effective_on: datetime.date | None = None


@router.post("/claims", name="draft_claim", status_code=201)
async def draft_claim(request: Request, on: OnLedger) -> Response:
    """Draft a claim: what is released and unclaimed, effective by a day, known at a version."""
    sent, draft = await one_fact.body_of(request, Draft)
    terms = (draft.contract, draft.claim, draft.upto, draft.known_at)
    content = one_fact.made(ClaimDrafted, *terms)
    return await one_fact.appended(on, content, sent, on_day=draft.effective_on)


@router.post("/claims/{claim}/submit", name="submit_claim", status_code=201)
async def submit_claim(request: Request, on: OnLedger, claim: str) -> Response:
    """Submit a draft; from now on nobody edits it."""
    sent, step = await one_fact.body_of(request, Step)
    content = ClaimSubmitted(step.contract, named(claim, *UNKNOWN))
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/claims/{claim}/withdraw", name="withdraw_claim", status_code=201)
async def withdraw_claim(request: Request, on: OnLedger, claim: str) -> Response:
    """Take a claim back before it is approved; its lines may be claimed again."""
    sent, step = await one_fact.body_of(request, ReasonedStep)
    content = ClaimWithdrawn(step.contract, named(claim, *UNKNOWN), step.reason_code)
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/claims/{claim}/query", name="query_claim_line", status_code=201)
async def query_claim_line(request: Request, on: OnLedger, claim: str) -> Response:
    """Say that somebody asks about a line; the claim waits for the answer."""
    sent, step = await one_fact.body_of(request, LineStep)
    name = named(claim, *UNKNOWN)
    content = ClaimLineQueried(step.contract, name, step.payment, step.reason_code)
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/claims/{claim}/clear", name="clear_claim_line", status_code=201)
async def clear_claim_line(request: Request, on: OnLedger, claim: str) -> Response:
    """Say that the question about a line is answered."""
    sent, step = await one_fact.body_of(request, LineStep)
    name = named(claim, *UNKNOWN)
    content = ClaimLineCleared(step.contract, name, step.payment, step.reason_code)
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/claims/{claim}/reject", name="reject_claim_line", status_code=201)
async def reject_claim_line(request: Request, on: OnLedger, claim: str) -> Response:
    """Take a line off a submitted claim."""
    sent, step = await one_fact.body_of(request, LineStep)
    name = named(claim, *UNKNOWN)
    content = ClaimLineRejected(step.contract, name, step.payment, step.reason_code)
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/claims/{claim}/approve", name="approve_claim", status_code=201)
async def approve_claim(request: Request, on: OnLedger, claim: str) -> Response:
    """Approve a claim that others prepared: one invoice, or credit note, a funder."""
    sent, step = await one_fact.body_of(request, Step)
    content = ClaimApproved(step.contract, named(claim, *UNKNOWN))
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.get("/claims", name="list_claims")
async def list_claims(
    read: AtMoment,
    contract: Ref = None,
    state: State = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List claims by contract and name, with their totals."""
    return await read.answer(
        lambda connection, ledger, at: claims.claims(
            connection, ledger, at, contract=contract, state=state, limit=limit, after=after
        )
    )


@router.get("/claims/{claim}", name="read_claim")
async def read_claim(read: AtMoment, claim: str, contract: Ref = None) -> Response:
    """Read one claim with its control totals and what each funder owes."""
    named(claim, *UNKNOWN)
    return await read.answer(
        lambda connection, ledger, at: claims.claim(
            connection, ledger, claim, at, contract=contract
        ),
        missing=not_here(*UNKNOWN),
    )


@router.get("/claims/{claim}/lines", name="list_claim_lines")
async def list_claim_lines(
    read: AtMoment, claim: str, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """List the lines of a claim, each with its payment, its evidence and where it stands."""
    named(claim, *UNKNOWN)
    return await read.answer(
        lambda connection, ledger, at: claims.lines(
            connection, ledger, claim, at, contract=contract, limit=limit, after=after
        ),
        missing=not_here(*UNKNOWN),
    )
