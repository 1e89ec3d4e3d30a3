"""What a client would rather have: the `Accept` header, for all doors (RFC 9110, 12.5.1)."""

import re
from typing import Final

WEIGHT: Final = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
WHOLE: Final = 1_000


def weights_of(accept: str) -> dict[str, int]:
    """The weight of each media type in thousandths; one that cannot be read is nothing."""
    weights = {}
    for offer in accept.lower().split(","):
        kind, *parameters = (part.strip() for part in offer.split(";"))
        weights[kind] = _weight(parameters)
    return weights


def _weight(parameters: list[str]) -> int:
    for parameter in parameters:
        name, _, value = (part.strip() for part in parameter.partition("="))
        if name == "q":
            return _thousandths(value) if WEIGHT.fullmatch(value) else 0
    return WHOLE


def _thousandths(weight: str) -> int:
    whole, _, parts = weight.partition(".")
    return int(whole) * WHOLE + int(parts.ljust(3, "0"))
