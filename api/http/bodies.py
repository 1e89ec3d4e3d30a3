"""Bodies, from bytes to what a door can use: content types, limits, and JSON decoded once.

A body that is too large is still taken in, unread, up to a limit, so that a client that writes
before it reads gets its problem document and not a broken connection.
"""

from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request

from api.http.problems import Item, Problem, shape_invalid
from ledger.events.codec import ShapeInvalid, decode_fact
from ledger.events.complaints import complaint_of, not_json

BODY_MAX_BYTES: Final = 32 * 1024 * 1024
DRAINED_MAX_BYTES: Final = 256 * 1024 * 1024
JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"

Shape = TypeVar("Shape")


def media_type_of(request: Request, *, allowed: tuple[str, ...]) -> str:
    """The content type, without its parameters; one that the door does not take is 415.

    A request that names none is read as JSON.
    """
    sent = request.headers.get("content-type", JSON)
    kind, _, parameters = sent.partition(";")
    kind = kind.strip().lower()
    charset = parameters.replace(" ", "").replace('"', "").lower()
    if kind not in allowed or (charset and charset not in {"charset=utf-8", "charset=utf8"}):
        taken = " or ".join(allowed)
        raise Problem("content_type_unsupported", f"this door takes {taken} in UTF-8")
    return kind


async def read_body(request: Request, *, limit: int = BODY_MAX_BYTES) -> bytes:
    """The whole body, once. Above `limit` bytes it is 413."""
    announced = _announced(request)
    if announced > limit and "expect" in request.headers:
        raise _too_large(limit)  # the client waits for a word before it sends
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= limit and announced <= limit:
            parts.append(part)
        else:
            parts.clear()
        if size > max(limit, DRAINED_MAX_BYTES):
            break
    if max(size, announced) > limit:
        raise _too_large(limit)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _announced(request: Request) -> int:
    length = request.headers.get("content-length", "0")
    return int(length) if length.isdigit() else 0


def _too_large(limit: int) -> Problem:
    return Problem(
        "body_too_large", f"a body is at most {limit} bytes", headers={"Connection": "close"}
    )


def decode_as(shape: type[Shape], body: bytes) -> Shape:
    """Decode a small body of a door of our own; 400 when it is not JSON, 422 when it has the wrong
    shape.
    """  # noqa: D205
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise _refusal_of(broken, body, shape) from None


def _refusal_of(broken: Exception, body: bytes, shape: type[Any]) -> Problem:
    """What a decoder's complaint means, with a JSON pointer."""
    if isinstance(broken, msgspec.ValidationError):
        if is_json(body):
            return shape_invalid(*complaint_of(broken, shape))
        return Problem("malformed_json", "not JSON")
    return Problem("malformed_json", not_json(broken))


def is_json(body: bytes | msgspec.Raw) -> bool:
    """Whether the bytes are JSON to the end. Asked only on the way to a refusal."""
    try:
        msgspec.json.decode(body)
    except msgspec.ValidationError:
        return True  # a number beyond every range is still JSON
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def fact_of(raw: bytes) -> Any:  # noqa: ANN401 (one of the facts of the catalogue)
    """Decode one fact; a complaint about the shape of what is not JSON is about the JSON."""
    try:
        return decode_fact(raw)
    except ShapeInvalid as refused:
        if not refused.malformed and not is_json(raw):
            raise ShapeInvalid("not JSON", pointer="", malformed=True) from None
        raise


def problem_of(refused: ShapeInvalid) -> Problem:
    """The problem of a body, or of one item, that has the wrong shape."""
    if refused.malformed:
        return Problem("malformed_json", refused.detail)
    item = Item(0, refused.pointer, refused.code, refused.detail)
    return Problem(refused.code, refused.detail, errors=[item])
