"""The two logs that keep one promise."""

from collections.abc import Iterator

import pytest

from ledger.log.memory import MemoryLog
from ledger.log.ports import Log
from ledger.log.postgres import PostgresLog
from ledger.log.requests import AppendRequest
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.store import KeyStore, MemoryKeyStore
from ledger.log.snapshots.postgres import PostgresShelf
from ledger.log.snapshots.shelf import MemoryShelf, Shelf
from ledger.log.writer import Writer
from tests.log.asking import ask
from tests.log.facts import WLZ, contract_terms, enrolled
from tests.log.sealed import SealedLedger, measured, told
from tests.log.shelved import MARKED, Shelved


@pytest.fixture(params=["memory", "postgres"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    """An empty log of each kind."""
    in_memory = request.param == "memory"
    kept = MemoryLog() if in_memory else PostgresLog(request.getfixturevalue("dsn"))
    yield kept
    kept.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, log: Log) -> Iterator[KeyStore]:
    """An empty store of keys, of the kind of the log."""
    in_memory = isinstance(log, MemoryLog)
    kept = MemoryKeyStore() if in_memory else PostgresKeyStore(request.getfixturevalue("dsn"))
    yield kept
    kept.close()


@pytest.fixture
def sealed(request: pytest.FixtureRequest, log: Log, store: KeyStore) -> SealedLedger:
    """A ledger with a contract, whose values are sealed."""
    dsn = "" if isinstance(log, MemoryLog) else request.getfixturevalue("dsn")
    return SealedLedger(log, store, dsn=dsn).made()


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


@pytest.fixture
def shelf(request: pytest.FixtureRequest, log: Log) -> Shelf:
    """An empty shelf of snapshots, of the kind of the log."""
    in_memory = isinstance(log, MemoryLog)
    return MemoryShelf() if in_memory else PostgresShelf(request.getfixturevalue("dsn"))


@pytest.fixture
def shelved(sealed: SealedLedger, shelf: Shelf) -> Shelved:
    """A sealed ledger with scores of two children, one of them marked, and a shelf beside it."""
    sealed.say(*told("c1"), enrolled("c2"), measured("c2", MARKED))
    return Shelved(sealed, shelf)
