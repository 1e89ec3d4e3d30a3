"""What of an event is sealed: values about a child that may be forgotten while the event stays.

A sealed event has schema 2; its bytes hold a `Sealed` in place of each such value. Without a key
the value reads as `ERASED` (its key was destroyed) or `LOCKED` (this reader has no key for it).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final, Protocol

from msgspec.structs import replace

from ledger.events.catalogue import SCHEMA, EventData
from ledger.events.children import (
    ChildWithdrawn,
    EvidenceAttached,
    MeasurementCorrected,
    MeasurementRecorded,
)
from ledger.events.codec import AnyEvent
from ledger.events.words import Sealed, Value

SEALED_FIELDS: Final[Mapping[type[EventData], tuple[str, ...]]] = {
    MeasurementRecorded: ("value",),
    MeasurementCorrected: ("value", "reason"),
    ChildWithdrawn: ("reason",),
    EvidenceAttached: ("label",),
}
EVER_SEALED: Final = frozenset(field for fields in SEALED_FIELDS.values() for field in fields)
ERASED: Final = Sealed("erased")
LOCKED: Final = Sealed("sealed")


class Opens(Protocol):
    """Somebody who may hold the keys of children."""

    def open(self, child: str, version: int, field: str, sealed: Sealed) -> Value | Sealed:
        """The value; `ERASED` or `LOCKED` without a key. Raises on a ciphertext that is damaged."""
        ...


def sealed_fields(content: EventData) -> tuple[str, ...]:
    """The fields that are stored sealed: those of a child that have a value."""
    fields = SEALED_FIELDS.get(type(content), ())
    if not fields or getattr(content, "child", None) is None:
        return ()
    return tuple(field for field in fields if getattr(content, field) is not None)


def with_fields(event: AnyEvent, schema: int, values: Mapping[str, object]) -> AnyEvent:
    """The same event with other values in some fields of its data."""
    return replace(event, schema=schema, data=replace(event.data, **values))


def opened(event: AnyEvent, keys: Opens) -> AnyEvent:
    """The event with its sealed values opened, as far as there are keys.

    As it is stored no value is a word: `erased` in place of a ciphertext is damage, and no erasure.
    """
    if event.schema == SCHEMA:
        return event
    content = event.data
    found = {
        field: keys.open(content.child, event.version, field, value)
        for field in SEALED_FIELDS[type(content)]
        for value in (getattr(content, field),)
        if isinstance(value, Sealed)
    }
    return with_fields(event, SCHEMA, found)


def is_unreadable(content: EventData) -> bool:
    """Whether a value of an opened event cannot be read any more."""
    return any(
        isinstance(getattr(content, field), Sealed)
        for field in SEALED_FIELDS.get(type(content), ())
    )


def shown(event: AnyEvent) -> AnyEvent:
    """An opened event as people see it: `erased` or `sealed` in place of what cannot be read."""
    content = event.data
    words = {
        field: value.sealed if event.schema == SCHEMA else LOCKED.sealed
        for field in SEALED_FIELDS.get(type(content), ())
        for value in (getattr(content, field),)
        if isinstance(value, Sealed)
    }
    return with_fields(event, event.schema, words) if words else event


class NoKeys:
    """A reader without keys: everything sealed stays so."""

    def open(self, child: str, version: int, field: str, sealed: Sealed) -> Value | Sealed:  # noqa: ARG002
        """Answer `LOCKED`."""
        return LOCKED


FindKeys = Callable[[str, Collection[str] | None], Opens]
"""Finds the keys of some children of a ledger, or of all of them."""


def no_keys(ledger: str, children: Collection[str] | None) -> Opens:  # noqa: ARG001
    """Find none."""
    return NoKeys()
