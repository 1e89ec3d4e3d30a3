"""The two logs that keep one promise."""

from collections.abc import Iterator

import pytest

from ledger.log.memory import MemoryLog
from ledger.log.ports import Log
from ledger.log.postgres import PostgresLog


@pytest.fixture(params=["memory", "postgres"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """An empty log of each kind."""
    in_memory = request.param == "memory"
    kept = MemoryLog() if in_memory else PostgresLog(request.getfixturevalue("dsn"))
    yield kept
    kept.close()


@pytest.fixture
def postgres_log(dsn: str) -> Iterator[PostgresLog]:
    """An empty log in PostgreSQL."""
    kept = PostgresLog(dsn)
    yield kept
    kept.close()
