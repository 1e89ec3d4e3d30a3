"""Marked values, equal to what they stand for, and how to find one again in anything.

A score becomes a decimal with nine places, of the same value: the rules compare decimals exactly,
so they decide as before. A reason for a correction and a label are codes that nothing else
contains; of the reasons for a withdrawal every child gets the one that occurs nowhere else.
"""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

SIGN: Final = "zqmarkqz"
GONE: Final = "disengaged"
REASON: Final = f"{SIGN}_reason"
LABEL: Final = f"{SIGN}_label"
PLACES: Final = 9


def marked_score(value: Any) -> Any:
    """The same value, recognisable; a boolean stays as it is."""
    if isinstance(value, bool):
        return value
    whole, _, rest = str(value).partition(".")
    return f"{whole}.{rest:0<{PLACES}}"


def in_base64(word: str) -> Iterator[bytes]:
    """What of a word is left in base64, wherever in a longer text it begins."""
    for lead in range(3):
        text = base64.b64encode(b"x" * lead + word.encode() + b"x" * 3)
        first = 4 if lead else 0
        yield text[first : (lead + len(word)) // 3 * 4]


WORDS: Final = (SIGN, GONE)
SCORES: Final = (
    (b"0" * 8, re.compile(rb"[0-9]\.[0-9]0{8}")),
    (b"30" * 8, re.compile(rb"2[Ee]3[0-9](?:30){8}")),
    (b"MDAw" * 2, re.compile(rb"(?:MDAw){2}")),
)
"""The noughts of a score in each form, which are found quickly, and the whole of it."""
LEAD: Final = 6
WRITTEN: Final = tuple(
    form
    for word in WORDS
    for form in (
        word.encode(),
        word.encode().hex().encode(),
        word.encode().hex().upper().encode(),
        *in_base64(word),
    )
)
AROUND: Final = 40


def marks_in(content: bytes | str) -> list[bytes]:
    """Marked values in some content, each with what stands around it: of every kind the first.

    A value counts as it is, in hexadecimal and in base64.
    """
    raw = content.encode() if isinstance(content, str) else content
    found = [raw.find(form) for form in WRITTEN]
    found += [score_in(raw, noughts, score) for noughts, score in SCORES]
    return [raw[max(0, at - AROUND) : at + AROUND] for at in found if at >= 0]


def score_in(raw: bytes, noughts: bytes, score: re.Pattern[bytes]) -> int:
    """Where the first score begins; -1 when there is none."""
    at = raw.find(noughts)
    while at >= 0:
        met = score.search(raw, max(0, at - LEAD), at + len(noughts) + 1)
        if met:
            return met.start()
        at = raw.find(noughts, at + 1)
    return -1


def files_with_marks(folder: Path) -> dict[str, list[bytes]]:
    """Every file below a folder that holds a marked value."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_socket():
            marks = marks_in(path.read_bytes())
            if marks:
                found[str(path.relative_to(folder))] = marks
    return found
