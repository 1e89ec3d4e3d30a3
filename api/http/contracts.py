"""Contracts, funders and partners: the terms in force, and what each side owes."""

from functools import partial
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http.filters import Ref
from api.http.moment import UNKNOWN_CONTRACT, AtMoment
from api.http.pages import After, Limit
from projections.reading import contracts, funders, partners

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["contracts"])

UNKNOWN_FUNDER: Final = ("unknown_funder", "no such funder has joined at this moment")
UNKNOWN_PARTNER: Final = ("unknown_partner", "no order is placed with this partner at this moment")


@router.get("/contracts", name="list_contracts")
async def list_contracts(read: AtMoment, limit: Limit = 100, after: After = None) -> Response:
    """List the contracts, by reference.

    Without `as_of` today decides whether one has ended, and with it what is still possible.
    """
    return await read.answer(
        partial(contracts.contracts, today=read.today, limit=limit, after=after)
    )


@router.get("/contracts/{contract}", name="read_contract")
async def read_contract(read: AtMoment, contract: str) -> Response:
    """Read a contract: the terms in force, and what is released, possible and forgone.

    Without `as_of` today decides whether it has ended, and with it what is still possible.
    """
    one = partial(contracts.contract, today=read.today)
    return await read.about(contract, one, UNKNOWN_CONTRACT)


@router.get("/funders", name="list_funders")
async def list_funders(
    read: AtMoment, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """List the funders with their balances, by contract and reference."""
    return await read.answer(partial(funders.funders, contract=contract, limit=limit, after=after))


@router.get("/funders/{funder}", name="read_funder")
async def read_funder(read: AtMoment, funder: str, contract: Ref = None) -> Response:
    """Read a funder's balances."""
    return await read.about(funder, partial(funders.funder, contract=contract), UNKNOWN_FUNDER)


@router.get("/partners", name="list_partners")
async def list_partners(
    read: AtMoment, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """List the partners with what is owed to them, by contract and reference."""
    return await read.answer(
        partial(partners.partners, contract=contract, limit=limit, after=after)
    )


@router.get("/partners/{partner}", name="read_partner")
async def read_partner(read: AtMoment, partner: str, contract: Ref = None) -> Response:
    """Read what is owed to a partner, by order."""
    return await read.about(partner, partial(partners.partner, contract=contract), UNKNOWN_PARTNER)
