"""Retention: what is due to go, by the rules that the contracts keep their data by."""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.http.filters import Day, Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from ledger.events.words import RetainedKind
from projections.reading import retention
from projections.reading.due_items import DueState

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}/retention", tags=["privacy"])

On = Annotated[
    Day | None, Query(description="the day that the question is about; today without it")
]
Kind = Annotated[RetainedKind | None, Query()]
State = Annotated[DueState | None, Query()]


@router.get("/due", name="list_due")
async def list_due(
    read: AtMoment,
    on: On = None,
    kind: Kind = None,
    contract: Ref = None,
    state: State = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List what is due: contracts' financial records, and children by reference and kind.

    `due` may be asked for, `requested` was, `declined` was since it is due, `held` waits for an
    identity that is kept longer, `reported` are financial records: the ledger deletes none.
    A page may be shorter than its limit; `next` says whether there is more.
    """
    return await read.answer(
        partial(
            retention.due,
            today=read.today, on=on, kind=kind, contract=contract, state=state,
            limit=limit, after=after,
        )
    )  # fmt: skip
