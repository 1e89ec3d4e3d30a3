"""Versions of the rules: which differences a ledger has adopted, and which can still be run (0032).

Deploying a program changes no decision. A ledger begins under version 1 and takes a later one by a
fact, `rules.adopted`; every version stays runnable, so that an old decision can be performed again.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of the rules, told by what sets it apart from the others.

    `whole_in_time`: what counts with the facts received in time alone is judged in whole, its day
    and its card included; before, by its scores alone. `distance_after_sign_up`: an end point from
    before the sign-up is none for a distance either (0014).
    """

    version: int
    says: str
    whole_in_time: bool = False
    distance_after_sign_up: bool = False


RULES: Final = (
    Rules(version=1, says="The rules of the beginning."),
    Rules(
        version=2,
        says=(
            "An area or a distance is in time only when it passes by the facts received in time "
            "alone, on a day from the sign-up on, by the card of that day. "
            "An end point from before the sign-up counts for no distance."
        ),
        whole_in_time=True,
        distance_after_sign_up=True,
    ),
)
FIRST: Final = RULES[0]
LATEST: Final = RULES[-1]


def rules_known(version: int) -> Rules | None:
    """A version of the rules, if this program can run it."""
    return RULES[version - 1] if 1 <= version <= len(RULES) else None
