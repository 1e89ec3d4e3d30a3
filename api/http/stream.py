"""The log as it grows: server-sent events, continued from `Last-Event-ID`.

The id of each message is the version, so a client that comes back misses nothing and gets nothing
twice. A stream ends when the client leaves, the key is deleted, or the service stops.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.http.asking import AskingLedger, OnLedger, key_of, known_only
from api.http.filters import Whole
from api.http.outline import visible_to
from api.http.problems import Problem, shape_invalid
from ledger.log.ports import StoredEvent
from ledger.log.replies import shown_all

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["log"])

CHUNK: Final = 500
POLL_S: Final = 0.1
KEY_CHECKED_S: Final = 1.0
RETRY_MS: Final = 1_000
LAST_VERSION: Final = 10**18


async def beginning(
    request: Request,
    on: OnLedger,
    after: Annotated[Whole | None, Query(ge=0, le=LAST_VERSION)] = None,
    last_event_id: Annotated[str | None, Header()] = None,
) -> "Tail":
    """Refuse what cannot be streamed before the stream begins."""
    known_only(request)
    if last_event_id:
        if not last_event_id.isdecimal() or int(last_event_id) > LAST_VERSION:
            raise shape_invalid("the id of a message of this stream", "/headers/Last-Event-ID")
        after = int(last_event_id)
    return Tail(on, request.headers["authorization"], after or 0)


@router.get("/events/stream", name="stream_events", response_class=EventSourceResponse)
async def stream_events(
    tail: Annotated["Tail", Depends(beginning)],
) -> AsyncIterator[ServerSentEvent]:
    """Stream the events behind `Last-Event-ID`, or behind `after`, and then each as it comes.

    It takes no pair of dates: it goes on for ever, in order of version.
    """
    yield ServerSentEvent(comment="the log", retry=RETRY_MS)
    async for event in tail.events():
        yield event


class Tail:
    """The part of a ledger's log behind a version, for ever."""

    def __init__(self, on: AskingLedger, authorization: str, after: int) -> None:
        """Begin behind `after`."""
        self._on = on
        self._authorization = authorization
        self._after = after
        self._checked_at = time.monotonic()

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        """Each event with its version as id and its type as name."""
        while not self._on.service.stopping.is_set() and await self._may_go_on():
            found = await run_sync(self._next)
            for stored, shown in found:
                self._after = stored.version
                if visible_to(self._on.key, stored.stored):
                    yield _message(stored, shown)
            if not found:
                await asyncio.sleep(POLL_S)

    def _next(self) -> Sequence[tuple[StoredEvent, bytes]]:
        if self._on.service.recent_version(self._on.ledger) <= self._after:
            return ()
        upto = self._after + CHUNK
        reading = self._on.service.log.read(
            self._on.ledger, after=self._after, upto=upto, chunk=CHUNK
        )
        events = next(iter(reading), ())
        shown = shown_all(events, self._on.ledger, self._on.service.sealing.find_keys)
        return list(zip(events, shown, strict=True))

    async def _may_go_on(self) -> bool:
        """Whether the key still lives; looked up once a second."""
        if time.monotonic() - self._checked_at < KEY_CHECKED_S:
            return True
        self._checked_at = time.monotonic()
        try:
            await key_of(self._on.service, self._authorization)
        except Problem:
            return False
        return True


def _message(stored: StoredEvent, shown: bytes) -> ServerSentEvent:
    name, _, _ = stored.stored_name.rpartition(".")
    return ServerSentEvent(raw_data=shown.decode(), event=name, id=str(stored.version))
