"""Rows to PostgreSQL's text COPY format, many rows a write."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

ROWS_PER_WRITE: Final = 2_048
ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def cell(value: object) -> str:
    """One value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES) if "\\" in value or not value.isprintable() else value
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, list):
        return "{" + ",".join(map(str, value)) + "}"
    return str(value)


def lines(prefix: tuple[object, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """The text of rows, in pieces, each row with the same first columns."""
    start = "\t".join(map(cell, prefix))
    remaining = iter(rows)
    while piece := list(islice(remaining, ROWS_PER_WRITE)):
        yield "".join("\t".join((start, *map(cell, row))) + "\n" for row in piece)
