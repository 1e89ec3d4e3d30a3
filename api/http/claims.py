"""Claims: drafted and submitted by finance, approved by somebody else; and what each one holds."""

from functools import partial
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.http.filters import Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from api.http.steps import Step, Subject, add_steps
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimSubmitted,
    ClaimWithdrawn,
)
from projections.reading import claims

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["claims"])

UNKNOWN: Final = ("unknown_claim", "there is no such claim at this moment")
State = Annotated[Literal["drafted", "submitted", "approved", "withdrawn"] | None, Query()]


DRAFTS: Final = (
    Step(
        "/claims", "draft_claim", ClaimDrafted,
        "Draft a claim: what is released and unclaimed, effective by a day, known at a version.",
    ),
)  # fmt: skip
STEPS: Final = (
    Step(
        "/claims/{claim}/submit", "submit_claim", ClaimSubmitted,
        "Submit a draft; from now on nobody edits it.",
    ),
    Step(
        "/claims/{claim}/withdraw", "withdraw_claim", ClaimWithdrawn,
        "Take a claim back before it is approved; its lines may be claimed again.",
    ),
    Step(
        "/claims/{claim}/query", "query_claim_line", ClaimLineQueried,
        "Say that somebody asks about a line; the claim waits for the answer.",
    ),
    Step(
        "/claims/{claim}/clear", "clear_claim_line", ClaimLineCleared,
        "Say that the question about a line is answered.",
    ),
    Step(
        "/claims/{claim}/reject", "reject_claim_line", ClaimLineRejected,
        "Take a line off a submitted claim.",
    ),
    Step(
        "/claims/{claim}/approve", "approve_claim", ClaimApproved,
        "Approve a claim that others prepared: one invoice, or credit note, a funder.",
    ),
)  # fmt: skip
add_steps(router, DRAFTS)
add_steps(router, STEPS, Subject("claim", *UNKNOWN))


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
        partial(claims.claims, contract=contract, state=state, limit=limit, after=after)
    )


@router.get("/claims/{claim}", name="read_claim")
async def read_claim(read: AtMoment, claim: str, contract: Ref = None) -> Response:
    """Read one claim with its control totals and what each funder owes."""
    return await read.about(claim, partial(claims.claim, contract=contract), UNKNOWN)


@router.get("/claims/{claim}/lines", name="list_claim_lines")
async def list_claim_lines(
    read: AtMoment, claim: str, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """List the lines of a claim, each with its payment, its evidence and where it stands."""
    lines = partial(claims.lines, contract=contract, limit=limit, after=after)
    return await read.about(claim, lines, UNKNOWN)
