"""Doors that mean one fact: a body of their own, and the answer that `/events` gives."""

import datetime
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec
from fastapi import Request
from starlette.responses import Response

from api.http.answers import answered
from api.http.asking import AskingLedger, expected_version, idempotency_key, known_only, today_in
from api.http.bodies import JSON, decode_as, media_type_of, read_body
from api.http.events import submit
from api.http.problems import Problem, shape_invalid
from ledger.events.catalogue import TYPE_OF, FactData
from ledger.events.codec import Fact
from ledger.log.requests import AppendAnswer, AppendRequest, Submitted

NOT_FOUND: Final = 404

Body = TypeVar("Body")
Made = TypeVar("Made")


async def body_of(request: Request, shape: type[Body]) -> tuple[bytes, Body]:
    """The body of a request, as it was sent and as it was meant."""
    known_only(request)
    media_type_of(request, allowed=(JSON,))
    sent = await read_body(request)
    return sent, decode_as(shape, sent)


def made(make: Callable[..., Made], *fields: object, **named: object) -> Made:
    """Make a fact of a body; what its shape refuses is a body of the wrong shape."""
    try:
        return make(*fields, **named)
    except ValueError as wrong:
        raise shape_invalid(str(wrong)) from None


async def append(
    on: AskingLedger,
    content: FactData,
    sent: bytes,
    *,
    on_day: datetime.date | None = None,
    by_body: bool = False,
) -> AppendAnswer:
    """Append the fact that a request means, dated today unless it says another day.

    What is compared of a retry is what was sent, and where to; not the day on which it was. When
    `by_body`, the fact says more than the request did, and that is not compared.
    """
    today = today_in(on.terms)
    compared = msgspec.json.encode(
        {
            "type": TYPE_OF[type(content)],
            "data": None if by_body else msgspec.to_builtins(content),
            "body": msgspec.json.decode(sent),
        }
    )
    fact = made(Fact, effective_on=on_day or today, data=content)
    request = AppendRequest(
        actor=on.key.name,
        facts=(Submitted(fact, compared),),
        idempotency_key=idempotency_key(on.headers),
        if_match=expected_version(on.headers),
        today=today,
    )
    return await submit(on, request)


async def appended(
    on: AskingLedger,
    content: FactData,
    sent: bytes,
    *,
    on_day: datetime.date | None = None,
    in_path: str = "",
) -> Response:
    """Append the fact and answer as `/events` does; `in_path` is the code of what the path names.

    An unknown thing in a path is 404; the rules do not know paths.
    """
    try:
        return answered(on, await append(on, content, sent, on_day=on_day))
    except Problem as refused:
        refused.status = NOT_FOUND if refused.code == in_path else refused.status
        raise
