"""Periods: closing one with its trial balance, reopening it, reading what was closed."""

import datetime
from dataclasses import replace
from typing import Final

import msgspec
import structlog
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http import one_fact
from api.http.answers import answered
from api.http.asking import AskingLedger, OnLedger
from api.http.filters import Ref
from api.http.moment import AtMoment, Reading, projected_up_to
from api.http.pages import After, Limit
from api.http.problems import not_here, shape_invalid
from ledger.events.periods import SPAN, AccountBalance, PeriodClosed, PeriodReopened
from ledger.events.words import Code, Hardness
from ledger.events.words import Ref as Name
from ledger.log.refusals import Unavailable
from ledger.refusals import PeriodMoved
from projections.reading import periods
from projections.reading.pair import Pair
from projections.reading.trial_balance import posted_trial_balance

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["books"])

log: Final = structlog.get_logger("api.http")

CLOSINGS_TRIED_MAX: Final = 10
VERSION_DIGITS: Final = 18
UNKNOWN: Final = ("unknown_closing", "no period was closed at this version")


class Close(msgspec.Struct, forbid_unknown_fields=True, rename=SPAN):
    """The body of a closing: of a contract, or without one of the ledger."""

    first_on: datetime.date
    last_on: datetime.date
    hardness: Hardness
    contract: Name | None = None
    effective_on: datetime.date | None = None


class Reopen(msgspec.Struct, forbid_unknown_fields=True, rename=SPAN):
    """The body of a reopening: why the period is opened again."""

    first_on: datetime.date
    last_on: datetime.date
    reason_code: Code
    contract: Name | None = None
    effective_on: datetime.date | None = None


@router.post("/periods/close", name="close_period", status_code=201)
async def close_period(request: Request, on: OnLedger) -> Response:
    """Close a period with the trial balance by the day of posting, as the ledger stands.

    Where the ledger moves on meanwhile it is taken again, ten times at most. The answer also holds
    a signed checkpoint of the log, the first one with the closing in it.
    """
    sent, close = await one_fact.body_of(request, Close)
    for _ in range(CLOSINGS_TRIED_MAX):
        closing = await _closing(on, close)
        answer = await one_fact.append(on, closing, sent, on_day=close.effective_on, by_body=True)
        if not any(refused.code == PeriodMoved.code for refused in answer.refusals):
            break
    if answer.outcome == "refused":
        return answered(on, answer)
    return answered(on, answer, checkpoint=await run_sync(_checkpoint, on, answer.version))


@router.post("/periods/reopen", name="reopen_period", status_code=201)
async def reopen_period(request: Request, on: OnLedger) -> Response:
    """Open the last closed period again; whoever closed it is refused."""
    sent, reopen = await one_fact.body_of(request, Reopen)
    terms = (reopen.first_on, reopen.last_on, reopen.reason_code, reopen.contract)
    content = one_fact.made(PeriodReopened, *terms)
    return await one_fact.appended(on, content, sent, on_day=reopen.effective_on)


@router.get("/periods", name="list_periods")
async def list_periods(
    read: AtMoment, contract: Ref = None, limit: Limit = 100, after: After = None
) -> Response:
    """List closings, the latest first, with what became of each.

    They are what people decided: `known_at` alone filters them, whatever `as_of` says.
    """
    return await read.answer(
        lambda connection, ledger, at: periods.closings(
            connection, ledger, at, contract=contract, limit=limit, after=after
        )
    )


@router.get("/periods/{closing}", name="read_period")
async def read_period(read: AtMoment, closing: str) -> Response:
    """Read one closing, named by its version, with the trial balance that it stored.

    It is what people decided: `known_at` alone filters it, whatever `as_of` says.
    """
    version = _version(closing)
    known_at = max(read.at.known_at, await _known_from(read, version))
    return await replace(read, at=Pair(read.at.as_of, known_at)).answer(
        lambda connection, ledger, at: periods.closing(connection, ledger, version, at),
        missing=not_here(*UNKNOWN),
    )


@router.get("/periods/{closing}/trial-balance", name="read_period_trial_balance")
async def read_period_trial_balance(read: AtMoment, closing: str) -> Response:
    """Take a closed period's trial balance again, as known when it was closed or at `known_at`.

    It does not change: neither this answer, nor its figures at a later version while the period
    stays closed. It is by the day of posting: `known_at` alone is taken, and `as_of` is refused.
    """
    version = _version(closing)
    if read.at.as_of is not None:
        raise shape_invalid("a period's report is by the day of posting", "/query/as_of")
    known_at = await _known_from(read, version) or read.at.known_at
    return await replace(read, at=Pair(None, known_at)).answer(
        lambda connection, ledger, at: periods.report(connection, ledger, version, at),
        missing=not_here(*UNKNOWN),
    )


async def _known_from(read: Reading, version: int) -> int:
    """The version of a closing, once it is projected; 0 when `known_at` names another moment."""
    if "known_at" in read.request.query_params:
        return 0
    head = await run_sync(read.on.service.head, read.on.ledger)
    if version > head.version:
        raise not_here(*UNKNOWN)
    await projected_up_to(read.on, version)
    return version


def _version(closing: str) -> int:
    if not (closing.isascii() and closing.isdigit() and len(closing) <= VERSION_DIGITS):
        raise not_here(*UNKNOWN)
    return int(closing)


async def _closing(on: AskingLedger, close: Close) -> PeriodClosed:
    """What is closed: the trial balance of the ledger as it stands, once it is projected."""
    head = await run_sync(on.service.head, on.ledger)
    await projected_up_to(on, head.version)
    accounts = await run_sync(_trial_balance, on, close, head.version)
    return one_fact.made(
        PeriodClosed,
        first_on=close.first_on,
        last_on=close.last_on,
        hardness=close.hardness,
        trial_balance=accounts,
        at_version=head.version,
        root=head.root.hex(),
        contract=close.contract,
    )


def _checkpoint(on: AskingLedger, version: int) -> str | None:
    """The first checkpoint with a closing in it; none when nothing can be signed now.

    The period is closed all the same. It is signed at the next round, which also says why not now.
    """
    try:
        return str(on.service.signing.notary.covering(on.ledger, version))
    except Unavailable as fault:
        log.warning("closing_unsigned", ledger=on.ledger, version=version, code=fault.code)
        return None


def _trial_balance(on: AskingLedger, close: Close, version: int) -> tuple[AccountBalance, ...]:
    with on.service.pool.connection() as connection:
        found = posted_trial_balance(
            connection,
            on.ledger,
            version,
            posted_upto=close.last_on,
            contract=close.contract,
        )
    return tuple(AccountBalance(**row) for row in found["accounts"])
