"""A trigger, the card that prices it, and the child as the book had it."""

from dataclasses import dataclass
from typing import Any

from ledger.child import Child
from ledger.contract import Contract
from ledger.events.terms import Trigger
from ledger.rate_card import Card
from projections.tracing.sparse_book import Standpoint

Step = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tested:
    """A trigger under the card that prices it, for a child as the book has it."""

    place: Standpoint
    child: Child
    card: Card
    line: Trigger
    rests_on: str | None = None

    @property
    def contract(self) -> Contract:
        """The contract."""
        return self.place.contract

    def verified(self, about: str, proof: tuple[int, ...], *, on_area: bool) -> Step:
        """Who verified it, and that nobody who recorded the evidence did."""
        book = self.place.book
        given = self.child.verdict_on(about, book.voided, on_area=on_area)
        recorders = sorted({book.recorder_of(version) for version in proof})
        return {
            "step": "verified",
            "about": about,
            "verification": None if given is None else given.version,
            "verdict": None if given is None else given.verdict,
            "verifier": None if given is None else book.recorder_of(given.version),
            "recorders": recorders,
            "holds": given is not None
            and given.verdict == "verified"
            and book.recorder_of(given.version) not in recorders,
        }
