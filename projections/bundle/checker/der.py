"""ASN.1 in DER (X.690), as much of it as a time stamp needs: tags, lengths, contents."""

from typing import Final, NamedTuple

from projections.bundle.checker.notes import Broken

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
OBJECT: Final = 0x06
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
EXPLICIT: Final = 0xA0
LONG_TAG: Final = 0x1F
LONG_LENGTH: Final = 0x80
LENGTH_BYTES_MAX: Final = 4


class Node(NamedTuple):
    """A tag, and the bytes that it is about."""

    tag: int
    content: bytes

    def parts(self) -> "list[Node]":
        """What a sequence or a set holds. Raises `Broken`."""
        return nodes_of(self.content)

    def part(self, place: int, tag: int) -> "Node":
        """The part at a place, which must have this tag. Raises `Broken`."""
        parts = self.parts()
        if place >= len(parts) or parts[place].tag != tag:
            raise Broken("another structure than it must have")
        return parts[place]


def nodes_of(encoded: bytes) -> list[Node]:
    """Everything that stands in some bytes, one behind the other. Raises `Broken`."""
    found, place = [], 0
    while place < len(encoded):
        tag, start, end = _measured(encoded, place)
        found.append(Node(tag, encoded[start:end]))
        place = end
    return found


def only_node(encoded: bytes, tag: int) -> Node:
    """The one thing that some bytes are. Raises `Broken`."""
    found = nodes_of(encoded)
    if len(found) != 1 or found[0].tag != tag:
        raise Broken("another structure than it must have")
    return found[0]


def _measured(encoded: bytes, place: int) -> tuple[int, int, int]:
    """A tag, and where its content starts and ends."""
    tag, length, start = encoded[place], encoded[place + 1 : place + 2], place + 2
    if tag & LONG_TAG == LONG_TAG or not length:
        raise Broken("a tag that is not known here")
    size = length[0]
    if size >= LONG_LENGTH:
        number = size - LONG_LENGTH
        said = encoded[start : start + number]
        if not 0 < number <= LENGTH_BYTES_MAX or len(said) != number:
            raise Broken("a length that is not known here")
        size, start = int.from_bytes(said, "big"), start + number
    if start + size > len(encoded):
        raise Broken("it ends before its length")
    return tag, start, start + size
