"""The two moments that are compared, and what lies between them.

A fact lies between two moments when one of them counts it and the other does not: because of the
version at which it is known, or else because of its day. Nothing of what both count is looked at.
"""

import datetime
from typing import Any, NamedTuple

from projections.reading.pair import Pair


class Ends(NamedTuple):
    """From one pair to another; when `posted`, the days are those of posting."""

    before: Pair
    after: Pair
    posted: bool = False

    def asked(self, ledger: str) -> dict[str, Any]:
        """The parameters that a query about a ledger between two moments begins with."""
        before, after = self.before, self.after
        first_day, last_day = sorted((before.day, after.day))
        later = after if after.known_at >= before.known_at else before
        return {
            "ledger": ledger,
            "from_day": before.day,
            "from_known": before.known_at,
            "to_day": after.day,
            "to_known": after.known_at,
            "first_known": min(before.known_at, after.known_at),
            "last_known": later.known_at,
            "day_of_last": later.day,
            "known_side": 1 if later is after else -1,
            "first_day": first_day,
            "last_day": last_day,
            "day_side": 1 if after.day >= before.day else -1,
        }

    @property
    def last_day(self) -> datetime.date:
        """The later one of the two days."""
        return max(self.before.day, self.after.day)
