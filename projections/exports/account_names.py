"""The names of accounts in Beancount's syntax, and back. hledger takes them as they are.

Each part begins with a capital or a digit and has letters, digits and hyphens. A small first letter
becomes a capital; whatever else does not fit, and `X` itself, becomes X and two hexadecimal digits,
so that no two accounts have one name: `assets:bank:main_2` is `Assets:Bank:MainX5F2`.
"""

import re
from typing import Final

UNFIT: Final = re.compile(r"[^A-WYZa-z0-9-]")
FIRST_UNFIT: Final = re.compile(r"^[^a-wyz0-9]")
ESCAPED: Final = re.compile(r"X([0-9A-F]{2})")


def to_beancount(account: str) -> str:
    """The name of an account in Beancount."""
    return ":".join(_part(part) for part in account.split(":"))


def from_beancount(name: str) -> str:
    """The account of a name that `to_beancount` made."""
    return ":".join(_back(part) for part in name.split(":"))


def _part(part: str) -> str:
    first, rest = part[0], UNFIT.sub(_escape, part[1:])
    return (FIRST_UNFIT.sub(_escape, first) if FIRST_UNFIT.match(first) else first.upper()) + rest


def _escape(found: re.Match[str]) -> str:
    return f"X{ord(found.group()):02X}"


def _back(part: str) -> str:
    first = part if part.startswith("X") else part[0].lower() + part[1:]
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), first)
