"""How far the read tables have got, and which version a moment stands for."""

import datetime
import time
from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import ask

WAIT_SECONDS: Final = 2.0
POLL_SECONDS: Final = 0.01


def projected_version(connection: Connection[Any], ledger: str) -> int:
    """The version at which reads answer by default; 0 when nothing was ever applied."""
    rows = ask(connection, "positions.position", {"ledger": ledger})
    return rows[0]["version"] if rows else 0


def version_at(connection: Connection[Any], ledger: str, moment: datetime.datetime) -> int:
    """The last version recorded at or before a moment; 0 before the first."""
    asked = {"ledger": ledger, "moment": moment}
    version: int = ask(connection, "positions.version_at", asked)[0]["version"]
    return version


def wait_for(
    connection: Connection[Any], ledger: str, version: int, *, seconds: float = WAIT_SECONDS
) -> int:
    """Wait until the reads have got to a version, up to a limit; the version they have got to.

    The connection must be in autocommit, or each look would see the same moment.
    """
    last = time.monotonic() + seconds
    reached = projected_version(connection, ledger)
    while reached < version and time.monotonic() < last:
        time.sleep(POLL_SECONDS)
        reached = projected_version(connection, ledger)
    return reached
