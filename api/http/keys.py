"""The door of keys: made by an admin, shown once, listed without secrets, stopped for ever."""

from typing import Annotated, Any, Final

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.http.asking import Asking, Authorised, named
from api.http.bodies import JSON, decode_as, media_type_of, read_body
from api.http.once import Answer, Transaction
from api.http.pages import After, Limit, page_answer
from api.http.permissions import ROLES
from api.http.problems import Problem, not_here, shape_invalid
from api.http.writing import written
from api.keys import Key, new_secret
from ledger.events.words import Ref

router: Final = APIRouter(prefix="/v1/keys", tags=["keys"])


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    """What a new key is asked to be. Without `ledgers` it opens all of them."""

    name: Ref
    roles: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=len(ROLES))]
    ledgers: Annotated[tuple[Ref, ...], msgspec.Meta(min_length=1, max_length=1000)] | None = None

    def __post_init__(self) -> None:
        """Refuse a role that does not exist, and anything named twice."""
        for index, role in enumerate(self.roles):
            if role not in ROLES:
                raise shape_invalid(f"a role is one of {', '.join(ROLES)}", f"/roles/{index}")
        if len(set(self.roles)) < len(self.roles):
            raise shape_invalid("a role is named twice", "/roles")


@router.post("", name="create_key", status_code=201)
async def create_key(request: Request, asked: Authorised) -> Response:
    """Make a key. The answer shows it once; a replay does not."""
    media_type_of(request, allowed=(JSON,))
    body = await read_body(request)
    wanted = decode_as(NewKey, body)
    if not asked.key.covers(wanted.ledgers):
        raise Problem("role_missing", "a key limited to ledgers makes keys for no others")
    key = Key(wanted.name, wanted.roles, wanted.ledgers)
    secret = new_secret()

    def create(connection: Transaction, _again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        if not asked.service.keys.create(key, secret, connection):
            raise Problem("already_exists", "the name is taken, for ever")
        return Answer(201, {**shown(key), "key": secret}, unkept=("key",))

    return await written(request, asked, body, create)


def _must_open_all(asked: Asking) -> None:
    """Refuse a limited admin: names and keys are of all ledgers."""
    if asked.key.ledgers is not None:
        raise Problem("role_missing", "a key limited to ledgers neither lists nor stops keys")


@router.get("", name="list_keys")
async def list_keys(
    request: Request, asked: Authorised, limit: Limit = 100, after: After = None
) -> Response:
    """List the keys that may be used, by name, without their secrets."""
    _must_open_all(asked)
    keys = asked.service.keys
    found = await run_sync(lambda: keys.listed(after=after or "", limit=limit + 1))
    more = found[limit - 1].name if len(found) > limit else None
    return page_answer(request, {"items": [shown(key) for key in found[:limit]], "next": more})


@router.delete("/{name}", name="delete_key", status_code=204)
async def delete_key(request: Request, asked: Authorised, name: str) -> Response:
    """Stop a key for ever: at once in this process, within a second in others."""
    named(name, "unknown_key", "no live key has this name")
    _must_open_all(asked)
    keys = asked.service.keys

    def delete(connection: Transaction, _again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        if not keys.delete(name, connection):
            raise not_here("unknown_key", "no live key has this name")
        return Answer(204, None)

    answer = await written(request, asked, b"", delete)
    keys.forget()
    return answer


def shown(key: Key) -> dict[str, Any]:
    """A key as it may be shown to anyone who may list keys."""
    return {"name": key.name, "roles": key.roles, "ledgers": key.ledgers}
