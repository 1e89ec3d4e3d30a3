"""The keys of a ledger's children as lines of JSON, beside its copy and never in it.

They stay wrapped: who reads the values back also needs the master key, which no file of ours holds.
Destroyed keys travel as tombstones, so that a copy cannot bring a child back.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from api.cli.saying import Trouble
from ledger.log.sealing.faults import MasterRetired
from ledger.log.sealing.master import Wrapped
from ledger.log.sealing.store import PURPOSES, KeyStore, Purpose

FORMAT: Final = 1


class First(msgspec.Struct, forbid_unknown_fields=True):
    """The first line: whose keys they are."""

    keys: int
    ledger: str


class CopiedChildKey(msgspec.Struct, array_like=True):
    """A child's key, wrapped; without its bytes it was destroyed."""

    child: str
    purpose: Purpose
    master: str
    wrapped: str | None


_first: Final = msgspec.json.Decoder(First)
_key: Final = msgspec.json.Decoder(CopiedChildKey)


def key_lines(store: KeyStore, ledger: str) -> Iterator[bytes]:
    """The lines of a ledger's keys, without their line ends."""
    yield msgspec.json.encode(First(FORMAT, ledger))
    for purpose in PURPOSES:
        for child, kept in sorted(store.find(ledger, purpose).items()):
            wrapped = None if kept.wrapped is None else kept.wrapped.hex()
            yield msgspec.json.encode(CopiedChildKey(child, purpose, kept.master, wrapped))


def read_keys(store: KeyStore, ledger: str, lines: Iterator[bytes]) -> int:
    """Keep the keys of a copy; how many there are. Raises `Trouble` when one is another already."""
    first = _decoded(_first, next(lines, b""))
    if (first.keys, first.ledger) != (FORMAT, ledger):
        message = f"these are not keys of `{ledger}` in format {FORMAT}"
        raise Trouble(message)
    number = 0
    living: dict[Purpose, dict[str, Wrapped]] = {purpose: {} for purpose in PURPOSES}
    for line in lines:
        copied = _decoded(_key, line)
        if copied.wrapped is None:
            store.destroy(ledger, copied.child, (copied.purpose,))
        else:
            wrapped = Wrapped(copied.master, bytes.fromhex(copied.wrapped))
            living[copied.purpose][copied.child] = wrapped
        number += 1
    for purpose, keys in living.items():
        _keep(store, ledger, purpose, keys)
    return number


def _keep(store: KeyStore, ledger: str, purpose: Purpose, keys: Mapping[str, Wrapped]) -> None:
    try:
        taken = store.add(ledger, purpose, keys)
    except MasterRetired:
        message = "these keys are wrapped under a master key that was retired here"
        raise Trouble(message) from None
    if taken:
        message = f"{len(taken)} children of `{ledger}` have other keys already, or were erased"
        raise Trouble(message)


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:  # noqa: ANN401 (a line)
    try:
        return decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Trouble("a line is not one of a copy of keys") from None
