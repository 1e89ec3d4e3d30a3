"""Erasing a child: asked for by one administrator, confirmed by another, or declined."""

from functools import partial
from typing import Annotated, Any, Final

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http import one_fact
from api.http.answers import refusal
from api.http.asking import (
    AskingLedger,
    OnLedger,
    entity_tag,
    named,
)
from api.http.moment import AtMoment
from api.http.pages import After, Limit, json_answer
from ledger.events.privacy import ErasureDeclined, ErasureRequested
from ledger.events.words import Basis, Code, ErasureScope
from ledger.log.requests import AppendAnswer, Recorded
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
    sent, asked = await one_fact.body_of(request, Asked)
    named(child, *UNKNOWN)
    content = ErasureRequested(child=child, basis=asked.basis, scope=asked.scope)
    answer = await one_fact.append(on, content, sent)
    response = _answered(on, answer, child)
    if response.status_code == ERASED:
        await run_sync(on.service.sealing.erasing.finish)
    return response


@router.post("/children/{child}/erasure/decline", name="decline_erasure", status_code=201)
async def decline_erasure(request: Request, on: OnLedger, child: str) -> Response:
    """Decline what was asked for: the child stays."""
    sent, declined = await one_fact.body_of(request, Declined)
    named(child, *UNKNOWN)
    content = ErasureDeclined(child=child, reason_code=declined.reason_code)
    return _answered(on, await one_fact.append(on, content, sent), child)


@router.get("/children/{child}/erasure", name="read_erasure")
async def read_erasure(read: AtMoment, child: str) -> Response:
    """Read where a child's erasure stands.

    It is what people decided: `known_at` alone filters it, whatever `as_of` says.
    """
    return await read.about(child, erasures.erasure, UNASKED)


@router.get("/erasures", name="list_erasures")
async def list_erasures(
    read: AtMoment, state: State = None, limit: Limit = 100, after: After = None
) -> Response:
    """List where each erasure stands, by child.

    They are what people decided: `known_at` alone filters them, whatever `as_of` says.
    """
    return await read.answer(partial(erasures.erasures, state=state, limit=limit, after=after))


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
