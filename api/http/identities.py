"""The identity vault: who a child is, for the custodian alone, and who has read it.

Only a subject access reads it besides. No answer to a write, no problem and no kept answer holds
any of its content, and what recognises a repeated request is hashed under a key that goes with it.
"""

import re
from hashlib import blake2b
from typing import Annotated, Final

import msgspec
from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.http.asking import AskingLedger, OnLedger, idempotency_key, known_only, named
from api.http.bodies import JSON, is_json, media_type_of, read_body
from api.http.filters import Whole
from api.http.once import Answer, Transaction
from api.http.pages import Limit, json_answer, page_answer
from api.http.problems import Problem, not_here, shape_invalid
from api.http.writing import written
from ledger.events.codec import canonical
from ledger.events.references import PERSONAL_REFERENCE, Personal, looks_personal
from ledger.log.sealing.faults import IdentityErased
from ledger.log.sealing.identities import moment
from ledger.log.sealing.identity import CONTACTS_MAX, NUMBER_MAX, TEXT_MAX, Identity

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}/identities", tags=["privacy"])

BODY_MAX_BYTES: Final = 64 * 1024
DIGEST_BYTES: Final = 32
READ_DIGITS: Final = 18
UNKNOWN: Final = ("unknown_identity", "no identity of this child is kept")
PLACE: Final = re.compile(r" - at `\$((?:\.[a-z_]+|\[[0-9]+\])*)`$")
STEP: Final = re.compile(r"\.([a-z_]+)|\[([0-9]+)\]")
EXPECTED: Final = {
    "": "an identity has a name, and may have date_of_birth, school_number and contacts",
    "name": f"1 to {TEXT_MAX} characters in one line",
    "date_of_birth": "a date from 1900 to 2199",
    "school_number": f"1 to {NUMBER_MAX} characters in one line",
    "contacts": f"at most {CONTACTS_MAX} contacts, each with a kind and a value",
    "kind": "a short code of a-z, 0-9 and _",
    "value": f"1 to {TEXT_MAX} characters in one line",
}
NOT_STORED: Final = {"Cache-Control": "no-store"}

Purpose = Annotated[
    str,
    Query(
        pattern="^[a-z0-9_]{1,40}$",
        description="what the identity is read for, as a short code; it is kept for ever",
        examples=["call_home"],
    ),
]
AfterRead = Annotated[Whole, Query(ge=0, lt=10**READ_DIGITS, description="a `next`, as it is")]


@router.put("/{child}", name="put_identity", status_code=201)
async def put_identity(request: Request, on: OnLedger, child: str) -> Response:
    """Keep who a child is, in the place of what was kept before. The answer holds no content."""
    known_only(request)
    media_type_of(request, allowed=(JSON,))
    body = await read_body(request, limit=BODY_MAX_BYTES)
    identity = identity_in(body)
    named(child, *UNKNOWN)
    kind = looks_personal(child)
    if kind is not None:
        raise Problem(PERSONAL_REFERENCE, Personal("", kind).detail)
    keyed: bytes | None = b""
    if idempotency_key(on.headers) is not None:
        keyed = await run_sync(_keyed, on, child, body)

    def put(_connection: Transaction, _again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        try:
            kept = on.service.sealing.vault.put(on.ledger, child, identity)
        except IdentityErased as erased:
            raise Problem(erased.code, str(erased)) from None
        document = {"ledger": on.ledger, "child": child, "changed_at": moment(kept.changed_at)}
        return Answer(201 if kept.first else 200, document)

    return await written(request, on, b"", put, keyed=keyed)


def identity_in(body: bytes) -> Identity:
    """Read an identity, or say by its place what is expected there: a decoder quotes what is sent.

    400 when it is not JSON, 422 when it has the wrong shape.
    """
    try:
        return msgspec.json.decode(body, type=Identity)
    except msgspec.ValidationError as wrong:
        if is_json(body):
            raise _expected(wrong) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise Problem("malformed_json", "the body is not JSON") from None


def _expected(wrong: msgspec.ValidationError) -> Problem:
    found = PLACE.search(str(wrong))
    steps = ["date_of_birth"] if isinstance(wrong.__cause__, ValueError) else []
    if found is not None:
        steps += [name or index for name, index in STEP.findall(found[1])]
    field = next((step for step in reversed(steps) if step in EXPECTED), "")
    return shape_invalid(EXPECTED[field], "".join(f"/{step}" for step in steps))


def _keyed(on: AskingLedger, child: str, body: bytes) -> bytes | None:
    """The hash of what was sent, under a key that goes with the child's; None when it is gone."""
    key = on.service.sealing.vault.content_key(on.ledger, child, make=True)
    if key is None:
        return None
    return blake2b(canonical(body), digest_size=DIGEST_BYTES, key=key).digest()


@router.get("/{child}", name="read_identity")
async def read_identity(request: Request, on: OnLedger, child: str, purpose: Purpose) -> Response:
    """Read who a child is. Who reads it, when and what for is noted before it is answered.

    It takes no pair of dates: identities are no part of the log, and only the last one is kept.
    """
    known_only(request)
    named(child, *UNKNOWN)
    vault = on.service.sealing.vault
    found = await run_sync(lambda: vault.get(on.ledger, child, actor=on.key.name, purpose=purpose))
    if found is None:
        raise not_here(*UNKNOWN)
    document = {"ledger": on.ledger, "child": child, **found.shown()}
    return json_answer(document, NOT_STORED)


@router.delete("/{child}", name="delete_identity", status_code=204)
async def delete_identity(request: Request, on: OnLedger, child: str) -> Response:
    """Delete who a child is and destroy the key of it: no identity of this child is taken again."""
    known_only(request)
    named(child, *UNKNOWN)

    def delete(_connection: Transaction, again: bool) -> Answer:  # noqa: FBT001 (see once.Doing)
        if not on.service.sealing.drop_identity(on.ledger, child) and not again:
            raise not_here(*UNKNOWN)
        return Answer(204, None)

    return await written(request, on, b"", delete)


@router.get("/{child}/reads", name="list_identity_reads")
async def list_identity_reads(
    request: Request, on: OnLedger, child: str, limit: Limit = 100, after: AfterRead = 0
) -> Response:
    """List who has read the identity of a child, when and what for; also of one that is gone.

    It takes no pair of dates: reads are no part of the log, and each has its moment.
    """
    known_only(request)
    named(child, *UNKNOWN)
    vault = on.service.sealing.vault
    found = await run_sync(lambda: vault.reads(on.ledger, child, after=after, limit=limit + 1))
    more = str(found[limit - 1].number) if len(found) > limit else None
    return page_answer(request, {"items": [read.shown() for read in found[:limit]], "next": more})
