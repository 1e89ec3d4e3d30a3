"""Serving: the doors on a port, logs as lines of JSON, and a clean end on SIGTERM."""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Final

import structlog
import uvicorn

from api.http.app import create_app
from api.service import Service, admin_key_of

GRACE_S: Final = 20
DATABASE: Final = "DATABASE_URL"


class Server(uvicorn.Server):
    """A uvicorn server that tells open streams to end as soon as it is asked to."""

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        """Serve this service."""
        super().__init__(config)
        self._service = service

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """End the streams first: uvicorn waits for them."""
        self._service.stopping.set()
        super().handle_exit(sig, frame)


def serve(host: str, port: int, data_dir: Path) -> None:
    """Serve until SIGTERM or SIGINT, then close cleanly."""
    logs_as_json()
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, _leave)
    service = Service(
        os.environ.get(DATABASE) or None, data_dir, admin_key=admin_key_of(dict(os.environ))
    )
    with service:
        server_of(service, host, port).run()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    """End while starting; and after serving, for uvicorn raises the signal again when it is done.

    Left to its default, that second signal would end the process before the service is closed.
    """
    raise SystemExit(0)


def server_of(service: Service, host: str, port: int) -> Server:
    """A server for an opened service; `run` blocks until it is asked to end."""
    config = uvicorn.Config(
        create_app(service),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=2048,
    )
    return Server(config, service)


def logs_as_json() -> None:
    """One line of JSON an entry, on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
