"""Appending a stream of lines: any length, committed in chunks, a result line for each line.

Results that the client has not read yet wait in a sealed file, not in memory, and the upload never
waits for them: most clients read nothing before they have sent everything, and would wait for ever.
A broken stream is sent again as it is; lines with ids that are recorded answer `replayed`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Final

from anyio.to_thread import run_sync
from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.http.answers import count, refusal, result_json
from api.http.asking import AskingLedger, entity_tag, expected_version, idempotency_key, today_in
from api.http.facts import sorted_out
from ledger.log.requests import AppendAnswer, AppendRequest, Barred, Result, Submitted
from ledger.log.sealing.spool import Spool

CHUNK_LINES: Final = 1_000
LINE_MAX_BYTES: Final = 1024 * 1024
PAUSE_S: Final = 0.05

Submit = Callable[[AskingLedger, AppendRequest], Awaitable[AppendAnswer]]


class LineResponse(StreamingResponse):
    """A stream that is written while the request is still being read."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Leave `receive` to the reader of the lines."""
        await self.stream_response(send)


class Lines:
    """One upload on its way into the log."""

    def __init__(self, request: Request, on: AskingLedger, submit: Submit) -> None:
        """Read lines from `request` and give them to `submit`."""
        self._on = on
        self._submit = submit
        self._key = idempotency_key(on.headers)
        self._if_match = expected_version(on.headers)
        self._chunks = self._cut(request.stream())
        self._spool = Spool()
        self._line = self._chunk = 0
        self._news = asyncio.Event()
        self._taking: asyncio.Task[None] | None = None
        self.replayed = False

    async def begin(self) -> None:
        """Take the first chunk, so that what is wrong with the request is said by its status."""
        try:
            first = await anext(self._chunks, None)
            if first is not None:
                await self._take(first)
        except BaseException:
            self._spool.close()
            raise
        self._taking = asyncio.create_task(self._take_all())

    async def answers(self) -> AsyncIterator[bytes]:
        """The result lines as they come."""
        taking = self._taking or asyncio.create_task(self._take_all())
        try:
            while True:
                self._news.clear()
                ended = taking.done()
                while part := self._spool.take():
                    yield part
                if ended:
                    break
                await self._news.wait()
            await taking
        except ClientDisconnect:
            return
        finally:
            taking.cancel()
            self._spool.close()

    async def _take_all(self) -> None:
        try:
            async for chunk in self._chunks:
                await self._take(chunk)
        finally:
            self._news.set()

    def _key_of_chunk(self) -> str | None:
        """The client's own key for the first chunk, so that it serves no other request.

        The keys of the others hold a space, so no client can send them.
        """
        if self._key is None or self._chunk == 1:
            return self._key
        return f"{self._key} {self._chunk}"

    async def _take(self, raws: list[bytes]) -> None:
        """Commit a chunk and write its result lines down."""
        self._chunk += 1
        request = AppendRequest(
            actor=self._on.key.name,
            facts=await run_sync(_sorted_out, raws, self._on.key.roles),
            mode="independent",
            idempotency_key=self._key_of_chunk(),
            if_match=self._if_match,
            today=today_in(self._on.terms),
        )
        answer = await self._submit(self._on, request)
        results = answer.results
        if answer.outcome == "refused":  # the chunk as a whole, or every line of it
            whole = [refused for refused in answer.refusals if refused.index is None]
            if whole and self._chunk == 1:
                raise refusal(answer.refusals, entity_tag(answer.version))
            if whole:
                results = tuple(replace(whole[0], index=place) for place in range(len(raws)))
        self._if_match = None  # the ledger has moved by our own hand
        self.replayed = answer.replayed if self._chunk == 1 else self.replayed
        count(self._on, results)
        self._write(results)

    def _write(self, results: Sequence[Result]) -> None:
        lines = []
        for result in results:
            self._line += 1
            lines.append(b'{"line":%d,%b\n' % (self._line, result_json(result)[1:]))
        self._spool.put(b"".join(lines))
        self._news.set()

    async def _cut(self, parts: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
        """Chunks of lines; a pause of the client ends a chunk early.

        With an idempotency key a pause does not, so that the same body has the same chunks again.
        """
        splitter = _Splitter()
        lines: list[bytes] = []
        patience = PAUSE_S if self._key is None else None
        while True:
            reading = asyncio.ensure_future(anext(parts, None))
            while not reading.done():
                await asyncio.wait({reading}, timeout=patience if lines else None)
                if lines and not reading.done():
                    yield lines
                    lines = []
            part = reading.result()
            lines += splitter.last() if part is None else splitter.feed(part)
            while len(lines) >= CHUNK_LINES:
                yield lines[:CHUNK_LINES]
                lines = lines[CHUNK_LINES:]
            if part is None:
                break
        if lines:
            yield lines


class _Splitter:
    """Cuts bytes at line ends; of a line beyond the limit it keeps just enough to be refused."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, part: bytes) -> list[bytes]:
        *lines, rest = (self._rest + part).split(b"\n")
        self._rest = rest[: LINE_MAX_BYTES + 1]
        return lines

    def last(self) -> list[bytes]:
        return [self._rest] if self._rest.strip() else []


def _sorted_out(raws: list[bytes], roles: tuple[str, ...]) -> tuple[Submitted | Barred, ...]:
    """Decode a chunk, in a thread; a line that is too long is refused unread."""
    if all(len(raw) <= LINE_MAX_BYTES for raw in raws):
        return sorted_out(raws, roles)
    return tuple(
        sorted_out([raw], roles)[0]
        if len(raw) <= LINE_MAX_BYTES
        else Barred(b"", "body_too_large", f"a line is at most {LINE_MAX_BYTES} bytes")
        for raw in raws
    )
