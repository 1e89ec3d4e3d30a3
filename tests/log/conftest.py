"""The two logs that keep one promise."""

from collections.abc import Iterator

import pytest

from ledger.log.memory import MemoryLog
from ledger.log.ports import Log
from ledger.log.postgres import PostgresLog
from ledger.log.requests import AppendRequest
from ledger.log.writer import Writer
from tests.log.asking import ask
from tests.log.facts import WLZ, contract_terms


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


@pytest.fixture
def writer(log: Log) -> Iterator[Writer]:
    """A writer of a ledger whose contract is at version 5."""
    log.create(WLZ)
    serving = Writer(log, "wlz")
    ask(serving, AppendRequest("finance", contract_terms()))
    yield serving
    serving.close()
