"""Settlements: drafted by finance, approved by somebody else, paid; and what each partner gets."""

from functools import partial
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.http.asking import named
from api.http.filters import Ref
from api.http.moment import AtMoment
from api.http.pages import LIMIT_MAX, After, Limit
from api.http.problems import not_here
from api.http.steps import Step, Subject, add_steps
from ledger.events.settlements import (
    SettlementApproved,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
    SettlementWithdrawn,
)
from projections.reading import remittances, settlements

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["settlements"])

UNKNOWN: Final = ("unknown_settlement", "there is no such settlement at this moment")
UNPAID: Final = ("unknown_partner", "the settlement holds nothing of this partner at this moment")
State = Annotated[Literal["drafted", "approved", "paid", "withdrawn"] | None, Query()]


DRAFTS: Final = (
    Step(
        "/settlements", "draft_settlement", SettlementDrafted,
        "Draft a settlement of what partners are owed, effective by a day, known at a version.",
    ),
)  # fmt: skip
STEPS: Final = (
    Step(
        "/settlements/{settlement}/approve", "approve_settlement", SettlementApproved,
        "Approve a settlement that somebody else drafted, to accounts that are confirmed.",
    ),
    Step(
        "/settlements/{settlement}/withdraw", "withdraw_settlement", SettlementWithdrawn,
        "Take a settlement back before it is paid; what it held may be settled again.",
    ),
    Step(
        "/settlements/{settlement}/pay", "pay_settlement", SettlementPaid,
        "Say that an approved settlement's money has gone out: one payment a partner.",
    ),
    Step(
        "/settlements/{settlement}/return", "return_settlement_payment", SettlementReturned,
        "Say that the bank sent a partner's payment back: the partner is owed it again.",
    ),
)  # fmt: skip
add_steps(router, DRAFTS)
add_steps(router, STEPS, Subject("settlement", *UNKNOWN))


@router.get("/settlements", name="list_settlements")
async def list_settlements(
    read: AtMoment,
    contract: Ref = None,
    state: State = None,
    limit: Limit = 100,
    after: After = None,
) -> Response:
    """List settlements by contract and name, with what each pays."""
    return await read.answer(
        partial(settlements.settlements, contract=contract, state=state, limit=limit, after=after)
    )


@router.get("/settlements/{settlement}", name="read_settlement")
async def read_settlement(read: AtMoment, settlement: str, contract: Ref = None) -> Response:
    """Read one settlement: what it pays whom, and who drafted, approved and paid it."""
    one = partial(settlements.settlement, contract=contract)
    return await read.about(settlement, one, UNKNOWN)


@router.get("/settlements/{settlement}/remittances/{partner}", name="read_remittance")
async def read_remittance(
    *,
    read: AtMoment,
    settlement: str,
    partner: str,
    contract: Ref = None,
    limit: Limit = LIMIT_MAX,
    after: After = None,
) -> Response:
    """Read what a settlement pays a partner, session by session, and what comes off.

    The sums are of all sessions, whatever the page.
    """
    named(settlement, *UNKNOWN)
    named(partner, *UNPAID)
    return await read.answer(
        lambda connection, ledger, at: remittances.remittance(
            connection, ledger, settlement, partner, at, contract=contract, limit=limit, after=after
        ),
        missing=not_here(*UNPAID),
    )
