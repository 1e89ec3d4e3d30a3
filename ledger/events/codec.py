"""From bytes to typed facts and events, and back: canonical JSON, written once.

The stored bytes of an event are JSON with sorted keys and no white space (the form of RFC 8785 for
the values that occur here). They are what a leaf hash is taken of, so they are never written again.
"""

import datetime
import functools
import operator
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec import Struct

from ledger.events.catalogue import (
    APPENDED,
    EVENTS,
    SEALED,
    STORED_NAMES,
    TYPE_OF,
    EventData,
    FactData,
)
from ledger.events.complaints import complaint_of, not_json
from ledger.events.references import PERSONAL_REFERENCE, personal_in
from ledger.events.words import FactId, Sealed, require_day

Data = TypeVar("Data", bound=EventData)


class Fact(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a client appends: something true in the world, and the day it is true."""

    effective_on: datetime.date
    data: FactData
    id: FactId | None = None
    received_on: datetime.date | None = None

    def __post_init__(self) -> None:
        """Refuse dates outside the calendar."""
        require_day(self.effective_on)
        if self.received_on is not None:
            require_day(self.received_on)


class Event(Struct, Generic[Data], frozen=True, forbid_unknown_fields=True):
    """What is stored: a fact, or a decision that followed from it.

    `recorded_at` is a moment of RFC 3339 in UTC with microseconds; no rule reads it. `causes` are
    versions of the same ledger.
    """

    actor: str
    data: Data
    effective_on: datetime.date
    received_on: datetime.date
    recorded_at: str
    schema: int
    type: str
    version: int
    causes: tuple[int, ...] = ()
    id: str | None = None

    @property
    def stored_name(self) -> str:
        """The type with its schema number; the key of the catalogue for ever."""
        return f"{self.type}.v{self.schema}"


AnyEvent = Event[Any]


class ShapeInvalid(ValueError):
    """The bytes are not a fact: not JSON, an unknown field, a wrong type, a broken limit.

    The detail never quotes what was sent.
    """

    def __init__(
        self, detail: str, *, pointer: str, malformed: bool, code: str = "shape_invalid"
    ) -> None:
        """Keep the place as a JSON pointer, and whether the bytes were JSON at all."""
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer
        self.malformed = malformed
        self.code = code


def _tagged(name: str, shape: type[FactData]) -> type[Fact]:
    untyped: Any = msgspec.defstruct(
        "".join(word.title() for word in name.replace(".", "_").split("_")) + "Fact",
        [("data", shape)],
        bases=(Fact,),
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        omit_defaults=True,
        tag_field="type",
        tag=name,
        module=__name__,
    )
    tagged: type[Fact] = untyped
    return tagged


FACT_SHAPES: Final = {name: _tagged(name, shape) for name, shape in APPENDED.items()}
FACT_UNION: Final[Any] = functools.reduce(operator.or_, FACT_SHAPES.values())
_fact_decoder: Final = msgspec.json.Decoder(FACT_UNION)
_by_type: Final = {
    name: msgspec.json.Decoder(Event[shape])  # type: ignore[valid-type]
    for name, shape in EVENTS.items()
}
_event_decoders: Final = {name: _by_type[name.rpartition(".v")[0]] for name in STORED_NAMES}
_sealed_shapes: Final = frozenset(EVENTS[name] for name in SEALED)
_encoder: Final = msgspec.json.Encoder(order="sorted")


def decode_fact(raw: bytes | msgspec.Raw) -> Fact:
    """Read one fact as a client sent it; `ShapeInvalid` says what and where when it is none."""
    try:
        fact: Fact = _fact_decoder.decode(raw)
    except msgspec.ValidationError as refused:
        detail, pointer = complaint_of(refused, _shape_meant(raw))
        raise ShapeInvalid(detail, pointer=pointer, malformed=False) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
        raise ShapeInvalid(not_json(broken), pointer="", malformed=True) from None
    if type(fact.data) in _sealed_shapes:
        _must_be_plain(fact.data)
    personal = personal_in(fact.id, fact.data)
    if personal is not None:
        code = PERSONAL_REFERENCE
        raise ShapeInvalid(personal.detail, pointer=personal.pointer, malformed=False, code=code)
    return fact


def _must_be_plain(content: FactData) -> None:
    """Only the ledger seals; a client sends values."""
    for field in content.__struct_fields__:
        if isinstance(getattr(content, field), Sealed):
            detail = "a value is sent as it is, and sealed by the ledger"
            raise ShapeInvalid(detail, pointer=f"/data/{field}", malformed=False)


class _Tag(Struct):
    """What a fact says that it is."""

    type: str


def _shape_meant(raw: bytes | msgspec.Raw) -> Any:  # noqa: ANN401 (a shape, or the union of all)
    """The shape of the type that refused bytes name; any, when they name none."""
    try:
        return FACT_SHAPES[msgspec.json.decode(raw, type=_Tag).type]
    except (KeyError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return FACT_UNION


def canonical(raw: bytes | msgspec.Raw) -> bytes:
    """The content as it was sent, without its white space and order of keys: what is compared."""
    return _encoder.encode(msgspec.json.decode(raw))


def fact_type(fact: Fact) -> str:
    """The type under which a fact is stored."""
    return TYPE_OF[type(fact.data)]


def encode_event(event: AnyEvent) -> bytes:
    """The exact bytes that are stored and sealed."""
    return _encoder.encode(event)


def decode_event(stored_name: str, stored: bytes) -> AnyEvent:
    """Read stored bytes back, validating them; a name that is not in the catalogue is a defect."""
    event: AnyEvent = _event_decoders[stored_name].decode(stored)
    if event.stored_name != stored_name:
        message = f"the bytes say {event.stored_name}, the column says {stored_name}"
        raise ValueError(message)
    if (type(event.data) in _sealed_shapes) and has_sealed(event.data) is (event.schema == 1):
        message = f"{stored_name}: schema 2 holds sealed values, and schema 1 holds none"
        raise ValueError(message)
    return event


def has_sealed(content: EventData) -> bool:
    """Whether a value of an event is sealed."""
    return any(isinstance(getattr(content, name), Sealed) for name in content.__struct_fields__)
