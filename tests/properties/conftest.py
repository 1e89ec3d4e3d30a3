"""How hard hypothesis looks: little and always the same by default, as much as asked otherwise.

PROPERTY_EXAMPLES=2000 looks further, with fresh random histories.
"""

import os

from hypothesis import HealthCheck, settings

ASKED = int(os.environ.get("PROPERTY_EXAMPLES", "0"))
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]

settings.register_profile(
    "house",
    max_examples=ASKED or 80,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    suppress_health_check=SLOW,
    print_blob=True,
)
settings.load_profile("house")
