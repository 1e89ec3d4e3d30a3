"""Asking a running service over HTTP: one connection, and its problems as one line each."""

import http.client
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from api.cli.saying import FINDING, MISUSE, Trouble

TIMEOUT_S: Final = 120
IDLE_MAX_S: Final = 2
"""A service hangs up on who is silent for some seconds: before that, we do."""

REFUSED_FROM: Final = 400
PAGE: Final = 1_000
ITEMS_SAID: Final = 3
JSON: Final = "application/json"
ANYTHING: Final = "*/*"
PART_BYTES: Final = 256 * 1024
WRITTEN_WRONGLY: Final = frozenset(
    {"shape_invalid", "known_at_beyond_ledger", "outside_log", "contract_needed", "unknown_export"}
)
"""Codes that say of a command's words what its own reading of them would have said as well."""


class ServiceRefuses(Trouble):
    """The service answered with a problem document; its code, status and document are kept."""

    def __init__(self, status: int, document: dict[str, Any]) -> None:
        """Say the code, the detail and the first items at fault."""
        self.status = status
        self.code = str(document.get("code", status))
        self.document = document
        detail = str(document.get("detail") or document.get("title") or "")
        items = [
            _at_fault(item, detail)
            for item in document.get("errors") or ()
            if item.get("pointer") or item.get("detail") != detail
        ]
        said = "; ".join([detail, *items[:ITEMS_SAID]])
        exit_code = MISUSE if self.code in WRITTEN_WRONGLY else FINDING
        super().__init__(f"{self.code}: {said}", exit_code)


def _at_fault(item: Mapping[str, Any], said: str) -> str:
    """Where an item is wrong, and how, unless that was said already."""
    place = str(item.get("pointer") or item.get("index"))
    return f"at {place}" if item.get("detail") == said else f"{place}: {item.get('detail')}"


class Service:
    """A service at an address, asked with one key."""

    def __init__(self, url: str, key: str) -> None:
        """Read the address; nothing is connected before the first question."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"{url} is not the address of a service, such as http://127.0.0.1:8000"
            raise Trouble(message, MISUSE)
        self.url = url
        self._key = key
        self._prefix = parts.path.rstrip("/")
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = kind(parts.hostname, parts.port, timeout=TIMEOUT_S)
        self._asked_at = time.monotonic()

    def ask(self, *path: str, **query: object) -> dict[str, Any]:
        """The answer to one question; parts of the path are quoted, empty parameters left out."""
        return self.send("GET", _target(path, query))

    def fetch(self, accept: str, *path: str, **query: object) -> bytes:
        """The answer to one question in another form than JSON; a problem document is raised."""
        target = _target(path, query)
        status, content = self.exchange("GET", target, headers={"Accept": accept})
        if status >= REFUSED_FROM:
            raise ServiceRefuses(status, self._read(status, content))
        return content

    def download(self, *path: str, **query: object) -> Iterator[bytes]:
        """The answer to one question in parts, as they come; a problem document is raised."""
        headers = {"Accept": ANYTHING}
        with self._answered("GET", _target(path, query), headers=headers) as answer:
            if answer.status >= REFUSED_FROM:
                raise ServiceRefuses(answer.status, self._read(answer.status, answer.read()))
            while part := answer.read(PART_BYTES):
                yield part

    def items(self, *path: str, **query: object) -> Iterator[dict[str, Any]]:
        """Every item of a list, page by page."""
        after: object = None
        while True:
            page = self.ask(*path, **{"limit": PAGE, **query, "after": after})
            yield from page["items"]
            after = page.get("next")
            if not after:
                return

    def send(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """One request and its JSON; a problem document is raised."""
        status, content = self.exchange(method, target, body, content_type, headers)
        document = self._read(status, content)
        if status >= REFUSED_FROM:
            raise ServiceRefuses(status, document)
        return document

    def post(
        self, *path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """What a document sent to a path is answered with."""
        content = json.dumps(body).encode()
        return self.send("POST", _target(path), content, headers=headers)

    def exchange(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """One request and the bytes of its answer; says so when nobody listens."""
        with self._answered(method, target, body, content_type, headers) as answer:
            return answer.status, answer.read()

    @contextmanager
    def _answered(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        content_type: str = JSON,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[http.client.HTTPResponse]:
        sent = {"Authorization": f"Bearer {self._key}", "Accept": JSON}
        sent |= headers or {}
        if body is not None:
            sent["Content-Type"] = content_type
        if time.monotonic() - self._asked_at > IDLE_MAX_S:
            self._connection.close()  # the next request opens it again
        try:
            self._connection.request(method, self._prefix + target, body, sent)
            yield self._connection.getresponse()
        except ConnectionRefusedError:
            self._connection.close()
            message = f"nothing listens at {self.url}; start it with `outcomes-ledger serve`"
            raise Trouble(message) from None
        except (OSError, http.client.HTTPException) as broken:
            self._connection.close()
            message = f"{self.url} cannot be asked: {type(broken).__name__} {broken}"
            raise Trouble(message) from None
        finally:
            self._asked_at = time.monotonic()

    def _read(self, status: int, content: bytes) -> dict[str, Any]:
        try:
            return dict(json.loads(content) if content else {})
        except ValueError:
            message = f"{self.url} does not answer like an outcomes ledger (status {status})"
            raise Trouble(message) from None

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def current(service: Service, ledger: str, *path: str, **query: object) -> dict[str, Any]:
    """The answer at the version that the ledger has now, so that what was just appended shows."""
    version = newest(service, ledger) if query.get("known_at") is None else None
    return service.ask("v1", "ledgers", ledger, *path, **query, min_version=version)


def newest(service: Service, ledger: str) -> int | None:
    """The version that the ledger has now; None where the key may not see it."""
    try:
        return int(service.ask("v1", "ledgers", ledger)["version"])
    except ServiceRefuses as refused:
        if refused.code != "role_missing":
            raise
        return None


def _target(path: Iterable[str], query: Mapping[str, object] | None = None) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    path = tuple(path)
    for name, value in (*(("the path", part) for part in path), *given.items()):
        _must_be_text(name, str(value))
    target = "/" + "/".join(quote(part, safe="") for part in path)
    return target + (f"?{urlencode(given)}" if given else "")


def _must_be_text(name: str, value: str) -> None:
    """Refuse what was typed as bytes that are no UTF-8: Python keeps these as surrogates."""
    try:
        value.encode()
    except UnicodeEncodeError as odd:
        message = f"{name} holds what is no character: {value[odd.start : odd.end]!a}"
        raise Trouble(message, MISUSE) from None
