"""From the bytes of a request to facts that may be appended, and the ones that may not.

A body is decoded once. What the shape or the role refuses goes to the writer as barred, so that the
answer to a batch names every refused item, and the request is kept whole under its key.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec

from api.http.bodies import decode_as, fact_of, problem_of
from api.http.permissions import may_append
from api.http.problems import Item, Problem
from ledger.events.codec import ShapeInvalid, fact_type
from ledger.log.requests import Barred, Submitted

BATCH_MAX: Final = 10_000

Mode = Literal["atomic", "independent"]


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """Several facts in one request."""

    events: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=BATCH_MAX)]
    mode: Mode = "atomic"


class _Peek(msgspec.Struct):
    """Whether an object means to be a batch."""

    events: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    mode: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


@lru_cache
def types_of(roles: tuple[str, ...]) -> frozenset[str]:
    """The types of fact that these roles may append."""
    return may_append(roles)


def items_of(body: bytes, roles: tuple[str, ...]) -> tuple[tuple[Submitted | Barred, ...], Mode]:
    """Decode one fact, or a batch. What is not JSON, or is one barred fact, is refused here."""
    try:
        fact = fact_of(body)
    except ShapeInvalid as refused:
        if not refused.malformed and _is_batch(body):
            return _batch_of(decode_as(Batch, body), roles)
        raise problem_of(refused) from None
    name = fact_type(fact)
    if name not in types_of(roles):
        raise _problem_of(_role_missing(body, name), 0)
    return (Submitted(fact, body),), "atomic"


def sorted_out(raws: Sequence[bytes], roles: tuple[str, ...]) -> tuple[Submitted | Barred, ...]:
    """Decode every item; those that have the wrong shape or need another role are barred."""
    allowed = types_of(roles)
    return tuple(_sorted(raw, allowed) for raw in raws)


def _sorted(raw: bytes, allowed: frozenset[str]) -> Submitted | Barred:
    try:
        fact = fact_of(raw)
    except ShapeInvalid as wrong:
        code = "malformed_json" if wrong.malformed else wrong.code
        return Barred(raw, code, wrong.detail, wrong.pointer)
    name = fact_type(fact)
    return Submitted(fact, raw) if name in allowed else _role_missing(raw, name)


def _batch_of(batch: Batch, roles: tuple[str, ...]) -> tuple[tuple[Submitted | Barred, ...], Mode]:
    items = sorted_out([bytes(item) for item in batch.events], roles)
    for index, item in enumerate(items):
        if isinstance(item, Barred) and item.code == "malformed_json":
            raise _problem_of(item, index)
    return items, batch.mode


def _role_missing(raw: bytes, name: str) -> Barred:
    return Barred(raw, "role_missing", f"no role of this key appends {name}", "/type")


def _problem_of(barred: Barred, index: int) -> Problem:
    item = Item(index, barred.pointer, barred.code, barred.detail)
    return Problem(barred.code, barred.detail, errors=[item])


def _is_batch(body: bytes) -> bool:
    try:
        peek = msgspec.json.decode(body, type=_Peek)
    except msgspec.ValidationError:
        return False
    return peek.events is not msgspec.UNSET or peek.mode is not msgspec.UNSET
