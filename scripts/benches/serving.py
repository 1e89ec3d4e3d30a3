"""The service on a port, with two more doors: the floors, which store and read nothing."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import psycopg
from fastapi import Request
from starlette.responses import Response

from api.http.asking import OnLedger
from api.http.bodies import read_body
from api.http.facts import items_of
from api.keys import Key, new_secret
from api.service import Service
from api.serving import server_of
from api.signing import SigningTerms
from benches import mix
from benches.appending import FLOOR, append, copy_again
from benches.measure import Meter, Result, timed
from ledger.log.ports import LedgerTerms
from ledger.log.sealing.master import GivenKeys, text_of
from ledger.log.signing.signer import Signer

CLIENTS: Final = 32
ROUND: Final = 500
READY_SECONDS_MAX: Final = 20
START: Final = "2021-09-01"

MASTER: Final = GivenKeys(text_of(bytes(range(32))))  # seals nothing but made-up scores
SIGNING: Final = SigningTerms((Signer(bytes(range(32))),), "ledger.example")


@dataclass
class Served:
    """A running service, its port, the keys by role, and the process of the clients."""

    service: Service
    port: int
    keys: dict[str, str]
    clients: "subprocess.Popen[str]"

    def order(self, **order: Any) -> Any:  # noqa: ANN401 (JSON)
        """Have the clients do something, and wait for what they measured."""
        if self.clients.stdin is None or self.clients.stdout is None:
            raise SystemExit("the clients have no pipes")
        self.clients.stdin.write(json.dumps({"port": self.port, **order}) + "\n")
        self.clients.stdin.flush()
        return json.loads(self.clients.stdout.readline())


@contextmanager
def served(dsn: str, *, projecting: bool, signing: SigningTerms = SIGNING) -> Iterator[Served]:
    """Serve a database in this process, with a key for each role that is needed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Service(
        dsn,
        admin_key=new_secret(),
        projecting=projecting,
        master=MASTER,
        signing=signing,
    ) as service:
        server = server_of(service, "127.0.0.1", port)
        app: Any = server.config.app
        app.post("/floor/{ledger}", name="append_events")(store_nothing)
        app.get("/floor/{ledger}", name="read_proof")(read_nothing)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until = time.monotonic() + READY_SECONDS_MAX
        while not server.started and time.monotonic() < until:
            time.sleep(0.01)
        roles = ("recorder", "verifier", "finance", "auditor")
        keys = {role: new_key(service, role) for role in roles}
        asking = [sys.executable, "-P", "-m", "benches.clients"]
        with subprocess.Popen(
            asking, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as clients:
            yield Served(service, port, keys, clients)
            if clients.stdin is not None:
                clients.stdin.close()
        server.should_exit = True
        thread.join()


def new_key(service: Service, role: str) -> str:
    """Make a key of one role."""
    secret = new_secret()
    with service.pool.connection() as connection:
        service.keys.create(Key(f"{role}-{time.time_ns()}", (role,), None), secret, connection)
    return secret


async def store_nothing(request: Request, on: OnLedger) -> Response:
    """The floor: authorised, read, decoded and validated as an append is, and then dropped."""
    items, _ = items_of(await read_body(request), on.key.roles)
    return Response(b'{"accepted":%d}' % len(items), 201, media_type="application/json")


async def read_nothing(_: OnLedger) -> Response:
    """The floor of a read: authorised for a ledger as any other, and answered at once."""
    return Response(b"{}", media_type="application/json")


def single_appends(dsn: str, count: int, *, projecting: bool) -> Result:
    """Append facts one a request with 32 keep-alive clients, in turns with the floor."""
    ledger = "singles-projected" if projecting else "singles"
    ours, floor = Meter(), Meter()
    with served(dsn, projecting=projecting) as running:
        running.service.create_ledger(LedgerTerms(ledger, ledger, "GBP", "Europe/London"))
        writer = running.service.writer(ledger)
        append(writer, mix.terms())
        chance = Random(3)  # noqa: S311 (a fixed mix)
        first, *_ = mix.children(100, chance=chance)
        append(writer, mix.Batch(first.actor, first.lines[:100]))
        recorded = [line.decode() for line in first.lines[100 : 100 + count]]
        for begin in range(0, len(recorded), ROUND):
            told = {"key": running.keys["recorder"], "clients": CLIENTS}
            told["bodies"] = recorded[begin : begin + ROUND]
            for meter, path in (
                (floor, f"/floor/{ledger}"),
                (ours, f"/v1/ledgers/{ledger}/events"),
            ):
                with timed(Meter()) as around:
                    seconds = running.order(path=path, **told)
                meter.seconds += seconds
                meter.things += len(told["bodies"])
                meter.cpu_here += around.cpu_here
                meter.cpu_postgres += around.cpu_postgres
    name = f"single appends over HTTP, {CLIENTS} clients"
    name += ", projections running" if projecting else ", projections elsewhere"
    return Result(name, "appends", ours, "a POST that stores nothing", floor, "0.8")


def streamed_appends(dsn: str, count: int) -> Result:
    """Stream facts with ids as lines of JSON, in turns with a binary COPY of the same rows."""
    ledger = "lines"
    ours, floor = Meter(), Meter()
    with served(dsn, projecting=False) as running, psycopg.connect(dsn) as copying:
        log = running.service.log
        running.service.create_ledger(LedgerTerms(ledger, ledger, "GBP", "Europe/London"))
        append(running.service.writer(ledger), mix.terms())
        chance = Random(5)  # noqa: S311 (a fixed mix)
        for batch in mix.children(count, ids=True, chance=chance):
            before = log.head(ledger).version
            body = b"\n".join(batch.lines).decode()
            told = {"key": running.keys[batch.actor], "clients": 1, "kind": "application/x-ndjson"}
            with timed(ours):
                running.order(path=f"/v1/ledgers/{ledger}/events", bodies=[body], **told)
            ours.things += log.head(ledger).version - before
            copy_again(log, ledger, before, copying, floor)
    name = "bulk append, JSON lines over HTTP with ids"
    return Result(name, "stored events", ours, FLOOR, floor, "0.35")
