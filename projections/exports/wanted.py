"""What an export is asked for; it is written into the export, so that it can be asked for again."""

from typing import Any, NamedTuple

from projections.reading.pair import Pair
from projections.reading.span import WHOLE, Span


class Wanted(NamedTuple):
    """The parameters of an export.

    `known_at` is what was asked for; the version that it means is in `at`. A child's reference is
    personal data under a pseudonym: it is left out unless `with_children` asks for it.
    """

    ledger: str
    currency: str
    at: Pair
    span: Span = WHOLE
    contract: str | None = None
    known_at: str | None = None
    with_children: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """The parameters of the queries."""
        return {
            "ledger": self.ledger,
            "day": self.at.day,
            "known_at": self.at.known_at,
            "contract": self.contract,
            **self.span.asked,
        }
