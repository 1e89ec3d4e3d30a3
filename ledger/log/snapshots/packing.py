"""A book as bytes: a pickle in which children's scores are sealed.

What a child's key seals in the log it seals here as well: the scores of a child are one text under
that key, bound to the snapshot and the child, and nothing else in a book is ever sealed in the log.

A few shapes are written by hand, as one of the names below: the book without its journal, a child
with its sealed scores, a register with those it superseded, and what has numbers that are to be
kept once. Everything else is as `pickle` has it.
"""

import copyreg
import datetime
import pickle
from array import array
from collections.abc import Callable, Iterator
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, Protocol

import msgspec

from ledger.book import Book
from ledger.child import Child, Measurement, Standing
from ledger.claim import PaymentEntry
from ledger.contract import Contract, Register
from ledger.events.sealed import ERASED
from ledger.invariants import ensure
from ledger.settlement import FeeEntry

PROTOCOL: Final = 5
SCORE_BYTES: Final = 32  # as `sealing/cipher.py` pads them: a length tells nothing

Told = tuple[int, datetime.date, datetime.date]
"""A score without its value: version, taken on, received on."""


class NotPackable(Exception):
    """The book holds what cannot go into a snapshot; it says what, and never whose."""


class SealsForChildren(Protocol):
    """Seals bytes under the keys of children."""

    def seal_for(self, child: str, plain: bytes, context: bytes) -> bytes | None:
        """The bytes under the child's key; None when it has none."""
        ...


class Writes(Protocol):
    """Where bytes go."""

    def write(self, some: bytes, /) -> object:
        """Take some more."""
        ...


def names_of(shape: Any) -> tuple[str, ...]:  # noqa: ANN401 (any dataclass)
    """The fields of a dataclass in their order."""
    return tuple(field.name for field in fields(shape))


BOOK: Final = tuple(name for name in names_of(Book) if name != "changes")
CONTRACT: Final = names_of(Contract)
CHILD: Final = names_of(Child)
REGISTER: Final = ("version", "day", "received", "status", "expected", "attended", "minutes")
SHARED_AT: Final = BOOK.index("shared")
SCORES_AT: Final = CHILD.index("measurements")
NUMEROUS: Final = (Standing, PaymentEntry, FeeEntry)
ensure(names_of(Book) == ("changes", *BOOK), "a book is made of its journal and what is packed")
ensure(names_of(Register) == (*REGISTER, "superseded"), "a register is packed field by field")
ensure(
    names_of(Measurement) == ("version", "taken_on", "received_on", "value", "replaced"),
    "a score is packed field by field",
)


def context_of(place: bytes, serial: int) -> bytes:
    """What the scores of a child are bound to: the snapshot, and the child's place in the book."""
    return b"\0".join((b"scores of a snapshot", str(serial).encode(), place))


def book(*_: object) -> Book:
    """Name, in the bytes, what `unpacking` makes a book."""
    raise NotPackable("what `unpacking` makes is made there")


def contract(*_: object) -> Contract:
    """Name, in the bytes, what `unpacking` makes a contract."""
    raise NotPackable("what `unpacking` makes is made there")


def child(*_: object) -> Child:
    """Name, in the bytes, what `unpacking` makes a child."""
    raise NotPackable("what `unpacking` makes is made there")


def register(*_: object) -> Register:
    """Name, in the bytes, what `unpacking` makes a register."""
    raise NotPackable("what `unpacking` makes is made there")


def numbered(*_: object) -> object:
    """Name, in the bytes, what `unpacking` makes one of many things with numbers."""
    raise NotPackable("what `unpacking` makes is made there")


def pack(packed: Book, into: Writes, seals: SealsForChildren, place: bytes) -> None:
    """Write a book in which nothing is undecided. Raises `NotPackable`."""
    shapes = _Shapes(seals, place)
    pickler = pickle.Pickler(into, PROTOCOL)
    pickler.dispatch_table = {
        **copyreg.dispatch_table,
        Book: _of_book,
        Contract: _of_contract,
        Child: shapes.of_child,
        Register: _of_register,
        **{shape: _of_numbered(shape) for shape in NUMEROUS},
    }
    try:
        pickler.dump(packed)
    except RecursionError:
        raise NotPackable("something in the book is nested too deeply") from None


def _of_book(packed: Book) -> tuple[Any, ...]:
    values = [getattr(packed, name) for name in BOOK]
    values[SHARED_AT] = list(packed.shared)
    return book, tuple(values)


def _of_contract(packed: Contract) -> tuple[Any, ...]:
    return contract, tuple(getattr(packed, name) for name in CONTRACT)


def _of_register(packed: Register) -> tuple[Any, ...]:
    chain: list[tuple[Any, ...]] = []
    found: Register | None = packed
    while found is not None:
        came = None if found.attended is found.expected else array("i", found.attended)
        told = (found.version, found.day, found.received, found.status)
        chain.append((*told, array("i", found.expected), came, found.minutes))
        found = found.superseded
    return register, tuple(reversed(chain))


def _of_numbered(shape: type) -> Callable[[Any], tuple[Any, ...]]:
    values = attrgetter(*names_of(shape))
    return lambda packed: (numbered, (shape, *values(packed)))


class _Shapes:
    """The shapes that need keys. It does not know the pickler: a cycle would outlive both."""

    def __init__(self, seals: SealsForChildren, place: bytes) -> None:
        self._seals = seals
        self._place = place

    def of_child(self, packed: Child) -> tuple[Any, ...]:
        values = [getattr(packed, name) for name in CHILD]
        chains = [tuple(_chain(latest)) for latest in packed.measurements.values()]
        told = [
            [(score.version, score.taken_on, score.received_on) for score in chain]
            for chain in chains
        ]
        values[SCORES_AT] = list(zip(packed.measurements, told, strict=True))
        return child, (
            self._scores(packed, [one.value for each in chains for one in each]),
            *values,
        )

    def _scores(self, packed: Child, values: list[Any]) -> bytes | None:
        """The scores under the child's key; None of a frozen child, which has none to read."""
        if packed.frozen:
            if any(value != ERASED for value in values):
                raise NotPackable("a frozen child has a score that can be read")
            return None
        if not values:
            return None
        if ERASED in values:
            raise NotPackable("a child that is not frozen has a score that cannot be read")
        plain = msgspec.json.encode(values).ljust(SCORE_BYTES * (len(values) + 1))
        place = context_of(self._place, packed.serial)
        sealed = self._seals.seal_for(packed.reference, plain, place)
        if sealed is None:
            raise NotPackable("a child with scores has no key")
        return sealed


def _chain(score: Measurement | None) -> Iterator[Measurement]:
    """A score and those that it replaced, the latest first."""
    while score is not None:
        yield score
        score = score.replaced
