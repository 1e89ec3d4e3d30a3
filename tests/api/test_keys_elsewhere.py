"""Identities live where the keys live, which may be another database than the log's."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from api.service import Service
from ledger.log.embedded import EmbeddedServer
from ledger.log.sealing.faults import KeysRestored
from ledger.log.sealing.identity import Identity
from tests.api.desk import ADMIN_SECRET, MASTER

ADA = Identity(name="Ada Marked-Name")


@pytest.fixture
def databases(server: EmbeddedServer) -> Iterator[tuple[str, str]]:
    """Two empty databases: the log's and the keys'."""
    names = [f"elsewhere_{uuid.uuid4().hex}" for _ in range(2)]
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield server.dsn_of(names[0]), server.dsn_of(names[1])
        for name in names:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


@contextmanager
def opened(databases: tuple[str, str]) -> Iterator[Service]:
    dsn, keys_dsn = databases
    with Service(
        dsn, admin_key=ADMIN_SECRET, projecting=False, master=MASTER, keys_dsn=keys_dsn
    ) as service:
        yield service


def has_keys(dsn: str) -> bool:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select to_regclass('child_keys.identities')").fetchone()
    return row is not None and row[0] is not None


def test_identities_live_in_the_database_of_the_keys(databases: tuple[str, str]) -> None:
    with opened(databases) as service:
        service.sealing.vault.put("wlz", "c-1", ADA)
        found = service.sealing.vault.get("wlz", "c-1", actor="custodian", purpose="call_home")
    assert found is not None
    assert found.identity == ADA
    assert has_keys(databases[0]) is False
    assert has_keys(databases[1]) is True


def test_a_backup_that_brings_a_dropped_identity_back_is_refused_at_the_start(
    databases: tuple[str, str],
) -> None:
    tables = ("data_keys", "identities")
    with opened(databases) as service, psycopg.connect(databases[1]) as keys:
        service.sealing.vault.put("wlz", "c-1", ADA)
        for table in tables:
            keys.execute(f"create table backup_{table} as table child_keys.{table}")
        keys.commit()
        assert service.sealing.drop_identity("wlz", "c-1") is True
    with opened(databases) as service:
        assert service.sealing.vault.standing("wlz", "c-1") == "erased"
    with psycopg.connect(databases[1]) as keys:
        keys.execute("alter table child_keys.data_keys disable trigger all")
        keys.execute("truncate child_keys.data_keys, child_keys.identities")
        for table in tables:
            keys.execute(f"insert into child_keys.{table} table backup_{table}")
        keys.execute("alter table child_keys.data_keys enable trigger all")
    with pytest.raises(KeysRestored), opened(databases):
        pytest.fail("it has started")
