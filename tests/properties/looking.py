"""How hard hypothesis looks: little and always the same by default, as much as asked otherwise.

PROPERTY_EXAMPLES=2000 looks further, with fresh random histories.
"""

import os

from hypothesis import HealthCheck, settings

ASKED = int(os.environ.get("PROPERTY_EXAMPLES", "0"))

HOUSE = settings(
    max_examples=ASKED or 40,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
    print_blob=True,
)


def looking_at(examples: int) -> settings:
    """For histories that cost more than others: each is stored and read back, or the whole book is
    written out after each step."""
    kept = [*HOUSE.suppress_health_check, HealthCheck.function_scoped_fixture]
    return settings(HOUSE, max_examples=ASKED or examples, suppress_health_check=kept)
