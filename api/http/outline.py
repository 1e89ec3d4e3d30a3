"""What a door needs to know of a stored event without reading what it says of a child."""

import datetime

import msgspec

from api.http.permissions import sees_own_events_only
from api.keys import Key


class Outline(msgspec.Struct):
    """Who recorded an event, what it is, and the day it is effective."""

    actor: str
    type: str
    effective_on: datetime.date


_read = msgspec.json.Decoder(Outline).decode


def outline_of(stored: bytes) -> Outline:
    """The outline of an event's stored bytes."""
    return _read(stored)


def visible_to(key: Key, stored: bytes) -> bool:
    """Whether a key may see an event; a recorder sees what it recorded itself."""
    return not sees_own_events_only(key.roles) or outline_of(stored).actor == key.name
