"""What a sample that was audited comes to, as it stands on the findings sheet."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from projections.exports.amounts import decimal

SENTENCES: Final = {
    "below_tolerable": "What may be wrong is below what is tolerable.",
    "above_tolerable": "What may be wrong is above what is tolerable.",
}
NOT_BOUNDED: Final = "An item is {sides} by more than its book value: there is no limit."
SIDES: Final = (("overstatements", "overstated"), ("understatements", "understated"))
CONCLUDED: Final = (
    "conclusion", "concluded", "at_confidence", "against_tolerable", "tolerable_amount",
    "deviations", "difference_found", "projected", "overstated_at_most", "understated_at_most",
    "deviating_at_most_percent",
)  # fmt: skip
"""What stands of it in columns: the code, its sentence, by what it was judged, and its figures."""
Said = str | int | Decimal | None


def sentence_of(judged: Mapping[str, Any]) -> str:
    """What a judged sample comes to, in a sentence; where there is no limit, on which side."""
    if judged["conclusion"] in SENTENCES:
        return SENTENCES[judged["conclusion"]]
    sides = [word for side, word in SIDES if judged[side]["upper_limit_minor"] is None]
    return NOT_BOUNDED.format(sides=", another ".join(sides))


def concluded(judged: Mapping[str, Any]) -> dict[str, Said]:
    """A judged sample in the columns of `CONCLUDED`; amounts in pounds, None where there is none.

    Limits are amounts where monetary units were drawn, else a rate of items in percent.
    """
    sides = (judged.get("overstatements"), judged.get("understatements"))
    limits = [None if side is None else _pounds(side["upper_limit_minor"]) for side in sides]
    proposal = judged["proposal"]
    found: tuple[Said, ...] = (
        judged["conclusion"],
        sentence_of(judged),
        f"{judged['confidence']}%",
        f"{judged['tolerable']}%",
        _pounds(judged["tolerable_minor"]),
        judged["deviations"],
        _pounds(proposal["known_minor"]),
        _pounds(proposal["projected_minor"]),
        *limits,
        judged.get("upper_rate_percent"),
    )
    return dict(zip(CONCLUDED, found, strict=True))


def as_words(conclusion: Mapping[str, Said]) -> list[str]:
    """The same as words, for a sheet of words."""
    return [_word(value) for value in conclusion.values()]


def _pounds(minor: int | None) -> Decimal | None:
    return None if minor is None else decimal(minor)


def _word(value: Said) -> str:
    return "" if value is None else str(value)
