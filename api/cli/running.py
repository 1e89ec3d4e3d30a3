"""`serve`: the service in this process, on a port, with its data in a folder."""

import errno
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import typer
from uvicorn import Server

from api.cli.opening import opened
from api.cli.options import Folder
from api.cli.place import (
    DEFAULT_FOLDER,
    forget_address,
    write_address,
)
from api.cli.saying import FINDING, MISUSE, Trouble, console
from api.logs import logs_as_json, tell_failures_without_words
from api.service import Service
from api.serving import server_of

PORT: Final = 8000
ANY_PORT: Final = 0
PAUSE_S: Final = 0.1

Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="The port to listen on.", min=0, max=65535)]


def serve(host: Host = "127.0.0.1", port: Port = PORT, data: Folder = DEFAULT_FOLDER) -> None:
    """Serve until SIGTERM or Ctrl-C: embedded PostgreSQL in --data, or DATABASE_URL."""
    logs_as_json()
    tell_failures_without_words()
    end_on_sigterm()
    door = bound(host, port)
    if door is None:
        message = f"port {port} of {host} is taken; choose another with --port"
        raise Trouble(message)
    with opened(data) as service, listening(service, host, door, data) as (url, ended):
        console().print(f"The service listens at {url}; its documentation is at {url}/docs")
        until_it_ends(ended)


def bound(host: str, port: int) -> socket.socket | None:
    """A socket that listens there, or nothing when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family)
        # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms.
        return socket.socket(family, door.type, socket.IPPROTO_TCP, fileno=door.detach())
    except OSError as refused:
        if refused.errno != errno.EADDRINUSE:
            is_no_host = refused.errno == socket.EAI_NONAME
            message = f"cannot listen at {host}: {refused.strerror or refused}"
            raise Trouble(message, MISUSE if is_no_host else FINDING) from None
        return None


@contextmanager
def listening(
    service: Service, host: str, door: socket.socket, folder: Path
) -> Iterator[tuple[str, threading.Event]]:
    """Serve in a thread, so that signals reach the command and everything is closed in order.

    The event says that serving has ended. A `join` that a signal breaks off would say so too early:
    before Python 3.13 it then takes the thread for ended.
    """
    port = int(door.getsockname()[1])
    server = server_of(service, host, port)
    ended = threading.Event()

    def run() -> None:
        try:
            server.run(sockets=[door])
        finally:
            ended.set()

    threading.Thread(target=run, name="http").start()
    try:
        _await_start(server, ended)
        url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        write_address(folder, url)
        yield url, ended
    finally:
        service.stopping.set()
        server.should_exit = True
        ended.wait()
        forget_address(folder)
        door.close()


def _await_start(server: Server, ended: threading.Event) -> None:
    while not server.started:
        if ended.is_set():
            message = "the service did not start"
            raise Trouble(message)
        time.sleep(PAUSE_S / 10)


def until_it_ends(ended: threading.Event) -> None:
    """Wait for a signal; Ctrl-C is the usual way to end, not a failure."""
    with suppress(KeyboardInterrupt):
        ended.wait()


def end_on_sigterm() -> None:
    """Turn SIGTERM into the end of the command, so that what is open is closed."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
