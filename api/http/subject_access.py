"""Subject access: everything held on one child, as JSON or as a page, at the ledger's version now.

Nothing may be missing, so it waits for the read tables, as a read with `min_version` does. Long
lists are read while the answer goes out.
"""

from itertools import chain
from typing import Final

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from api.http.accept import weights_of
from api.http.asking import AskingLedger, OnLedger, entity_tag, known_only, named, today_in
from api.http.bodies import JSON
from api.http.moment import projected_up_to
from api.http.problems import not_here
from api.subject_access.held import Held
from api.subject_access.written import as_json, as_page
from projections.reading.child_feed import about_child
from projections.reading.pair import Pair

router: Final = APIRouter(prefix="/v1/ledgers/{ledger}", tags=["privacy"])

HTML: Final = "text/html"
PURPOSE: Final = "subject_access"
UNKNOWN: Final = ("unknown_child", "nothing is held on a child of this reference")
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Vary": "Accept",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


@router.get("/children/{child}/subject-access", name="read_subject_access")
async def read_subject_access(request: Request, on: OnLedger, child: str) -> Response:
    """Give everything that is held on a child; `Accept: text/html` gets a page to read.

    The identity is part of it, and is noted as read for `subject_access`. It takes no pair of
    dates: it is everything that is held now, or nothing.
    """
    known_only(request)
    named(child, *UNKNOWN)
    head = await run_sync(on.service.head, on.ledger)
    await projected_up_to(on, head.version)
    held = await run_sync(held_on, on, child, Pair(None, head.version))
    if held is None:
        raise not_here(*UNKNOWN)
    if prefers_page(request.headers.get("accept", "")):
        kind, pieces = HTML, as_page(held.sections())
    else:
        kind, pieces = JSON, as_json(held.sections())
    first = await run_sync(next, pieces, b"")  # what goes wrong at once still has its status
    headers = {**HEADERS, **entity_tag(head.version)}
    return StreamingResponse(chain([first], pieces), media_type=kind, headers=headers)


def held_on(on: AskingLedger, child: str, at: Pair) -> Held | None:
    """What is held on a child; None when that is nothing. The identity is read here and now."""
    vault = on.service.sealing.vault
    standing = vault.standing(on.ledger, child)
    if standing == "none" and not _is_in_the_log(on, child, at):
        return None
    found = vault.get(on.ledger, child, actor=on.key.name, purpose=PURPOSE)
    if found is None:
        state = "none" if standing == "none" else "erased"  # perhaps just now
        content = {"identity": None, "changed_at": None}
    else:
        state, content = "kept", found.shown()
    identity = {"state": state, "content": content["identity"], "changed_at": content["changed_at"]}
    return Held(on.service, on.terms, child, at, today_in(on.terms), identity)


def _is_in_the_log(on: AskingLedger, child: str, at: Pair) -> bool:
    with on.service.pool.connection() as connection:
        return bool(about_child(connection, on.ledger, child, at, limit=1).items)


def prefers_page(accept: str) -> bool:
    """Whether the client rather has HTML than JSON; without a word, JSON."""
    weights = weights_of(accept)
    return weights.get(HTML, 0) > weights.get(JSON, 0)
