"""Amounts in the files of other programs: pounds and pence as decimals, never floats."""

from decimal import Decimal
from typing import Final

MINOR_PLACES: Final = 2
MINOR_PER_MAJOR: Final = 10**MINOR_PLACES


def written(minor: int) -> str:
    """An amount as digits: -1234.50."""
    major, rest = divmod(abs(minor), MINOR_PER_MAJOR)
    return f"{'-' if minor < 0 else ''}{major}.{rest:02}"


def decimal(minor: int) -> Decimal:
    """An amount as an exact number."""
    return Decimal(minor).scaleb(-MINOR_PLACES)
