"""Who asks, for which ledger, and which moment: what every route depends on.

The order of refusals leaks least: no key (401), a role that does not open the route (403), and only
then whether the ledger exists for this key (404, the same words whether it exists or not).
"""

import datetime
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import Depends, Path, Request
from starlette.datastructures import Headers

from api.http.permissions import may_use
from api.http.problems import Problem, not_here, shape_invalid
from api.keys import Key
from api.service import Service
from ledger.events.complaints import FIELD_NAME
from ledger.events.words import REF_PATTERN
from ledger.log.ports import LedgerTerms

REF: Final = re.compile(REF_PATTERN)
IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
ENTITY_TAG: Final = re.compile(r'"([0-9]{1,18})"')
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="outcomes-ledger"'}


@dataclass(frozen=True, slots=True)
class Asking:
    """An authorised request: the key behind it, and the service."""

    key: Key
    service: Service
    headers: Headers


@dataclass(frozen=True, slots=True)
class AskingLedger(Asking):
    """An authorised request about a ledger that the key may see."""

    terms: LedgerTerms

    @property
    def ledger(self) -> str:
        """The ledger's reference."""
        return self.terms.ledger


async def asking(request: Request) -> Asking:
    """Let in a live key whose roles open this route."""
    service: Service = request.app.state.service
    key = await key_of(service, request.headers.get("authorization", ""))
    route = request.scope["route"].name
    if not may_use(route, key.roles):
        raise Problem("role_missing", f"no role of this key opens {route}")
    return Asking(key, service, request.headers)


async def key_of(service: Service, authorization: str) -> Key:
    """The live key that the header names; 401 without one."""
    scheme, _, secret = authorization.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise Problem("key_missing", "send Authorization: Bearer KEY", headers=CHALLENGE)
    key = service.keys.remembered(secret) or await run_sync(service.keys.find, secret)
    if key is None:
        raise Problem("key_unknown", "this key opens nothing", headers=CHALLENGE)
    return key


async def asking_ledger(
    asked: Annotated[Asking, Depends(asking)],
    ledger: Annotated[str, Path(description="The reference of a ledger", examples=["wlz"])],
) -> AskingLedger:
    """Let in a request for a ledger that exists for this key."""
    terms = None
    if REF.fullmatch(ledger) and asked.key.opens(ledger):
        service = asked.service
        terms = service.known_terms(ledger) or await run_sync(service.find_terms, ledger)
    if terms is None:
        raise not_here("unknown_ledger", "there is no such ledger for this key")
    return AskingLedger(asked.key, asked.service, asked.headers, terms)


Authorised = Annotated[Asking, Depends(asking)]
OnLedger = Annotated[AskingLedger, Depends(asking_ledger)]


def idempotency_key(headers: Headers) -> str | None:
    """The request's `Idempotency-Key`, if it has one."""
    key = headers.get("idempotency-key")
    if key is not None and not IDEMPOTENCY_KEY.fullmatch(key):
        raise shape_invalid("1 to 255 visible ASCII characters", "/headers/Idempotency-Key")
    return key


def expected_version(headers: Headers) -> int | None:
    """The version that `If-Match` demands, if it demands one."""
    tag = headers.get("if-match")
    if tag is None or tag.strip() == "*":
        return None
    match = ENTITY_TAG.fullmatch(tag.strip())
    if match is None:
        raise shape_invalid('a version in quotes, such as "12"', "/headers/If-Match")
    return int(match[1])


def entity_tag(version: int) -> dict[str, str]:
    """The header by which a client can say which version it knew."""
    return {"ETag": f'"{version}"'}


@lru_cache
def zone_of(timezone: str) -> ZoneInfo:
    """The timezone of a ledger, read once."""
    return ZoneInfo(timezone)


def today_in(terms: LedgerTerms) -> datetime.date:
    """The day it is where the ledger is kept."""
    return datetime.datetime.now(zone_of(terms.timezone)).date()


def named(reference: str, code: str, detail: str) -> str:
    """A reference in a path; what cannot be a reference names an unknown thing."""
    if not REF.fullmatch(reference):
        raise not_here(code, detail)
    return reference


def known_only(request: Request) -> None:
    """Refuse a query parameter that the route does not have, or one given twice."""
    route: Any = request.scope["route"]
    names = [name for name, _ in request.query_params.multi_items()]
    allowed = parameters_of(route.dependant)
    for name in names:
        if name not in allowed:
            place = f"/query/{name}" if FIELD_NAME.fullmatch(name) else "/query"
            raise shape_invalid("this route has no such parameter", place)
        if names.count(name) > 1:
            raise shape_invalid("the parameter is given twice", f"/query/{name}")


def parameters_of(dependant: Any) -> frozenset[str]:  # noqa: ANN401 (FastAPI's tree of dependants)
    """The query parameters of a route and of all it depends on."""
    own = {field.alias for field in dependant.query_params}
    return frozenset(own.union(*(parameters_of(below) for below in dependant.dependencies)))
