"""Pence written as pounds and pence, never through a float: the one place that does it.

`verify.py` of a bundle has a writer of its own: it shares no code with what it checks.
"""

from decimal import Decimal
from typing import Final

MINOR_PLACES: Final = 2
MINOR_PER_MAJOR: Final = 10**MINOR_PLACES


def written(minor: int) -> str:
    """An amount in pence as digits that other programs read: -123450 is `-1234.50`."""
    return grouped(minor).replace(",", "")


def grouped(minor: int) -> str:
    """An amount in pence as people read it, with thousands apart: -123450 is `-1,234.50`."""
    major, rest = divmod(abs(minor), MINOR_PER_MAJOR)
    return f"{'-' if minor < 0 else ''}{major:,}.{rest:0{MINOR_PLACES}}"


def decimal(minor: int) -> Decimal:
    """An amount as an exact number."""
    return Decimal(minor).scaleb(-MINOR_PLACES)
