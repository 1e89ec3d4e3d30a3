"""What the doors share that write no facts: one answer a request, however often it is sent."""

from typing import Final

import msgspec
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.responses import Response

from api.http.asking import Asking, idempotency_key
from api.http.once import Asked, Doing, once

REPLAYED: Final = {"Idempotency-Replayed": "true"}


async def written(
    request: Request, asked: Asking, body: bytes, do: Doing, *, keyed: bytes | None = b""
) -> Response:
    """Do the work once under the request's `Idempotency-Key`, and write the answer down.

    `keyed` stands for what a plain hash would give away; see `once.Asked`.
    """
    content = msgspec.json.decode(body) if body else None
    fingerprint = [request.method, request.url.path, content]
    asked_once = Asked(
        actor=asked.key.name,
        idempotency_key=idempotency_key(asked.headers),
        request=msgspec.json.encode(fingerprint, order="sorted"),
        keyed=keyed,
    )
    answer = await run_sync(once, asked.service.pool, asked_once, do)
    return Response(
        None if answer.document is None else msgspec.json.encode(answer.document),
        status_code=answer.status,
        media_type="application/json",
        headers=REPLAYED if answer.replayed else {},
    )
