"""Serving: the doors on a port."""

from typing import Final

import uvicorn

from api.http.app import create_app
from api.service import Service

GRACE_S: Final = 20


def server_of(service: Service, host: str, port: int) -> uvicorn.Server:
    """A server for an opened service; `run` blocks until it is asked to end."""
    config = uvicorn.Config(
        create_app(service),
        host=host,
        port=port,
        log_config=None,  # what it says goes the way of all logs, see `api.logs`
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=2048,
    )
    return uvicorn.Server(config)
