"""The service on a port, with one more door: the floor, which stores nothing."""

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
from benches.measure import Meter, Result, percentile, timed
from ledger.log.ports import LedgerTerms
from ledger.log.sealing.master import GivenKeys, text_of
from ledger.log.signing.signer import Signer
from projections.reading.pair import LIMIT_MAX, Pair
from projections.reading.payments import payments
from projections.runner import Runner

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


@dataclass
class Latency:
    """How long one read takes, in milliseconds."""

    name: str
    median_ms: float
    p99_ms: float


def reads(dsn: str, ledger: str, children: int, times: int) -> list[Latency]:
    """Read everything that can be read, at the latest and at drawn pairs of dates and versions."""
    version = Runner(dsn).catch_up(ledger)
    chance = Random(4)  # noqa: S311 (a fixed choice of pairs)
    with psycopg.connect(dsn) as connection:
        paid = payments(connection, ledger, Pair(None, version), limit=LIMIT_MAX).items
    drawn = Drawn(children, version, [row["payment"] for row in paid], chance)
    with served(dsn, projecting=False) as running:
        return [
            _latency(running, name, [_path(ledger, ask, drawn) for _ in range(times)])
            for name, ask in QUESTIONS.items()
        ]


YEAR_ENDS: Final = "from_as_of=2022-08-31&to_as_of=2023-08-31"
QUESTIONS: Final = {
    "nothing (the floor: /livez)": "",
    "funder, latest": "/funders/philanthropy",
    "funder, any pair": "/funders/philanthropy?{pair}",
    "trial balance, latest": "/trial-balance",
    "trial balance, any pair": "/trial-balance?{pair}",
    "statement of a funder, a page of 100, any pair": "/statements/funders/philanthropy?{pair}",
    "claims": "/claims?{pair}",
    "lines of a claim, a page of 100": "/claims/q1/lines",
    "aged debtors, any pair": "/aged-debtors?{pair}",
    "partner, any pair": "/partners/rugby?{pair}",
    "contract, any pair": "/contracts/lcf?{pair}",
    "child, latest": "/children/{child}",
    "child, any pair": "/children/{child}?{pair}",
    "children, a page of 100": "/children?contract=lcf&{pair}",
    "payments of a child": "/payments?child={child}&{pair}",
    "payments, a page of 100": "/payments?{pair}",
    "summary by quarter": "/summary?contract=lcf&by=quarter&{pair}",
    "outcomes by area": "/outcomes?contract=lcf&{pair}",
    "outcomes by area for outside": "/reports/outcomes?contract=lcf&{pair}",
    "journal, a page of 100": "/journal?{pair}",
    "events of a child": "/events?child={child}",
    "checkpoint": "/log/checkpoint",
    "proof that any event is in any tree with it": "/log/proof/{event}?size={size}",
    "proof that any tree begins with another": "/log/consistency?from={event}&to={size}",
    "difference of two year-ends, a page of 100": "/diff?" + YEAR_ENDS,
    "difference of two year-ends, trial balance": "/diff?of=trial_balance&" + YEAR_ENDS,
    "difference of any two pairs, funders": "/diff?of=funders&from_as_of=2022-08-31&{pair}",
    "why, a payment": "/payments/{payment}/why",
    "why, a payment, run again": "/payments/{payment}/why?recompute=true",
    "what a funder's money bought, any pair": "/funders/philanthropy/bought?{pair}",
}


@dataclass
class Drawn:
    """What paths are drawn from: children, versions, payments."""

    children: int
    version: int
    payments: list[str]
    chance: Random


def _path(ledger: str, ask: str, drawn: Drawn) -> str:
    if not ask:
        return "/livez"
    chance, version = drawn.chance, drawn.version
    day = f"{chance.choice((2021, 2022, 2023))}-{chance.randint(9, 12):02}-15"
    pair = f"as_of={day}&known_at={chance.randint(version // 2, version)}"
    child = f"c-{chance.randrange(max(1, drawn.children // 4)):06}"
    size = chance.randint(1, version)
    named = {
        "pair": pair, "child": child, "size": size, "event": chance.randint(1, size),
        "payment": chance.choice(drawn.payments),
    }  # fmt: skip
    return f"/v1/ledgers/{ledger}" + ask.format(**named)


def _latency(running: Served, name: str, paths: list[str]) -> Latency:
    key = running.keys["auditor"]
    running.order(key=key, paths=paths[: max(1, len(paths) // 10)])
    took = running.order(key=key, paths=paths)
    return Latency(name, percentile(took, 0.5), percentile(took, 0.99))
