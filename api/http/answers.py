"""The answer to an append, made by putting stored bytes together; nothing is encoded twice."""

from collections.abc import Iterable
from typing import Any, Final, assert_never

import msgspec
from starlette.responses import Response

from api.http.asking import AskingLedger, entity_tag
from api.http.problems import Item, Problem, document
from ledger.log.requests import AppendAnswer, Recorded, Refused, Replayed, Result, Seal

CREATED: Final = 201
MULTI_STATUS: Final = 207
UNAVAILABLE: Final = 503

encode: Final = msgspec.json.encode


def answered(on: AskingLedger, answer: AppendAnswer, **added: str | None) -> Response:
    """The answer to one fact or a batch; 207 when a part of it was refused.

    `added` is what a door has to say beside it.
    """
    count(on, answer.results)
    headers = entity_tag(answer.version)
    if answer.replayed:
        headers["Idempotency-Replayed"] = "true"
    if answer.outcome == "refused":
        raise refusal(answer.refusals, headers)
    body = b'{"ledger":"%b","version":%d,"results":[%b],"seal":%b%b%b' % (
        on.ledger.encode(),
        answer.version,
        b",".join(result_json(result) for result in answer.results),
        seal_json(answer.seal, signature_of(on, answer)),
        b"".join(b',"%b":%b' % (name.encode(), encode(said)) for name, said in added.items()),
        b',"dry_run":true}' if answer.dry_run else b"}",
    )
    status = MULTI_STATUS if answer.outcome == "partly" else CREATED
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def refusal(refused: tuple[Refused, ...], headers: dict[str, str]) -> Problem:
    """The problem of a request of which nothing is stored; the first refused item names it.

    What is no fault of the request may be sent again.
    """
    first = refused[0]
    items = [_item(one, one.index) for one in refused if one.index is not None]
    problem = Problem(first.code, first.detail, errors=items, headers=headers)
    if problem.status == UNAVAILABLE:
        problem.headers["Retry-After"] = "1"
    return problem


def result_json(result: Result) -> bytes:
    """One entry of `results`."""
    match result:
        case Replayed():
            return _with_events(b"replayed", result.events)
        case Recorded():
            return _with_events(b"recorded", result.events)
        case Refused():
            return b'{"status":"refused","problem":%b}' % encode(_problem(result))
        case _:
            assert_never(result)


def _with_events(status: bytes, events: tuple[bytes, ...]) -> bytes:
    return b'{"status":"%b","event":%b,"decisions":[%b]}' % (
        status,
        events[0],
        b",".join(events[1:]),
    )


def _item(refused: Refused, index: int) -> Item:
    return Item(index, refused.pointer, refused.code, refused.detail)


def _problem(refused: Refused) -> dict[str, Any]:
    item = _item(refused, refused.index or 0)
    return document(Problem(refused.code, refused.detail, errors=[item]), None)


def seal_json(seal: Seal, signature: str | None) -> bytes:
    """The seal: a version, the leaf of its event, the root up to it, and who vouches for that."""
    leaf_hash = None if seal.leaf_hash is None else seal.leaf_hash.hex()
    return encode(
        {
            "version": seal.version,
            "leaf_hash": leaf_hash,
            "root": seal.root.hex(),
            "signature": signature,
        }
    )


def signature_of(on: AskingLedger, answer: AppendAnswer) -> str | None:
    """The checkpoint of the commit that stored the seal's version; signed once for its answers."""
    notary = on.service.signing.notary
    origin = notary.known_origin(on.ledger)
    if answer.stored is None or origin is None or not notary.signs:
        return None
    return notary.seal(on.ledger, origin, answer.stored.size, answer.stored.root)


def count(on: AskingLedger, results: Iterable[Result]) -> None:
    """Count what became of the facts."""
    for result in results:
        on.service.metrics.answered(type(result).__name__.lower())
