"""How `known_at` is written, at every door and on the command line: a version, or a moment."""

import re
from typing import Final

VERSION: Final = re.compile(r"[0-9]{1,18}")
MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
"""A whole moment with its offset (RFC 3339): without one it would be another one elsewhere."""
