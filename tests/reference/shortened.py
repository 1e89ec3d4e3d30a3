"""The published contract up to March 2022: the first cohort to its outcomes, and their corrections.

For tests that store, erase or bundle all of it and look at every byte. WHOLE_CONTRACT=1 plays the
contract to its end in 2024. `tests/reference` and the README's run are whole in any case.
"""

import datetime
import os
from collections.abc import Iterable

from api.reference import published
from api.reference.written import Written

WHOLE = os.environ.get("WHOLE_CONTRACT") == "1"
UPTO = datetime.date(2024, 12, 31) if WHOLE else datetime.date(2022, 3, 31)
RELEASED_MINOR = sum(row.amount_minor for row in published.payments() if row.last_on <= UPTO) - 50
"""What the published rows come to; half a pound of them is rounding (see the tests beside)."""


def in_time(facts: Iterable[Written]) -> list[Written]:
    """Those that were received up to the day."""
    return [fact for fact in facts if fact.received_on <= UPTO]
