"""Verification samples: drawn by finance, judged by a verifier, closed when all are judged."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http.claims import UNKNOWN as NO_SUCH_CLAIM
from api.http.filters import Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from api.http.steps import Step, Subject, add_steps
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged
from projections.reading import samples

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["samples"])

UNKNOWN: Final = ("unknown_sample", "there is no such sample at this moment")


DRAWS: Final = (
    Step(
        "/claims/{claim}/samples", "draw_sample", SampleDrawn,
        "Draw a sample of a submitted claim's lines: anybody can draw it again from the seed.",
    ),
)  # fmt: skip
STEPS: Final = (
    Step(
        "/samples/{sample}/judge", "judge_sample", SampleJudged,
        "Say whether an item has its evidence; until the sample is closed the latest word counts.",
    ),
    Step(
        "/samples/{sample}/close", "close_sample", SampleClosed,
        "Close a sample whose items are all judged: what failed comes off the claim.",
    ),
)  # fmt: skip
add_steps(router, DRAWS, Subject("claim", *NO_SUCH_CLAIM))
add_steps(router, STEPS, Subject("sample", *UNKNOWN))


@router.get("/samples", name="list_samples")
async def list_samples(
    read: AtMoment,
    contract: Ref = None,
    claim: Ref = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List samples by contract and name, each with how many items passed, failed and wait."""
    return await read.answer(
        partial(samples.samples, contract=contract, claim=claim, limit=limit, after=after)
    )


@router.get("/samples/{sample}", name="read_sample")
async def read_sample(read: AtMoment, sample: str, contract: Ref = None) -> Response:
    """Read one sample: its seed, its items, and the amounts that a deduction is worked out from."""
    return await read.about(sample, partial(samples.sample, contract=contract), UNKNOWN)
