"""Settlements: drafted by finance, approved by somebody else, paid; and what each partner gets."""

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
from ledger.events.settlements import (
    Partners,
    SettlementApproved,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
    SettlementWithdrawn,
)
from ledger.events.words import Amount, Code, Title, Version
from ledger.events.words import Ref as Name
from projections.reading import remittances, settlements

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["settlements"])

CODE: Final = "unknown_settlement"
UNKNOWN: Final = (CODE, "there is no such settlement at this moment")
UNPAID: Final = ("unknown_partner", "the settlement holds nothing of this partner at this moment")
State = Annotated[Literal["drafted", "approved", "paid", "withdrawn"] | None, Query()]


class Draft(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a draft."""

    contract: Name
    settlement: Name
    upto: datetime.date
    known_at: Version | None = None
    partners: Partners | None = None
    effective_on: datetime.date | None = None


class Approval(msgspec.Struct, forbid_unknown_fields=True):
    """The body of an approval."""

    contract: Name
    effective_on: datetime.date | None = None


class Withdrawal(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a withdrawal."""

    contract: Name
    reason_code: Code
    effective_on: datetime.date | None = None


class Payment(msgspec.Struct, forbid_unknown_fields=True):
    """The body that says that the money has gone out."""

    contract: Name
    bank_account: Name = "main"
    reference: Title | None = None
    effective_on: datetime.date | None = None


class Return(msgspec.Struct, forbid_unknown_fields=True):
    """The body that says that a partner's money came back."""

    contract: Name
    partner: Name
    amount_minor: Amount
    reason_code: Code
    effective_on: datetime.date | None = None


@router.post("/settlements", name="draft_settlement", status_code=201)
async def draft_settlement(request: Request, on: OnLedger) -> Response:
    """Draft a settlement of what partners are owed, effective by a day, known at a version."""
    sent, draft = await one_fact.body_of(request, Draft)
    terms = (draft.contract, draft.settlement, draft.upto, draft.known_at, draft.partners)
    content = one_fact.made(SettlementDrafted, *terms)
    return await one_fact.appended(on, content, sent, on_day=draft.effective_on)


@router.post("/settlements/{settlement}/approve", name="approve_settlement", status_code=201)
async def approve_settlement(request: Request, on: OnLedger, settlement: str) -> Response:
    """Approve a settlement that somebody else drafted, to accounts that are confirmed."""
    sent, step = await one_fact.body_of(request, Approval)
    content = SettlementApproved(step.contract, named(settlement, *UNKNOWN))
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/settlements/{settlement}/withdraw", name="withdraw_settlement", status_code=201)
async def withdraw_settlement(request: Request, on: OnLedger, settlement: str) -> Response:
    """Take a settlement back before it is paid; what it held may be settled again."""
    sent, step = await one_fact.body_of(request, Withdrawal)
    content = SettlementWithdrawn(step.contract, named(settlement, *UNKNOWN), step.reason_code)
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/settlements/{settlement}/pay", name="pay_settlement", status_code=201)
async def pay_settlement(request: Request, on: OnLedger, settlement: str) -> Response:
    """Say that an approved settlement's money has gone out: one payment a partner."""
    sent, step = await one_fact.body_of(request, Payment)
    name = named(settlement, *UNKNOWN)
    content = SettlementPaid(step.contract, name, step.reference, step.bank_account)
    return await one_fact.appended(on, content, sent, on_day=step.effective_on, in_path=CODE)


@router.post("/settlements/{settlement}/return", name="return_settlement_payment", status_code=201)
async def return_settlement_payment(request: Request, on: OnLedger, settlement: str) -> Response:
    """Say that the bank sent a partner's payment back: the partner is owed it again."""
    sent, back = await one_fact.body_of(request, Return)
    name = named(settlement, *UNKNOWN)
    terms = (back.contract, name, back.partner, back.amount_minor, back.reason_code)
    content = one_fact.made(SettlementReturned, *terms)
    return await one_fact.appended(on, content, sent, on_day=back.effective_on, in_path=CODE)


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
        lambda connection, ledger, at: settlements.settlements(
            connection, ledger, at, contract=contract, state=state, limit=limit, after=after
        )
    )


@router.get("/settlements/{settlement}", name="read_settlement")
async def read_settlement(read: AtMoment, settlement: str, contract: Ref = None) -> Response:
    """Read one settlement: what it pays whom, and who drafted, approved and paid it."""
    named(settlement, *UNKNOWN)
    return await read.answer(
        lambda connection, ledger, at: settlements.settlement(
            connection, ledger, settlement, at, contract=contract
        ),
        missing=not_here(*UNKNOWN),
    )


@router.get("/settlements/{settlement}/remittances/{partner}", name="read_remittance")
async def read_remittance(
    read: AtMoment, settlement: str, partner: str, contract: Ref = None
) -> Response:
    """Read what a settlement pays a partner, session by session, and what comes off."""
    named(settlement, *UNKNOWN)
    named(partner, *UNPAID)
    return await read.answer(
        lambda connection, ledger, at: remittances.remittance(
            connection, ledger, settlement, partner, at, contract=contract
        ),
        missing=not_here(*UNPAID),
    )
