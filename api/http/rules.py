"""The versions of the rules that this service can run, and which one a ledger has adopted."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http.moment import AtMoment
from projections.reading.rules import rules

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["audit"])


@router.get("/rules", name="read_rules")
async def read_rules(read: AtMoment) -> Response:
    """Read which version of the rules is in force, and what each version says.

    Adoptions are what people decided: `known_at` alone filters them, whatever `as_of` says.
    """
    return await read.answer(rules)
