"""Creditor references for invoices: `RF`, two check digits, a body (ISO 11649).

The check digits make the whole, body first, a number that leaves 1 when divided by 97 (ISO 7064,
MOD 97-10); letters count from A = 10. A body of at most 14 characters fits a Bacs reference of 18.
"""

from typing import Final

from ledger.invariants import ensure

MODULUS: Final = 97
BODY_MAX: Final = 14


def creditor_reference(body: str) -> str:
    """The reference of a body of 1 to 14 capital letters and digits."""
    ensure(0 < len(body) <= BODY_MAX, "the body of a reference has 1 to 14 characters")
    number = "".join(str(int(character, 36)) for character in f"{body}RF00")
    return f"RF{MODULUS + 1 - int(number) % MODULUS:02}{body}"
