"""What a mistyped name may be meant for, where names are a letter and a version (`P16842`)."""

import re
from typing import Final

PAYMENTS: Final = "PW"
"""Released, or withheld."""
INVOICES: Final = "I"
TYPED: Final = re.compile(r"[A-Za-z]?0*([1-9][0-9]{0,17})")


def lettered(name: str, letters: str) -> list[str]:
    """Names of the same version with each of some letters, whatever letter it was typed with.

    None of what is no version at all, nor the name itself.
    """
    found = TYPED.fullmatch(name)
    others = [] if found is None else [f"{letter}{found[1]}" for letter in letters]
    return [other for other in others if other != name]
