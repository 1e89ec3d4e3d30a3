"""What is wrong with the shape of a body, said without a word of what was sent (0017).

The decoder quotes values and names of fields: a client may have put a name or a score where
something else belongs, and a problem document is logged, mailed and pasted into tickets. What helps
is kept: the place, the type expected there, and the values that may stand there.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect

# Everything that the decoder says in words of its own: types, limits and patterns of our shapes.
_PLAIN: Final = (
    "Expected ",
    "Object missing required field",
    "Number out of range",
    "Integer value out of range",
    "Invalid RFC3339 encoded date",
)
_ENUM: Final = "Invalid enum value"
_UNKNOWN_FIELD: Final = "Object contains unknown field"
_NO_SUCH_TYPE: Final = "Invalid value"
_OTHERWISE: Final = "This has the wrong shape"
FIELD_NAME: Final = re.compile(r"[a-z_]{1,40}")
_NAMED: Final = re.compile(rf"`({FIELD_NAME.pattern})`$")
_PLACE: Final = re.compile(r" - at (`key` in )?`(\$[^`]*)`$")
_STEP: Final = re.compile(r"\.([a-z0-9_]+)|\[([0-9]{1,9}|\.\.\.)\]")
_ANY_KEY: Final = "..."


class Complaint(NamedTuple):
    """What is wrong, and the JSON pointer (RFC 6901) of the place."""

    detail: str
    pointer: str


def complaint_of(refused: msgspec.ValidationError, shape: Any) -> Complaint:  # noqa: ANN401
    """What the decoder's complaint about a body of this shape means."""
    said, is_key, steps = _parted(str(refused))
    there = _there(shape, steps)
    if there is None:  # a place that the shape does not have comes from the name of a field
        return Complaint(_OTHERWISE, "")
    pointer = "".join(f"/{step}" for step in steps if step != _ANY_KEY)
    if isinstance(refused.__cause__, ValueError):  # a rule of a shape, in words of our own
        return Complaint(str(refused.__cause__), pointer)
    return Complaint(_detail(said, there) + (", as a key" if is_key else ""), pointer)


def not_json(broken: Exception) -> str:
    """Why bytes are no JSON; a decoder of texts would quote the byte."""
    if isinstance(broken, UnicodeDecodeError):
        return "not JSON: the text is not UTF-8"
    return f"not JSON: {broken}"


def _parted(message: str) -> tuple[str, bool, tuple[str, ...]]:
    """The complaint, whether it is about a key, and the steps to the place."""
    found = _PLACE.search(message)
    if found is None:
        return message, False, ()
    steps = tuple(name or index for name, index in _STEP.findall(found[2]))
    return message[: found.start()], found[1] is not None, steps


def _detail(said: str, there: inspect.Type) -> str:
    if said.startswith(_PLAIN):
        return said
    if said.startswith(_ENUM):
        taken = ", ".join(f"`{value}`" for value in _values(there))
        return f"{_ENUM}: one of {taken} is expected"
    if said.startswith(_UNKNOWN_FIELD):
        name = _NAMED.search(said)
        return f"{_UNKNOWN_FIELD} `{name[1]}`" if name else f"{_UNKNOWN_FIELD}, not named here"
    if said.startswith(_NO_SUCH_TYPE):
        return f"{_NO_SUCH_TYPE}: there is no such type"
    return _OTHERWISE


def _there(shape: Any, steps: Sequence[str]) -> inspect.Type | None:  # noqa: ANN401
    """The type at the end of the steps; None where the shape has no such place."""
    found: inspect.Type | None = _type_of(shape)
    for step in steps:
        if found is None:
            return None
        found = _inside(found, step)
    return found


@lru_cache(maxsize=256)
def _type_of(shape: Any) -> inspect.Type:  # noqa: ANN401
    return inspect.type_info(shape)


def _inside(outer: inspect.Type, step: str) -> inspect.Type | None:
    """The type of a field or an item."""
    match outer:
        case inspect.Metadata():
            return _inside(outer.type, step)
        case inspect.UnionType():
            return next(filter(None, (_inside(one, step) for one in outer.types)), None)
        case inspect.StructType():
            if step == outer.tag_field:
                return inspect.StrType()
            return next((one.type for one in outer.fields if one.encode_name == step), None)
        case inspect.CollectionType():
            return outer.item_type
        case inspect.TupleType():
            return next((one for at, one in enumerate(outer.item_types) if str(at) == step), None)
        case inspect.DictType():
            return outer.value_type
        case _:
            return None


def _values(there: inspect.Type) -> tuple[Any, ...]:
    """The values that may stand at a place, where they are few."""
    match there:
        case inspect.Metadata():
            return _values(there.type)
        case inspect.UnionType():
            return tuple(value for one in there.types for value in _values(one))
        case inspect.LiteralType():
            return there.values
        case _:
            return ()
