"""The door of appending: one fact, a batch, or a stream of lines (`api.md`, Appending).

This is the hot door: one look at the headers, one read of the body, one decoding, and an answer
made of the stored bytes. Whether a fact is true to the rules is the writer's business.
"""

import asyncio
from typing import Any, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.answers import answered
from api.http.asking import AskingLedger, OnLedger, expected_version, idempotency_key, today_in
from api.http.bodies import JSON, NDJSON, media_type_of, read_body
from api.http.facts import items_of
from api.http.lines import LineResponse, Lines
from api.http.problems import shape_invalid
from ledger.log.refusals import WriterStopped
from ledger.log.requests import AppendAnswer, AppendRequest

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["appending"])


@router.post("/events", name="append_events", status_code=201)
async def append_events(request: Request, on: OnLedger) -> Response:
    """Append facts; the answer holds each event, the decisions that followed, and the seal."""
    dry_run = _dry_run(request)
    kind = media_type_of(request, allowed=(JSON, NDJSON))
    if kind == NDJSON:
        return await _stream(request, on, dry_run=dry_run)
    items, mode = items_of(await read_body(request), on.key.roles)
    asked = AppendRequest(
        actor=on.key.name,
        facts=items,
        mode=mode,
        idempotency_key=idempotency_key(on.headers),
        if_match=expected_version(on.headers),
        dry_run=dry_run,
        today=today_in(on.terms),
    )
    return answered(on, await submit(on, asked))


async def submit(on: AskingLedger, request: AppendRequest) -> AppendAnswer:
    """Hand a request to the writer, which may have to be opened first.

    What signs the answer is made ready before: nothing may fail once the facts are stored.
    """
    notary = on.service.signing.notary
    if notary.signs and notary.known_origin(on.ledger) is None:
        await run_sync(notary.origin, on.ledger)
    writer = on.service.open_writer(on.ledger)
    if writer is None:
        writer = await run_sync(on.service.writer, on.ledger)
    try:
        return await asyncio.wrap_future(writer.submit(request))
    except WriterStopped:
        if writer.failure is not None or on.service.stopping.is_set():
            raise
    # The writer was closed, having decided nothing of this, to make room for another ledger's.
    return await asyncio.wrap_future((await run_sync(on.service.writer, on.ledger)).submit(request))


async def _stream(request: Request, on: AskingLedger, *, dry_run: bool) -> Response:
    if dry_run:
        raise shape_invalid("a stream is committed in chunks and cannot be tried", "/query/dry_run")
    lines = Lines(request, on, submit)
    await lines.begin()
    headers: dict[str, str] = {"Idempotency-Replayed": "true"} if lines.replayed else {}
    return LineResponse(lines.answers(), status_code=200, media_type=NDJSON, headers=headers)


def _dry_run(request: Request) -> bool:
    sent = request.scope["query_string"]
    if not sent:
        return False
    parameters = request.query_params.multi_items()
    if len(parameters) == 1 and parameters[0][0] == "dry_run":
        value: Any = {"true": True, "1": True, "false": False, "0": False}.get(parameters[0][1])
        if value is not None:
            return bool(value)
    raise shape_invalid("this door takes dry_run=true or dry_run=false, nothing else", "/query")
