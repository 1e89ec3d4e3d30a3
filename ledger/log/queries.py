"""Named SQL: every statement lives in a `.sql` file, under a line with its name and its answer.

The line reads `-- version_at: the last version recorded at or before a moment`; the answer may also
stand on a line of its own.
"""

import re
from pathlib import Path
from typing import Final

NAMED: Final = re.compile(r"^-- ([a-z][a-z0-9_]*)(?:: |\n-- )(?:\S+(?: \S+){2,})$", re.MULTILINE)


class QueriesUnreadable(ValueError):
    """A query has no text, or a name used before."""


def load_queries(path: Path) -> dict[str, str]:
    """Read the named queries of a file: name to statement."""
    parts = NAMED.split(path.read_text("utf-8"))
    queries: dict[str, str] = {}
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        if name in queries or not text.strip():
            message = f"{path.name}: {name} is given twice, or is empty"
            raise QueriesUnreadable(message)
        queries[name] = text.strip()
    return queries
