"""What surrounds every request: its id, its count and time, and the last word when code fails.

Logs name routes, never paths: a path may hold a child's reference.
"""

import re
import secrets
import time
from typing import Final

import psycopg
import structlog
from psycopg_pool import PoolClosed, PoolTimeout
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import Problem, answer
from api.logs import places_of
from api.metrics import Metrics
from ledger.log.refusals import Unavailable

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,64}")
SLOW_S: Final = 3.0
CLIENT_LEFT: Final = 499
RETRY: Final = {"Retry-After": "1"}

log: Final = structlog.get_logger("api.http")


class BrokenOff(Exception):
    """The answer of this request could not be finished. The reason is in the log already."""


class Doorkeeper:
    """ASGI middleware; plain, because the hot door goes through it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        """Stand before `app` and count into `metrics`."""
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through and see it out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = _Visit(scope, send)
        try:
            await self._app(scope, receive, visit.send)
        except ClientDisconnect:
            visit.status = visit.status or CLIENT_LEFT
        except Exception as failed:  # noqa: BLE001 (the last word; reported just below)
            _report(failed, visit)
            if visit.status:  # the answer has begun; breaking it off is the only honest end
                raise BrokenOff(visit.request_id) from None
            await answer(_problem_of(failed), visit.request_id)(scope, receive, visit.send)
        finally:
            self._metrics.saw(visit.route, visit.status, time.perf_counter() - visit.began)
            visit.report_if_slow()


class _Visit:
    """One request on its way through."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self.began = time.perf_counter()
        self.status = 0
        sent = Headers(scope=scope).get("x-request-id", "")
        self.request_id = sent if REQUEST_ID.fullmatch(sent) else secrets.token_hex(12)
        scope.setdefault("state", {})["request_id"] = self.request_id

    @property
    def route(self) -> str:
        """The route's name; what matched none has one name together."""
        return getattr(self._scope.get("route"), "name", "none")

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)["X-Request-Id"] = self.request_id
        await self._send(message)

    def report_if_slow(self) -> None:
        seconds = time.perf_counter() - self.began
        if seconds > SLOW_S and self.route not in {"stream_events", "append_events"}:
            log.warning(
                "slow_request", route=self.route, seconds=round(seconds, 3), status=self.status
            )


def _problem_of(failed: Exception) -> Problem:
    if isinstance(failed, Unavailable):
        return Problem(failed.code, failed.__doc__ or "", headers=RETRY)
    if isinstance(failed, psycopg.OperationalError | PoolTimeout | PoolClosed):
        return Problem("unavailable", "the database does not answer", headers=RETRY)
    return Problem("internal", "the service failed; it has been reported under this request id")


def _report(failed: Exception, visit: _Visit) -> None:
    """Say where the code failed, without the message: it may quote a value of a child's fact."""
    log.error(
        "request_failed",
        route=visit.route,
        request_id=visit.request_id,
        failure=type(failed).__name__,
        places=places_of(failed),
    )
