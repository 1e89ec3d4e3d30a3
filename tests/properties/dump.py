"""A book written out completely, value by value, so that two books can be compared as text."""

import datetime
from array import array
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import msgspec

from ledger.changes import Changes
from ledger.state import Book

PLAIN: Final = (str, int, bool, bytes, Fraction, datetime.date, type, type(None))


def dump(book: Book) -> str:
    """Everything the book remembers, in its own order; the undo journal is left out."""
    return "\n".join(_lines("book", book))


def _lines(path: str, thing: Any) -> Iterator[str]:
    if isinstance(thing, Changes):
        return
    if isinstance(thing, PLAIN):
        yield f"{path} = {thing!r}"
    elif isinstance(thing, set | frozenset):
        yield f"{path} = {sorted(map(repr, thing))}"
    elif isinstance(thing, Mapping):
        yield f"{path} has {len(thing)} keys"
        for place, (key, value) in enumerate(thing.items()):
            yield from _lines(f"{path}[{place}: {key!r}]", value)
    elif isinstance(thing, tuple | list | array):
        yield f"{path} is {type(thing).__name__} of {len(thing)}"
        for place, value in enumerate(thing):
            yield from _lines(f"{path}[{place}]", value)
    elif isinstance(thing, msgspec.Struct):
        written = msgspec.json.encode(thing, order="sorted").decode()
        yield f"{path} = {type(thing).__name__} {written}"
    else:
        yield from _attributes(path, thing)


def _attributes(path: str, thing: Any) -> Iterator[str]:
    names = [
        name
        for kind in type(thing).__mro__
        for name in (getattr(kind, "__slots__", ()) or ())
        if not name.startswith("__")
    ]
    names += sorted(getattr(thing, "__dict__", {}))
    assert names, f"{path}: a {type(thing).__name__} shows nothing to compare"
    yield f"{path} is {type(thing).__name__}"
    for name in names:
        yield from _lines(f"{path}.{name}", getattr(thing, name, "never set"))
