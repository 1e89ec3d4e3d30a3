"""Children: where each of them is on its path, and what the programme achieved by area."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http.filters import Ref, Stage
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from projections.reading import children, outcomes

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["children"])

UNKNOWN: Final = ("unknown_child", "no child of this reference is enrolled at this moment")


@router.get("/children", name="list_children")
async def list_children(
    read: AtMoment,
    contract: Ref = None,
    cohort: Ref = None,
    school: Ref = None,
    stage: Stage = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List the children, by contract and reference.

    Without `as_of` today decides whether a contract has ended, and with it what is still possible.
    What was erased reads as `erased` at every pair of dates.
    """
    return await read.answer(
        partial(
            children.children,
            today=read.today, contract=contract, cohort=cohort, school=school, stage=stage,
            limit=limit, after=after, find_keys=read.find_keys,
        )
    )  # fmt: skip


@router.get("/children/{child}", name="read_child")
async def read_child(read: AtMoment, child: str, contract: Ref = None) -> Response:
    """Read one child: stage, engagement, areas, payments, and what is possible and forgone.

    Without `as_of` today decides whether its contract has ended. What was erased reads as `erased`
    at every pair of dates.
    """
    one = partial(children.child, today=read.today, contract=contract, find_keys=read.find_keys)
    return await read.about(child, one, UNKNOWN)


@router.get("/outcomes", name="read_outcomes")
async def read_outcomes(read: AtMoment, contract: Ref = None, cohort: Ref = None) -> Response:
    """Say what was achieved by area, and by how many children.

    A child whose scores were erased is counted as `erased` at every pair of dates.
    """
    return await read.answer(
        partial(outcomes.outcomes, contract=contract, cohort=cohort, find_keys=read.find_keys)
    )
