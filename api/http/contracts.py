"""Contracts, funders and partners: the terms in force, and what each side owes."""

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from api.http.asking import named
from api.http.filters import Ref
from api.http.moment import AtMoment
from api.http.pages import After, Limit
from api.http.problems import not_here
from projections.reading import contracts, funders, partners

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["contracts"])

UNKNOWN_CONTRACT: Final = ("unknown_contract", "no such contract is signed at this moment")
UNKNOWN_FUNDER: Final = ("unknown_funder", "no such funder has joined at this moment")
UNKNOWN_PARTNER: Final = ("unknown_partner", "no order is placed with this partner at this moment")


@router.get("/contracts", name="list_contracts")
async def list_contracts(read: AtMoment, limit: Limit = 100, after: After = None) -> Response:
    """List the contracts, by reference."""
    return await read.answer(
        lambda connection, ledger, at: contracts.contracts(
            connection, ledger, at, today=read.today, limit=limit, after=after
        )
    )


@router.get("/contracts/{contract}", name="read_contract")
async def read_contract(read: AtMoment, contract: str) -> Response:
    """Read a contract: the terms in force, and what is released, possible and forgone."""
    named(contract, *UNKNOWN_CONTRACT)
    return await read.answer(
        lambda connection, ledger, at: contracts.contract(
            connection, ledger, contract, at, today=read.today
        ),
        missing=not_here(*UNKNOWN_CONTRACT),
    )


@router.get("/funders", name="list_funders")
async def list_funders(
    read: AtMoment, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """List the funders with their balances, by contract and reference."""
    return await read.answer(
        lambda connection, ledger, at: funders.funders(
            connection, ledger, at, contract=contract, limit=limit, after=after
        )
    )


@router.get("/funders/{funder}", name="read_funder")
async def read_funder(read: AtMoment, funder: str, contract: Ref = None) -> Response:
    """Read a funder's balances."""
    named(funder, *UNKNOWN_FUNDER)
    return await read.answer(
        lambda connection, ledger, at: funders.funder(
            connection, ledger, funder, at, contract=contract
        ),
        missing=not_here(*UNKNOWN_FUNDER),
    )


@router.get("/partners", name="list_partners")
async def list_partners(
    read: AtMoment, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """List the partners with what is owed to them, by contract and reference."""
    return await read.answer(
        lambda connection, ledger, at: partners.partners(
            connection, ledger, at, contract=contract, limit=limit, after=after
        )
    )


@router.get("/partners/{partner}", name="read_partner")
async def read_partner(read: AtMoment, partner: str, contract: Ref = None) -> Response:
    """Read what is owed to a partner, by order."""
    named(partner, *UNKNOWN_PARTNER)
    return await read.answer(
        lambda connection, ledger, at: partners.partner(
            connection, ledger, partner, at, contract=contract
        ),
        missing=not_here(*UNKNOWN_PARTNER),
    )
