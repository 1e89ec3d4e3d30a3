"""Bytes of `packing` as a book again.

Only bytes that were authenticated come here (`cover.py`), and even of those only what a book is
made of is taken: the types of the rules, dates, fractions, arrays and sets.

A child whose key was destroyed has scores that cannot be read, as a replay would have it. Numbers
are kept once, also as a replay has it: `pickle` alone would make each of them anew.
"""

import io
import pickle
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from typing import Any, Final, Protocol

import msgspec

from ledger.book import Book
from ledger.changes import Changes
from ledger.child import Child, Measurement
from ledger.contract import Contract, Register
from ledger.events.sealed import ERASED
from ledger.invariants import ensure, present
from ledger.log.snapshots import packing
from ledger.log.snapshots.packing import SCORES_AT, Told, context_of

TAKEN: Final = frozenset(
    {
        ("array", "_array_reconstructor"),
        ("array", "array"),
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("datetime", "date"),
        ("fractions", "Fraction"),
        ("msgspec._core", "UNSET"),
    }
)


class Unpackable(Exception):
    """The bytes name something that no book is made of."""


class OpensForChildren(Protocol):
    """Opens bytes under the keys of children."""

    def open_for(self, child: str, sealed: bytes, context: bytes) -> bytes | None:
        """The bytes; None when the key was destroyed. Raises `ChildKeyMissing`, `SealBroken`."""
        ...


def unpack(source: io.BufferedIOBase, seals: OpensForChildren, place: bytes) -> Book:
    """Read a book. Raises `Unpackable`, faults of keys, and whatever `pickle` raises."""
    found = _Unpickler(source, _Shapes(seals, place)).load()
    if not isinstance(found, Book):
        raise Unpackable(type(found).__name__)
    return found


class _Unpickler(pickle.Unpickler):
    def __init__(self, source: io.BufferedIOBase, shapes: "_Shapes") -> None:
        super().__init__(source)
        self._made: dict[str, Callable[..., object]] = {
            "book": shapes.book,
            "contract": shapes.contract,
            "child": shapes.child,
            "register": shapes.register,
            "numbered": shapes.numbered,
        }

    def find_class(self, module: str, name: str, /) -> Any:  # noqa: ANN401 (what pickle calls it)
        """What a name in the bytes stands for. Raises `Unpackable`."""
        if module == packing.__name__ and name in self._made:
            return self._made[name]
        if (module, name) in TAKEN:
            return super().find_class(module, name)
        if module.startswith("ledger.") and not module.startswith("ledger.log"):
            found = super().find_class(module, name)
            if isinstance(found, type) and (
                is_dataclass(found) or issubclass(found, msgspec.Struct | tuple)
            ):
                return found
        raise Unpackable(f"{module}.{name}")


class _Shapes:
    """What the names of `packing` make.

    It does not know the unpickler, which knows every object: a cycle would keep them all, for
    nothing is collected while a book is loaded, and what is left is frozen.
    """

    def __init__(self, seals: OpensForChildren, place: bytes) -> None:
        self._seals = seals
        self._place = place
        self._numbers: dict[int, int] = {}

    def book(self, *values: Any) -> Book:  # noqa: ANN401 (fields of every type)
        made = Book(Changes(), *values)
        kept = [self._numbers.get(one, one) if type(one) is int else one for one in made.shared]
        made.shared = dict(zip(kept, kept, strict=True))
        return made

    def contract(self, *values: Any) -> Contract:  # noqa: ANN401 (as above)
        kept: list[Any] = [self._keyed(one) if type(one) is dict else one for one in values]
        return Contract(*kept)

    def _keyed(self, found: dict[Any, Any]) -> dict[Any, Any]:
        """The mapping, with numbers as keys that are kept once."""
        if type(next(iter(found), None)) is not int:
            return found
        keep = self._numbers.setdefault
        return {keep(key, key): value for key, value in found.items()}

    def child(self, sealed: bytes | None, *values: Any) -> Child:  # noqa: ANN401 (as above)
        made = Child(*values)
        made.serial = self._numbers.setdefault(made.serial, made.serial)
        made.measurements = self._scores(made, sealed, values[SCORES_AT])
        return made

    def _scores(
        self, made: Child, sealed: bytes | None, told: list[tuple[Any, list[Told]]]
    ) -> dict[Any, Measurement]:
        number = sum(len(chain) for _, chain in told)
        plain = None
        if sealed is not None:
            place = context_of(self._place, made.serial)
            plain = self._seals.open_for(made.reference, sealed, place)
        opened = [ERASED] * number if plain is None else msgspec.json.decode(plain)
        ensure(len(opened) == number, "a child has as many values as scores")
        found, end = {}, 0
        for key, chain in told:
            begin, end = end, end + len(chain)
            found[key] = _score(chain, opened[begin:end])
        return found

    def register(self, *chain: tuple[Any, ...]) -> Register | None:
        keep = self._numbers.setdefault
        made: Register | None = None
        for version, day, received, status, expected, attended, minutes in chain:
            listed = tuple(map(keep, expected, expected))
            came = listed if attended is None else tuple(map(keep, attended, attended))
            made = Register(version, day, received, status, listed, came, minutes, made)
        return made

    def numbered(self, shape: Callable[..., object], *values: Any) -> object:  # noqa: ANN401
        keep = self._numbers.setdefault
        return shape(*[keep(value, value) if type(value) is int else value for value in values])


def _score(chain: Sequence[Told], values: Sequence[Any]) -> Measurement:
    """The latest of some scores with those that it replaced."""
    made: Measurement | None = None
    for (version, taken_on, received_on), value in zip(
        reversed(chain), reversed(values), strict=True
    ):
        made = Measurement(version, taken_on, received_on, value, made)
    return present(made, "where there is a key there is a score")
