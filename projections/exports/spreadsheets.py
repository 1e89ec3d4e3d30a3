"""Text in the cells of spreadsheets: it is never taken for a formula."""

from typing import Final

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """A text that a spreadsheet shows as it is: behind an apostrophe where it might be run.

    A reference may begin with a hyphen; numbers are written as numbers and not guarded.
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
