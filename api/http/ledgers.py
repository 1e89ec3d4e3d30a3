"""The door of ledgers: opened by an admin, read by name, with their version and root."""

from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.asking import Authorised, OnLedger, entity_tag
from api.http.bodies import JSON, decode_as, media_type_of, read_body
from api.http.once import Answer, Transaction
from api.http.pages import After, Limit, json_answer, page_answer
from api.http.problems import Problem, shape_invalid
from api.http.writing import written
from api.service import Service
from ledger.events.words import Ref, Title
from ledger.log.ports import LedgerTerms

router: Final = APIRouter(prefix="/v1/ledgers", tags=["ledgers"])

Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}$(?!\n)")]


class NewLedger(msgspec.Struct, forbid_unknown_fields=True):
    """What a new ledger is asked to be. Nothing of it can change later."""

    ledger: Ref
    name: Title
    currency: Currency
    timezone: Annotated[str, msgspec.Meta(max_length=64)]

    def __post_init__(self) -> None:
        """Refuse a timezone that nobody knows."""
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise shape_invalid("a name such as Europe/London", "/timezone") from None


@router.post("", name="create_ledger", status_code=201)
async def create_ledger(request: Request, asked: Authorised) -> Response:
    """Open a ledger. Its reference is unique for ever."""
    media_type_of(request, allowed=(JSON,))
    body = await read_body(request)
    wanted = decode_as(NewLedger, body)
    if not asked.key.opens(wanted.ledger):
        raise Problem("role_missing", "this key is limited to other ledgers")
    terms = LedgerTerms(wanted.ledger, wanted.name, wanted.currency, wanted.timezone)
    service = asked.service

    def create(_connection: Transaction, again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        if not service.create_ledger(terms) and not (
            again and service.find_terms(terms.ledger) == terms
        ):
            raise Problem("already_exists", "the reference is taken")
        return Answer(201, shown(service, terms))

    answer = await written(request, asked, body, create)
    answer.headers.update(entity_tag(0))
    answer.headers["Location"] = f"/v1/ledgers/{terms.ledger}"
    return answer


@router.get("", name="list_ledgers")
async def list_ledgers(
    request: Request, asked: Authorised, limit: Limit = 100, after: After = None
) -> Response:
    """List the ledgers that exist for this key, by reference."""
    service, key = asked.service, asked.key

    def listed() -> dict[str, Any]:
        every = sorted(service.ledgers(), key=lambda terms: terms.ledger)
        mine = [
            terms for terms in every if key.opens(terms.ledger) and terms.ledger > (after or "")
        ]
        more = mine[limit - 1].ledger if len(mine) > limit else None
        return {"items": [shown(service, terms) for terms in mine[:limit]], "next": more}

    return page_answer(request, await run_sync(listed))


@router.get("/{ledger}", name="read_ledger")
async def read_ledger(on: OnLedger) -> Response:
    """Read a ledger: its name, its currency, its last version and the root of its log.

    It takes no pair of dates: the version that it answers is one.
    """
    document = await run_sync(shown, on.service, on.terms)
    return json_answer(document, entity_tag(document["version"]))


def shown(service: Service, terms: LedgerTerms) -> dict[str, Any]:
    """A ledger as it is shown."""
    head = service.head(terms.ledger)
    return {
        "ledger": terms.ledger,
        "name": terms.name,
        "currency": terms.currency,
        "timezone": terms.timezone,
        "version": head.version,
        "root": head.root.hex(),
    }
