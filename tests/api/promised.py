"""What `api/INTERFACE.md` says that a read answers, as names of fields within fields."""

import re
from pathlib import Path
from typing import Final

import api

PAGE: Final = Path(api.__file__).parent / "INTERFACE.md"
MORE: Final = ".."
"""Stands for fields that the page does not name again."""

Fields = dict[str, "Fields"]

ASIDE: Final = re.compile(r"\([^()]*\)")
CHOICE: Final = re.compile(r": [a-z_]+(?:, [a-z_]+)* or [a-z_]+")
TOKEN: Final = re.compile(r"[a-z_0-9]+|\.\.|[{}\[\],:]")


def promised(path: str) -> Fields:
    """The fields that the row of a path names; what is in parentheses is an aside."""
    [row] = [
        row
        for row in PAGE.read_text("utf-8").splitlines()
        if re.search(rf"`(GET )?{re.escape(path)}[?`]", row.split(" | ")[0])
    ]
    answer, *_ = re.findall(r"`(\{.*?\})`", row)
    plain = CHOICE.sub("", ASIDE.sub("", ASIDE.sub("", answer))).replace("[..]", "")
    return _fields(TOKEN.findall(plain)[1:])


def _fields(tokens: list[str]) -> Fields:
    """Take the tokens of an object up to its closing brace."""
    found: Fields = {}
    name = ""
    while (word := tokens.pop(0)) != "}":
        if word == "{":
            found[name] |= _fields(tokens)
        elif word not in "[],:":
            name = word
            found[name] = {}
    return found
