"""Serving: the doors on a port, and logs as lines of JSON."""

import sys
from typing import Final

import structlog
import uvicorn

from api.http.app import create_app
from api.service import Service

GRACE_S: Final = 20
DATABASE: Final = "DATABASE_URL"


def server_of(service: Service, host: str, port: int) -> uvicorn.Server:
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
    return uvicorn.Server(config)


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
