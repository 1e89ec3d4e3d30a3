"""The database refuses to change what is recorded, whoever asks."""

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError
from eventsourcing.persistence import StoredEvent as LibraryEvent

from ledger.log.ports import Head, KeptId, KeptKey
from ledger.log.postgres import PostgresLog
from tests.log.test_log import WLZ, commit_on

TABLES = ("tree_nodes", "events", "commits", "event_ids", "idempotency_keys", "ledgers", "heads")
UPDATES = (
    "UPDATE ledger.events SET state = 'x'",
    "UPDATE ledger.commits SET root = 'x'",
    "UPDATE ledger.event_ids SET content_hash = 'x'",
    "UPDATE ledger.idempotency_keys SET results = 'x'",
    "UPDATE ledger.ledgers SET name = 'x'",
    "UPDATE ledger.heads SET version = 0",
)


@pytest.fixture
def recorded(dsn: str, postgres_log: PostgresLog) -> str:
    postgres_log.create(WLZ)
    commit = commit_on(
        Head(),
        b"one",
        ids={"a": KeptId(b"1", 1, 1)},
        keys={("s", "k"): KeptKey(b"", 1, b"", b"")},
    )
    postgres_log.append("wlz", commit)
    return dsn


@pytest.mark.parametrize("update", UPDATES)
def test_an_update_is_refused(recorded: str, update: str) -> None:
    with (
        psycopg.connect(recorded) as connection,
        pytest.raises(psycopg.errors.IntegrityConstraintViolation),
    ):
        connection.execute(update)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["DELETE FROM", "TRUNCATE"])
def test_a_deletion_is_refused(recorded: str, table: str, change: str) -> None:
    refused = (psycopg.errors.IntegrityConstraintViolation, psycopg.errors.FeatureNotSupported)
    with psycopg.connect(recorded) as connection, pytest.raises(refused):
        connection.execute(f"{change} ledger.{table}")


def test_the_log_itself_connects_without_the_right_to_change(
    recorded: str, postgres_log: PostgresLog
) -> None:
    with psycopg.connect(recorded, autocommit=True) as owner:
        owner.execute("ALTER TABLE ledger.events DISABLE TRIGGER kept")
    change = "UPDATE ledger.events SET state = 'x'"
    with (
        postgres_log._session("wlz") as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.connected().execute(change)
    with (
        postgres_log.datastore.pool.connection() as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(change)


def test_the_library_may_add_on_top_of_the_head_and_nowhere_else(
    postgres_log: PostgresLog,
) -> None:
    postgres_log.create(WLZ)
    postgres_log.insert_events([LibraryEvent("wlz", 1, "child.enrolled.v1", b"one")])
    with pytest.raises(IntegrityError):
        postgres_log.insert_events([LibraryEvent("wlz", 1, "child.enrolled.v1", b"two")])
    with pytest.raises(IntegrityError):
        postgres_log.insert_events([LibraryEvent("wlz", 3, "child.enrolled.v1", b"two")])
    found = postgres_log.select_events("wlz", gt=0)
    assert [(event.originator_version, event.state) for event in found] == [(1, b"one")]
    assert postgres_log.head("wlz").version == 1
