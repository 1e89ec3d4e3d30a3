"""`serve` and `demo`: the service in this process, on a port, with its data in a folder."""

import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Annotated, Final

import structlog
import typer
from rich.console import Console
from uvicorn import Server

from api.cli.asking import Service as Asked
from api.cli.asking import ServiceRefuses
from api.cli.options import Folder
from api.cli.place import (
    DEFAULT_FOLDER,
    KEYS_FOLDER,
    address_of,
    forget_address,
    key_of,
    write_address,
    write_key,
)
from api.cli.report import compared, report
from api.cli.saying import Trouble, console, progress
from api.keys import Key, new_secret
from api.reference.contract import ACTORS
from api.reference.intakes import LEDGER
from api.reference.loading import load
from api.sealing import KEYS_DATABASE, given_master
from api.service import Service, admin_key_of
from api.serving import DATABASE, logs_as_json, server_of
from ledger.log.sealing.faults import KeysRestored, MasterKeyMissing, MasterKeyUnreadable

PORT: Final = 8000
ANY_PORT: Final = 0
PATIENCE_S: Final = 120
PAUSE_S: Final = 0.1
TRIES: Final = 100
LOUD_ONLY: Final = 40
READER: Final = "auditor"
DESKS: Final = {"privacy-desk": ("admin",), "safeguarding-desk": ("admin",)}
"""Two administrators, because an erasure takes two."""
KEYS: Final = {
    **ACTORS,
    "approver": ("approver",),
    READER: ("auditor",),
    "custodian": ("custodian",),
    **DESKS,
}

Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int, typer.Option("--port", help="The port to listen on.", min=0, max=65535)]
Once = Annotated[bool, typer.Option("--once", help="Stop after the figures.")]


def serve(host: Host = "127.0.0.1", port: Port = PORT, data: Folder = DEFAULT_FOLDER) -> None:
    """Serve until SIGTERM or Ctrl-C: embedded PostgreSQL in --data, or DATABASE_URL."""
    logs_as_json()
    _end_on_sigterm()
    door = bound(host, port)
    if door is None:
        message = f"port {port} of {host} is taken; choose another with --port"
        raise Trouble(message)
    with opened(data) as service, listening(service, host, door, data) as (url, ended):
        console().print(f"The service listens at {url}; its documentation is at {url}/docs")
        _until_it_ends(ended)


def demo(
    host: Host = "127.0.0.1",
    port: Port = PORT,
    data: Folder = DEFAULT_FOLDER,
    once: Once = False,
) -> None:
    """Build the reference contract, print it beside the publication, and keep serving."""
    quiet()
    _end_on_sigterm()
    out = console()
    elsewhere = running_in(data)
    if elsewhere is not None:
        out.print(f"A service of {data} listens at {elsewhere}; nothing is appended.")
        _say_report(out, _reader(elsewhere, data), version=None)
        return
    door = bound(host, port) or bound(host, ANY_PORT)
    if door is None:
        message = f"nothing can listen at {host}"
        raise Trouble(message)
    with opened(data) as service, listening(service, host, door, data) as (url, ended):
        keep_keys(service, data)
        version = _load(out, service)
        _say_report(out, _reader(url, data), version=version)
        if once:
            return
        out.print(f"The service listens at {url}; its documentation is at {url}/docs")
        out.print(f"Keys are in {data / KEYS_FOLDER}; Ctrl-C stops it, and a second run goes on.")
        _until_it_ends(ended)


def _load(out: Console, service: Service) -> int:
    with progress() as bars:
        bar = bars.add_task("Appending the reference contract", total=None)
        loaded = load(service, lambda done, of: bars.update(bar, completed=done, total=of))
    if loaded.appended == 0:
        out.print(f"The ledger `{LEDGER}` has all {loaded.facts:,} facts: nothing was appended.")
    else:
        out.print(
            f"Appended {loaded.appended:,} of {loaded.facts:,} facts to the ledger `{LEDGER}`; "
            f"with its decisions it has {loaded.version:,} events."
        )
    return loaded.version


def _say_report(out: Console, service: Asked, *, version: int | None) -> None:
    if version is not None:
        _await_projection(service, version)
    comparison = compared(service)
    for part in report(service, comparison):
        out.print(part)
        out.print()
    if not comparison.agrees:
        message = "the payments do not agree with the publication"
        raise Trouble(message)


def _await_projection(service: Asked, version: int) -> None:
    """Wait until the read tables have reached a version; the service says when they have not."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            service.ask("v1", "ledgers", LEDGER, "trial-balance", min_version=version)
        except ServiceRefuses as refused:
            if refused.code != "projection_behind" or time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def _reader(url: str, folder: Path) -> Asked:
    secret = key_of(folder, READER)
    if secret is None:
        message = f"no key of `{READER}` in {folder}; the service there was not started by `demo`"
        raise Trouble(message)
    return Asked(url, secret)


def keep_keys(service: Service, folder: Path) -> None:
    """Make a key for each actor of the reference contract, and for those who read and approve.

    A name is unique for ever: when a key was lost, its successor gets a number.
    """
    for name, roles in KEYS.items():
        if key_of(folder, name) is not None:
            continue
        secret = new_secret()
        tries = [name, *(f"{name}-{number}" for number in range(2, TRIES))]
        with service.pool.connection() as connection:
            if not any(service.keys.create(Key(t, roles), secret, connection) for t in tries):
                message = f"no name is left for a key of `{name}`"
                raise Trouble(message)
        write_key(folder, name, secret)


def running_in(folder: Path) -> str | None:
    """The address of the service that runs in this folder, if one answers there."""
    url = address_of(folder)
    if url is None:
        return None
    try:
        Asked(url, "").send("GET", "/livez")
    except Trouble:
        return None
    return url


def quiet() -> None:
    """Log failures only: the command speaks for itself."""
    logs_as_json()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(LOUD_ONLY))


def has_database(folder: Path) -> bool:
    """Whether a ledger can be there, so that asking for one makes no empty database."""
    return bool(os.environ.get(DATABASE)) or (folder / "postgres" / "PG_VERSION").is_file()


@contextmanager
def opened(folder: Path, *, projecting: bool = True) -> Iterator[Service]:
    """The service over a folder, or over the database that DATABASE_URL names."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    try:
        service = Service(
            environment.get(DATABASE) or None,
            folder,
            admin_key=admin_key_of(environment),
            projecting=projecting,
            master=given_master(environment, folder),
            keys_dsn=environment.get(KEYS_DATABASE) or None,
        ).open()
    except (MasterKeyMissing, MasterKeyUnreadable, KeysRestored) as refused:
        raise Trouble(str(refused)) from None
    with closing(service):
        yield service


def bound(host: str, port: int) -> socket.socket | None:
    """A socket that listens there, or nothing when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family)
        # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms.
        return socket.socket(family, door.type, socket.IPPROTO_TCP, fileno=door.detach())
    except OSError as refused:
        if refused.errno != errno.EADDRINUSE:
            message = f"cannot listen at {host}: {refused.strerror or refused}"
            raise Trouble(message) from None
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


def _until_it_ends(ended: threading.Event) -> None:
    """Wait for a signal; Ctrl-C is the usual way to end, not a failure."""
    with suppress(KeyboardInterrupt):
        ended.wait()


def _end_on_sigterm() -> None:
    """Turn SIGTERM into the end of the command, so that what is open is closed."""

    def end(_signal: int, _frame: FrameType | None) -> None:
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
