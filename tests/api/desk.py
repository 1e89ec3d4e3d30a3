"""A running service to talk to: real port, real PostgreSQL, one key for each role."""

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import httpx

from api.http.openapi import EXAMPLES
from api.http.permissions import ROLES
from api.service import Service
from api.serving import server_of
from api.signing import SigningTerms
from ledger.log.sealing.master import GivenKeys, text_of
from ledger.log.signing.signer import Signer
from projections.runner import Runner

IDLE_MAX_S: Final = 2
MASTER: Final = GivenKeys(text_of(bytes(range(32))))
ADMIN_SECRET: Final = "an-admin-key-for-tests"  # noqa: S105 (of a service that lives a test)
SIGNER: Final = Signer(bytes(range(1, 33)))
SIGNING: Final = SigningTerms((SIGNER,), "ledger.example", every_s=3_600)
TERMS: Final = (
    "contract.signed",
    "funder.joined",
    "cohort.opened",
    "rate_card.issued",
    "shares.set",
    "order.placed",
)
UNUSED: Final = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The service speaks plain HTTP; a client that makes a context of its own takes 20 ms for it."""
_numbers = itertools.count(1)

Json = dict[str, Any]


def fact(
    type_: str, /, *, on: str | None = None, fact_id: str | None = None, **changes: Any
) -> Json:
    """The example of a type, with some of its data changed; None takes a field out."""
    example = EXAMPLES[type_]
    changed = {**example["data"], **changes}
    made = {**example, "data": {key: value for key, value in changed.items() if value is not None}}
    if on is not None:
        made["effective_on"] = on
    if fact_id is not None:
        made["id"] = fact_id
    return made


def terms() -> list[Json]:
    """A contract that can pay: its terms, with every funder that the shares name."""
    names = ("dcms-lcf", "lbhf", "rbkc", "schools")
    joined = [fact("funder.joined", funder=name, name=name) for name in names]
    return [*(fact(name) for name in TERMS[:2]), *joined, *(fact(name) for name in TERMS[2:])]


def calling(url: str, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """A client that hangs up before the service does: else the two may cross."""
    limits = httpx.Limits(keepalive_expiry=IDLE_MAX_S)
    return httpx.Client(base_url=url, headers=headers, timeout=30, limits=limits, verify=UNUSED)


class House:
    """The service behind a port, with a client for each role."""

    def __init__(self, service: Service, url: str) -> None:
        self.service = service
        self.url = url
        self.nobody = calling(url)
        self.clients = {"admin": self.client(ADMIN_SECRET)}
        for role in ROLES:
            if role != "admin":
                self.clients[role] = self.client(self.key([role], name=f"the-{role}"))

    def client(self, secret: str) -> httpx.Client:
        return calling(self.url, {"Authorization": f"Bearer {secret}"})

    def key(self, roles: Sequence[str], *, name: str = "", ledgers: Sequence[str] = ()) -> str:
        asked: Json = {"name": name or f"key-{next(_numbers)}", "roles": list(roles)}
        if ledgers:
            asked["ledgers"] = list(ledgers)
        made = self.clients["admin"].post("/v1/keys", json=asked)
        assert made.status_code == 201, made.text
        return str(made.json()["key"])

    def open_ledger(self, ledger: str = "") -> "Desk":
        ledger = ledger or f"ledger-{next(_numbers)}"
        asked = {"ledger": ledger, "name": "A Zone", "currency": "GBP", "timezone": "Europe/London"}
        made = self.clients["admin"].post("/v1/ledgers", json=asked)
        assert made.status_code == 201, made.text
        return Desk(self, ledger)

    def close(self) -> None:
        for client in (self.nobody, *self.clients.values()):
            client.close()


class Desk:
    """One ledger of the house."""

    def __init__(self, house: House, ledger: str) -> None:
        self.house = house
        self.ledger = ledger
        self.path = f"/v1/ledgers/{ledger}"

    def append(
        self, role: str, body: Any, *, headers: Json | None = None, query: str = ""
    ) -> httpx.Response:
        """Append one fact, a list of facts (atomic), or a body as it is."""
        sent = {"events": body} if isinstance(body, list) else body
        url = f"{self.path}/events{query}"
        return self.house.clients[role].post(url, json=sent, headers=headers or {})

    def appended(self, role: str, body: Any, **how: Any) -> Json:
        answer = self.append(role, body, **how)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def get(self, path: str = "", *, role: str = "auditor", **how: Any) -> httpx.Response:
        return self.house.clients[role].get(self.path + path, **how)

    def read(self, path: str = "", **how: Any) -> Json:
        """Read what is projected of everything that was appended so far."""
        joiner = "&" if "?" in path else "?"
        answer = self.get(f"{path}{joiner}min_version={self.version()}", **how)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def version(self) -> int:
        return int(self.get().json()["version"])

    def with_terms(self) -> "Desk":
        self.appended("finance", terms())
        return self

    def with_child(self) -> "Desk":
        self.with_terms()
        self.appended("recorder", fact("child.enrolled"))
        return self


@contextmanager
def served(service: Service, *, projecting: bool = True) -> Iterator[str]:
    """The address of an opened service that listens on a free port of this machine."""
    stop = threading.Event()
    runner = threading.Thread(target=Runner(service.dsn).run_forever, args=(stop,))
    # Named as TCP, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    server = server_of(service, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    if projecting:
        runner.start()
    try:
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        service.stopping.set()
        server.should_exit = True
        thread.join()
        stop.set()
        if projecting:
            runner.join()
        listening.close()
