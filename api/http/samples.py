"""Verification samples: drawn by finance, judged by a verifier, closed when all are judged."""

import datetime
from typing import Final

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http import one_fact
from api.http.asking import OnLedger, named
from api.http.claims import CODE as UNKNOWN_CLAIM
from api.http.claims import UNKNOWN as NO_SUCH_CLAIM
from api.http.claims import Step
from api.http.filters import Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from api.http.problems import not_here
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged, SampleMethod, Size
from ledger.events.words import Code
from ledger.events.words import Ref as Name
from projections.reading import samples

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["samples"])

CODE: Final = "unknown_sample"
UNKNOWN: Final = (CODE, "there is no such sample at this moment")


class Draw(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a draw."""

    contract: Name
    sample: Name
    size: Size
    seed: Name
    method: SampleMethod
    effective_on: datetime.date | None = None


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a verdict on an item."""

    contract: Name
    payment: Name
    passed: bool
    reason_code: Code | None = None
    effective_on: datetime.date | None = None


@router.post("/claims/{claim}/samples", name="draw_sample", status_code=201)
async def draw_sample(request: Request, on: OnLedger, claim: str) -> Response:
    """Draw a sample of a submitted claim's lines: anybody can draw it again from the seed."""
    sent, draw = await one_fact.body_of(request, Draw)
    name = named(claim, *NO_SUCH_CLAIM)
    content = SampleDrawn(draw.contract, name, draw.sample, draw.size, draw.seed, draw.method)
    return await one_fact.appended(
        on, content, sent, on_day=draw.effective_on, in_path=UNKNOWN_CLAIM
    )


@router.post("/samples/{sample}/judge", name="judge_sample", status_code=201)
async def judge_sample(request: Request, on: OnLedger, sample: str) -> Response:
    """Say whether an item has its evidence; until the sample is closed the latest word counts."""
    sent, said = await one_fact.body_of(request, Verdict)
    name = named(sample, *UNKNOWN)
    content = SampleJudged(said.contract, name, said.payment, said.passed, said.reason_code)
    return await one_fact.appended(on, content, sent, on_day=said.effective_on, in_path=CODE)


@router.post("/samples/{sample}/close", name="close_sample", status_code=201)
async def close_sample(request: Request, on: OnLedger, sample: str) -> Response:
    """Close a sample whose items are all judged: what failed comes off the claim."""
    sent, step = await one_fact.body_of(request, Step)
    content = SampleClosed(step.contract, named(sample, *UNKNOWN))
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.get("/samples", name="list_samples")
async def list_samples(
    read: AtMoment,
    contract: Ref = None,
    claim: Ref = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List samples by contract and name, each with its items in the order of the draw."""
    return await read.answer(
        lambda connection, ledger, at: samples.samples(
            connection, ledger, at, contract=contract, claim=claim, limit=limit, after=after
        )
    )


@router.get("/samples/{sample}", name="read_sample")
async def read_sample(read: AtMoment, sample: str, contract: Ref = None) -> Response:
    """Read one sample: its seed, its items, and the amounts that a deduction is worked out from."""
    named(sample, *UNKNOWN)
    return await read.answer(
        lambda connection, ledger, at: samples.sample(
            connection, ledger, sample, at, contract=contract
        ),
        missing=not_here(*UNKNOWN),
    )
