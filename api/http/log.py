"""The log as it is stored: events in order of version, and one by its version."""

import datetime
from dataclasses import replace
from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.asking import AskingLedger, OnLedger, entity_tag, known_only
from api.http.filters import Ref, Whole
from api.http.moment import AsOf, AtMoment, KnownAt, version_meant
from api.http.outline import outline_of, visible_to
from api.http.pages import Limit
from api.http.permissions import sees_own_events_only
from api.http.problems import Problem, not_here
from ledger.log.ports import StoredEvent
from ledger.log.replies import shown_one
from projections.reading import events

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["log"])

VERSION_DIGITS: Final = 18
VERSION_MAX: Final = 10**VERSION_DIGITS
UNKNOWN: Final = ("unknown_event", "the ledger has no such version at this moment")

EventType = Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}[.][a-z_]{1,40}$")]
AfterVersion = Annotated[Whole, Query(ge=0, le=VERSION_MAX)]


@router.get("/events", name="list_events")
async def list_events(  # noqa: PLR0913 (one filter each)
    *,
    read: AtMoment,
    type: EventType = None,  # noqa: A002 (the parameter's name in the interface)
    contract: Ref = None,
    child: Ref = None,
    funder: Ref = None,
    partner: Ref = None,
    limit: Limit = 100,
    after: AfterVersion = 0,
) -> Response:
    """List events behind the version `after`; a recorder gets those that it recorded."""
    key = read.on.key
    actor = key.name if sees_own_events_only(key.roles) else None
    read = replace(read, names_contract=False)  # who follows the log may wait for a contract
    return await read.answer(
        lambda connection, ledger, at: events.events(
            connection, ledger, at,
            type=type, contract=contract, child=child, funder=funder, partner=partner,
            actor=actor, limit=limit, after=after, find_keys=read.find_keys,
        )
    )  # fmt: skip


@router.get("/events/{version}", name="read_event")
async def read_event(
    request: Request,
    on: OnLedger,
    version: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """Read one event, as it was answered. A key that sees only its own is refused others."""
    found = await _one(request, on, version, as_of, known_at)
    shown = await run_sync(shown_one, found, on.ledger, on.service.sealing.find_keys)
    return await _answer(on, shown)


@router.get("/events/{version}/stored", name="read_stored_event")
async def read_stored_event(
    request: Request,
    on: OnLedger,
    version: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Response:
    """Read one event: its stored bytes, exactly, which the leaf hash is of; values stay sealed."""
    found = await _one(request, on, version, as_of, known_at)
    return await _answer(on, found.stored)


async def _one(
    request: Request,
    on: AskingLedger,
    version: str,
    as_of: datetime.date | None,
    known_at: str | None,
) -> StoredEvent:
    """The event of a version, if there is one at the moment and the key may see it."""
    known_only(request)
    if not (version.isascii() and version.isdigit() and len(version) <= VERSION_DIGITS):
        raise not_here(*UNKNOWN)
    if known_at is not None and int(version) > await run_sync(version_meant, on, known_at):
        raise not_here(*UNKNOWN)
    found = await run_sync(on.service.log.read_one, on.ledger, int(version))
    if found is None:
        raise not_here(*UNKNOWN)
    if not visible_to(on.key, found.stored):
        raise Problem("role_missing", "this key reads the events that it recorded")
    outline = outline_of(found.stored)
    dated = outline.type not in events.KNOWN_ONLY
    if as_of is not None and dated and outline.effective_on > as_of:
        raise not_here(*UNKNOWN)
    return found


async def _answer(on: AskingLedger, body: bytes) -> Response:
    head = await run_sync(on.service.head, on.ledger)
    return Response(body, media_type="application/json", headers=entity_tag(head.version))
