"""Reading a copy of a ledger back (`copies.py`): the same bytes and roots, commit by commit."""

from collections.abc import Iterator
from typing import Final, Protocol, TypeVar

import msgspec

from api.cli.copies import FORMAT, Boundary, CopiedKey, First, Last, Named
from api.cli.saying import Trouble
from ledger.events.codec import decode_event
from ledger.events.complaints import complaint_of, not_json
from ledger.log.ports import Commit, Head, KeptId, KeptKey, LedgerExists, Log
from ledger.log.tree import Frontier, Node, leaf_hash

Line = TypeVar("Line")
_first: Final = msgspec.json.Decoder(First)
_between: Final = msgspec.json.Decoder(Boundary | Last)
_stored: Final = msgspec.json.Decoder(Named)


class Told(Protocol):
    """Somebody who is told how many events are done."""

    def __call__(self, done: int, /) -> object:
        """Hear of it."""
        ...


def read_back(log: Log, lines: Iterator[bytes], told: Told) -> tuple[str, Head]:
    """Store a copy's lines in a ledger of their own, and say which; one that broke off goes on.

    Raises `Trouble` at the first line that is not what the copy says it is.
    """
    first = _decoded(_first, next(lines, b""), 1)
    if first.copy != FORMAT:
        message = f"this copy has format {first.copy}; this program reads format {FORMAT}"
        raise Trouble(message)
    secret = bytes.fromhex(first.secret)
    try:
        log.create(first.terms, secret)
    except LedgerExists:
        if log.terms(first.ledger) != first.terms or log.secret(first.ledger) != secret:
            message = f"the ledger `{first.ledger}` is there already and is another"
            raise Trouble(message) from None
    return first.ledger, _read_commits(log, first.ledger, _Numbered(lines), told)


class _Numbered:
    """Lines with the number of the last one taken; the first is gone already."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self.number = 1

    def take(self) -> bytes:
        """The next line, which must be there."""
        self.number += 1
        line = next(self._lines, None)
        if line is None:
            message = f"the copy ends at line {self.number - 1}, before its last line"
            raise Trouble(message)
        return line.rstrip(b"\n")


def _read_commits(log: Log, ledger: str, lines: _Numbered, told: Told) -> Head:
    head = log.head(ledger)
    present = Frontier()
    while True:
        between = _decoded(_between, lines.take(), lines.number)
        if isinstance(between, Last):
            if between.version < head.version:
                message = (
                    f"the ledger `{ledger}` is at version {head.version}, beyond this copy, which "
                    f"ends at version {between.version}; nothing was written"
                )
                raise Trouble(message)
            if (between.version, between.root) != (head.version, head.root.hex()):
                message = f"the copy ends at version {between.version} with another root"
                raise Trouble(message)
            return head
        count = between.last_version - between.first_version + 1
        stored = [lines.take() for _ in range(count)]
        if between.last_version > head.version:
            head = _store(log, ledger, head, between, stored, lines.number)
        else:
            present = present.extend([leaf_hash(event) for event in stored])
            _must_be_there(ledger, head, between, present, lines.number)
        told(between.last_version)


def _must_be_there(
    ledger: str, head: Head, between: Boundary, present: Frontier, line: int
) -> None:
    """Refuse a commit that is in the ledger already, and not as the copy has it."""
    if present.root().hex() != between.root:
        message = f"the events up to line {line} do not give the root that the copy states"
        raise Trouble(message)
    if between.last_version == head.version and between.root != head.root.hex():
        message = f"the ledger `{ledger}` is at version {head.version} with another root"
        raise Trouble(message)


def _store(
    log: Log, ledger: str, head: Head, between: Boundary, stored: list[bytes], line: int
) -> Head:
    leaves = [leaf_hash(event) for event in stored]
    nodes: list[Node] = []
    frontier = head.frontier.extend(leaves, nodes)
    commit = Commit(
        before=head,
        recorded_at=between.recorded_at,
        names=[_stored_name(event, line) for event in stored],
        states=stored,
        leaves=leaves,
        ids={
            kept.id: KeptId(bytes.fromhex(kept.content_hash), kept.first_version, kept.last_version)
            for kept in between.ids
        },
        keys={(kept.actor, kept.key): _kept_key(kept) for kept in between.keys},
        frontier=frontier,
        nodes=nodes,
    )
    after = commit.after()
    if after.version != between.last_version or after.root.hex() != between.root:
        message = f"the events up to line {line} do not give the root that the copy states"
        raise Trouble(message)
    log.append(ledger, commit)
    return after


def _stored_name(stored: bytes, line: int) -> str:
    """The stored name of an event, once it has been read as what it says it is."""
    named = _decoded(_stored, stored, line)
    name = f"{named.type}.v{named.schema}"
    try:
        decode_event(name, stored)
    except (KeyError, ValueError, msgspec.MsgspecError):
        message = f"line {line} or one before it in its commit is no event of the catalogue"
        raise Trouble(message) from None
    return name


def _kept_key(copied: CopiedKey) -> KeptKey:
    return KeptKey(
        bytes.fromhex(copied.content_hash),
        copied.version,
        bytes.fromhex(copied.root),
        bytes.fromhex(copied.results),
    )


def _decoded(decoder: msgspec.json.Decoder[Line], line: bytes, number: int) -> Line:
    """Decode a line of the copy; what is wrong with it is said without the line's own words."""
    try:
        return decoder.decode(line)
    except msgspec.ValidationError as refused:
        why = complaint_of(refused, decoder.type).detail
    except (msgspec.DecodeError, UnicodeDecodeError) as broken:
        why = not_json(broken)
    message = f"line {number} is not a line of a copied ledger: {why}"
    raise Trouble(message)
