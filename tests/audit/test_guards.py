"""Triggers that guard what is recorded: one that is off, gone or another one is found."""

import psycopg
import pytest
from psycopg import sql

from ledger.log.guards import guards_made_by, guards_standing
from ledger.log.migrations import LEDGER, migrate
from ledger.log.sealing.postgres import KEYS
from projections.audit.guards import SCHEMAS
from projections.audit.verify import verify, verify_on
from tests.audit.recorded import LEDGER as WLZ
from tests.conftest import other_parts

UNGUARDED = {
    "alter table ledger.events disable trigger kept": {"guard_missing"},
    "alter table ledger.events enable replica trigger kept": {"guard_missing"},
    "alter table ledger.heads disable trigger forward": {"guard_missing"},
    "drop trigger kept on ledger.erasures": {"guard_missing"},
    "alter table child_keys.data_keys disable trigger kept_all": {"guard_missing"},
    "alter table ledger.checkpoint_signatures disable trigger all": {"guard_missing"},
    "alter role all set session_replication_role = replica": {"guard_missing"},
    (
        "create or replace trigger kept before update on ledger.events"
        " for each statement execute function ledger.refuse_change()"
    ): {"guard_differs"},
    (
        "create or replace trigger forward before update on ledger.heads"
        " for each row when (old.version < 0)"
        " execute function ledger.refuse_a_head_that_goes_back()"
    ): {"guard_differs"},
    (
        "create or replace function ledger.refuse_change() returns trigger language plpgsql"
        " as 'begin return null; end'"
    ): {"guard_differs"},
    "alter trigger kept on ledger.events rename to kept_no_more": {
        "guard_missing",
        "guard_unknown",
    },
    (
        "create trigger swallow before insert on ledger.events"
        " for each row execute function suppress_redundant_updates_trigger()"
    ): {"guard_unknown"},
    "create rule swallow as on insert to ledger.erasures do instead nothing": {"guard_unknown"},
}


def of_guards(report):
    return {found.code for found in report.findings if found.code.startswith("guard_")}


@pytest.mark.parametrize("statement", UNGUARDED)
def test_a_trigger_that_does_not_guard_any_more_is_found(original, statement):
    _, connection = original
    with connection.transaction(force_rollback=True):
        connection.execute(statement)
        assert of_guards(verify_on(connection, WLZ)) == UNGUARDED[statement]


def test_every_trigger_is_looked_for_that_the_migrations_make(dsn):
    made = guards_made_by((LEDGER, KEYS))
    with psycopg.connect(dsn) as connection:
        (number,) = connection.execute(
            "select count(*) from pg_trigger where not tgisinternal"
        ).fetchone()
        standing = list(guards_standing(connection, SCHEMAS))
    assert len(made) == len(standing) == number > 15
    assert {one.place: one.guard for one in standing} == made
    assert all(one.is_on for one in standing)


def test_no_other_part_of_the_database_makes_a_trigger():
    assert guards_made_by([part for part in other_parts() if part != KEYS]) == {}


def test_guards_of_childrens_keys_are_looked_for_where_the_keys_are(original, server):
    made, connection = original
    with psycopg.connect(server.dsn, autocommit=True) as owner:
        owner.execute("create database keys_elsewhere")
    elsewhere = server.dsn_of("keys_elsewhere")
    try:
        migrate(elsewhere, (KEYS,), log=False)
        whole = verify(made.dsn, WLZ, keys_dsn=elsewhere)
        assert of_guards(whole) == set()
        assert whole.checked["triggers"] == len(guards_made_by((LEDGER, KEYS))) + len(
            guards_made_by((KEYS,))
        )
        with psycopg.connect(elsewhere) as keys:
            keys.execute("drop trigger kept_all on child_keys.data_keys")
        assert of_guards(verify(made.dsn, WLZ, keys_dsn=elsewhere)) == {"guard_missing"}
        with connection.transaction(force_rollback=True):
            connection.execute("drop schema child_keys cascade")
            connection.execute("delete from ledger.migrations where part = 'child_keys'")
            unchecked = verify_on(connection, WLZ).unchecked
        assert "the triggers that guard children's keys: these are elsewhere" in unchecked
    finally:
        with psycopg.connect(server.dsn, autocommit=True) as owner:
            owner.execute(
                sql.SQL("drop database {} with (force)").format(sql.Identifier("keys_elsewhere"))
            )
    unreachable = verify(made.dsn, WLZ, keys_dsn=elsewhere)
    assert "key_store_unavailable" in {found.code for found in unreachable.findings}
