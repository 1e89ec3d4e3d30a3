"""Erasing a child: asked for by one administrator, confirmed by another, or declined."""

from typing import Annotated, Any, Final

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.answers import refusal
from api.http.asking import (
    AskingLedger,
    OnLedger,
    entity_tag,
    expected_version,
    idempotency_key,
    known_only,
    named,
    today_in,
)
from api.http.bodies import JSON, decode_as, media_type_of, read_body
from api.http.events import submit
from api.http.moment import AtMoment
from api.http.pages import After, Limit, json_answer
from api.http.problems import not_here
from ledger.events.catalogue import ErasureData
from ledger.events.codec import Fact
from ledger.events.privacy import ErasureDeclined, ErasureRequested
from ledger.events.words import Basis, Code, ErasureScope
from ledger.log.requests import AppendAnswer, AppendRequest, Recorded, Submitted
from projections.reading import erasures

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["privacy"])

REQUESTED: Final = 202
ERASED: Final = 201
UNKNOWN: Final = ("unknown_child", "no child of this reference is known")
UNASKED: Final = ("unknown_erasure", "nobody has asked for this child's erasure")
State = Annotated[str | None, Query(pattern="^(requested|declined|erased)$")]


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a request for erasure: its ground in law, and what is to go."""

    basis: Basis
    scope: ErasureScope = "all"


class Declined(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a decline: why the request is not followed."""

    reason_code: Code


@router.post("/children/{child}/erasure", name="request_erasure", status_code=202)
async def request_erasure(request: Request, on: OnLedger, child: str) -> Response:
    """Ask for a child's erasure (202), or confirm what another administrator has asked for (201).

    A 201 says that the child's keys are destroyed.
    """
    body = await _body(request)
    asked = decode_as(Asked, body)
    named(child, *UNKNOWN)
    content = ErasureRequested(child=child, basis=asked.basis, scope=asked.scope)
    answer = await _append(on, "erasure.requested", content, body)
    response = _answered(on, answer, child)
    if response.status_code == ERASED:
        await run_sync(on.service.sealing.erasing.finish)
    return response


@router.post("/children/{child}/erasure/decline", name="decline_erasure", status_code=201)
async def decline_erasure(request: Request, on: OnLedger, child: str) -> Response:
    """Decline what was asked for: the child stays."""
    body = await _body(request)
    declined = decode_as(Declined, body)
    named(child, *UNKNOWN)
    content = ErasureDeclined(child=child, reason_code=declined.reason_code)
    return _answered(on, await _append(on, "erasure.declined", content, body), child)


@router.get("/children/{child}/erasure", name="read_erasure")
async def read_erasure(read: AtMoment, child: str) -> Response:
    """Read where a child's erasure stands."""
    named(child, *UNASKED)
    return await read.answer(
        lambda connection, ledger, at: erasures.erasure(connection, ledger, child, at),
        missing=not_here(*UNASKED),
    )


@router.get("/erasures", name="list_erasures")
async def list_erasures(
    read: AtMoment, state: State = None, limit: Limit = 100, after: After = None
) -> Response:
    """List where each erasure stands, by child."""
    return await read.answer(
        lambda connection, ledger, at: erasures.erasures(
            connection, ledger, at, state=state, limit=limit, after=after
        )
    )


async def _body(request: Request) -> bytes:
    known_only(request)
    media_type_of(request, allowed=(JSON,))
    return await read_body(request)


async def _append(on: AskingLedger, name: str, content: ErasureData, body: bytes) -> AppendAnswer:
    """Append the fact that a body means. What is compared of a retry is the body, not the day."""
    today = today_in(on.terms)
    sent = msgspec.json.encode(
        {"type": name, "child": content.child, "body": msgspec.json.decode(body)}
    )
    request = AppendRequest(
        actor=on.key.name,
        facts=(Submitted(Fact(effective_on=today, data=content), sent),),
        idempotency_key=idempotency_key(on.headers),
        if_match=expected_version(on.headers),
        today=today,
    )
    return await submit(on, request)


def _answered(on: AskingLedger, answer: AppendAnswer, child: str) -> Response:
    headers = entity_tag(answer.version)
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    if answer.outcome == "refused":
        refused = refusal(answer.refusals, headers)
        refused.status = 404 if refused.code == UNKNOWN[0] else refused.status
        raise refused
    recorded = answer.results[0]
    events = recorded.events if isinstance(recorded, Recorded) else ()
    event, *decisions = [msgspec.json.decode(stored) for stored in events]
    state = _state(event, decisions)
    document: dict[str, Any] = {
        "ledger": on.ledger,
        "child": child,
        "state": state,
        "version": answer.version,
        "event": event,
        "decisions": decisions,
    }
    response = json_answer(document, headers)
    response.status_code = REQUESTED if state == "requested" else ERASED
    return response


def _state(event: dict[str, Any], decisions: list[dict[str, Any]]) -> str:
    if decisions:
        return "erased"
    return "declined" if event["type"] == "erasure.declined" else "requested"
