"""Migrations applied at once, half-way, twice, and changed behind our back."""

import multiprocessing
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ledger.log.embedded import EmbeddedServer
from ledger.log.migrations import MigrationChanged, Part, migrate, pending


@pytest.fixture
def empty_dsn(server: EmbeddedServer) -> str:
    name = f"empty_{uuid.uuid4().hex}"
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.dsn_of(name)


ALL = (
    "ledger/0001_the_log.sql",
    "ledger/0002_the_service_role.sql",
    "ledger/0003_erasures.sql",
    "ledger/0004_dropped_identities.sql",
    "ledger/0005_the_tree.sql",
    "ledger/0006_checkpoints.sql",
    "ledger/0007_time_stamps.sql",
    "ledger/0008_snapshots.sql",
)


def part_of(folder: Path, **files: str) -> Part:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    return Part("trial", folder)


def tables(dsn: str) -> set[str]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
        )
        return {row[0] for row in rows}


def migrate_and_tell(dsn: str, results: "multiprocessing.SimpleQueue[tuple[str, ...]]") -> None:
    results.put(migrate(dsn))


def test_four_processes_that_start_at_once_apply_each_migration_once(empty_dsn: str) -> None:
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.SimpleQueue[tuple[str, ...]] = context.SimpleQueue()
    processes = [
        context.Process(target=migrate_and_tell, args=(empty_dsn, results)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    done = [results.get() for _ in processes]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert sorted(map(len, done)) == [0, 0, 0, len(ALL)]
    assert pending(empty_dsn) == ()


def test_a_second_step_finds_nothing_to_do(empty_dsn: str) -> None:
    assert pending(empty_dsn) == ALL
    assert migrate(empty_dsn) != ()
    assert migrate(empty_dsn) == ()


def test_a_migration_that_breaks_half_way_leaves_nothing_and_can_be_mended(
    empty_dsn: str, tmp_path: Path
) -> None:
    broken = part_of(
        tmp_path,
        **{
            "0001_whole": "CREATE TABLE whole (a int);",
            "0002_half": "CREATE TABLE half (a int); SELECT 1 / 0;",
        },
    )
    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(empty_dsn, [broken])
    assert tables(empty_dsn) == {"whole"}
    mended = part_of(tmp_path, **{"0002_half": "CREATE TABLE half (a int);"})
    assert migrate(empty_dsn, [mended]) == ("trial/0002_half.sql",)
    assert tables(empty_dsn) == {"whole", "half"}


def test_a_migration_that_was_applied_may_not_change(empty_dsn: str, tmp_path: Path) -> None:
    migrate(empty_dsn, [part_of(tmp_path, **{"0001_whole": "CREATE TABLE whole (a int);"})])
    changed = part_of(tmp_path, **{"0001_whole": "CREATE TABLE whole (b int);"})
    with pytest.raises(MigrationChanged, match="trial/0001_whole"):
        migrate(empty_dsn, [changed])


def test_the_service_role_may_add_to_the_log_and_change_nothing_in_it(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        rows = connection.execute(
            """SELECT t, r FROM unnest(ARRAY['ledgers', 'events', 'commits', 'event_ids',
            'idempotency_keys', 'heads', 'tree_nodes']) t,
            unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) r
            WHERE has_table_privilege('outcomes_ledger_service', 'ledger.' || t, r)"""
        ).fetchall()
    assert rows == [("heads", "UPDATE")]
