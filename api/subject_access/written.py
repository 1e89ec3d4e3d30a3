"""What is held on a child, written down piece by piece: as JSON, or as a page that people read."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.subject_access.sentences import day, money, plain

PIECE_BYTES: Final = 64 * 1024

PAGES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def as_json(sections: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    """One JSON object, a field a section; an iterator is written as a list, as it goes."""
    return _gathered(_json(sections))


def as_page(sections: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    """A page of HTML; whatever was recorded is text in it and never markup."""
    return _gathered(_page(sections))


def _json(sections: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    before = b"{"
    for name, value in sections:
        yield before + msgspec.json.encode(name) + b":"
        if isinstance(value, Iterator):
            yield from _list(value)
        else:
            yield msgspec.json.encode(value)
        before = b","
    yield b"}"


def _list(items: Iterator[Mapping[str, Any]]) -> Iterator[bytes]:
    before = b"["
    for item in items:
        yield before + msgspec.json.encode(item)
        before = b","
    yield b"[]" if before == b"[" else b"]"


def _page(sections: Iterable[tuple[str, Any]]) -> Iterator[bytes]:
    named = dict(sections)
    in_currency = partial(money, currency=named["currency"])
    template = PAGES.get_template("page.html")
    for piece in template.generate(**named, day=day, plain=plain, money=in_currency):
        yield piece.encode()


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces that are worth sending."""
    waiting: list[bytes] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= PIECE_BYTES:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
