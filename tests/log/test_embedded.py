"""The embedded server: shared, restarted, killed, started again."""

import getpass
import multiprocessing
import os
import signal
import subprocess
import uuid
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from ledger.log.embedded import EmbeddedServer, start
from ledger.log.system_user import USERS, one_at_a_time, system_user

LONG_NAME = "a_folder_with_a_name_that_makes_the_path_of_a_socket_too_long_for_every_system_we_know"


def postmaster(folder: Path) -> int:
    return int((folder / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def write_one(server: EmbeddedServer) -> None:
    with psycopg.connect(server.dsn) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")


def count(server: EmbeddedServer) -> int:
    with psycopg.connect(server.dsn) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_a_second_start_finds_what_the_first_one_wrote(data_folder: Path) -> None:
    first = start(data_folder / "served")
    write_one(first)
    first.stop()
    assert not (data_folder / "served" / "postgres" / "postmaster.pid").exists()
    second = start(data_folder / "served")
    assert count(second) == 1
    second.stop()


def test_the_last_of_two_users_stops_the_server(data_folder: Path) -> None:
    first, second = start(data_folder), start(data_folder)
    write_one(first)
    first.stop()
    first.stop()
    assert count(second) == 1
    second.stop()
    assert not (data_folder / "postgres" / "postmaster.pid").exists()


def start_write_and_stop(folder: Path) -> None:
    server = start(folder)
    with psycopg.connect(server.dsn) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(1)")
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    server.stop()


def test_processes_that_start_at_once_share_one_server(data_folder: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=start_write_and_stop, args=(data_folder,)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert not (data_folder / "postgres" / "postmaster.pid").exists()
    server = start(data_folder)
    assert count(server) == 3
    server.stop()


def test_a_server_killed_with_everything_starts_again_with_what_was_committed(
    data_folder: Path,
) -> None:
    killed = start(data_folder)
    write_one(killed)
    os.kill(postmaster(data_folder), signal.SIGKILL)
    again = start(data_folder)
    assert count(again) == 1
    killed.stop()
    assert count(again) == 1
    again.stop()


def test_a_half_made_cluster_is_made_anew(data_folder: Path) -> None:
    unfinished = data_folder / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    server = start(data_folder)
    write_one(server)
    assert count(server) == 1
    server.stop()


def test_a_folder_with_a_long_path_has_its_socket_elsewhere(data_folder: Path) -> None:
    server = start(data_folder / LONG_NAME)
    write_one(server)
    assert count(server) == 1
    sockets = Path(conninfo_to_dict(server.dsn)["host"])
    assert list(sockets.iterdir()) != []
    server.stop()
    assert not sockets.exists()


def test_only_its_user_may_enter_the_folder_of_the_server(data_folder: Path) -> None:
    server = start(data_folder)
    assert (data_folder / "postgres").stat().st_mode & 0o077 == 0
    server.stop()


def add_a_user(name: str) -> None:
    system_user(name)


def test_servers_that_start_at_once_on_a_new_machine_add_their_user_once() -> None:
    """Only root adds users, and only root needs to; anybody else is found as they are."""
    as_root = os.geteuid() == 0
    name = f"ledger-{uuid.uuid4().hex[:8]}" if as_root else getpass.getuser()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=add_a_user, args=(name,)) for _ in range(3)]
    try:
        with one_at_a_time(USERS):
            for process in processes:
                process.start()
            processes[0].join(timeout=3)
            assert [process.exitcode for process in processes] == [None] * 3
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0, 0, 0]
        assert system_user(name).pw_name == name
    finally:
        if as_root:
            subprocess.run(["/usr/sbin/userdel", name], check=True)


def test_a_user_that_cannot_be_added_is_said_by_its_name() -> None:
    with pytest.raises(OSError, match="cannot add the system user not a name"):
        system_user("not a name")
