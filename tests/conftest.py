"""PostgreSQL for tests: a server a session, a template database migrated once, a copy a test.

Every worker of a parallel run has a server of its own, in a temporary folder and without a port.
"""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ledger.log.embedded import EmbeddedServer, start
from ledger.log.migrations import Part, migrate
from ledger.log.sealing.postgres import KEYS

TEMPLATE = "template_of_tests"
OTHER_PARTS = ("projections", "api")
# Nothing here survives the session, so nothing has to survive a power cut.
FAST = (("fsync", "off"), ("synchronous_commit", "off"), ("full_page_writes", "off"))
SMALL = (("max_wal_size", "256MB"),)
# Several services stay until the session ends, and each keeps up to 32 writers with a connection.
MANY = (("max_connections", "300"),)
# Files in memory: to copy a database there costs a sixth of what it costs on a disk.
MEMORY = Path("/dev/shm")  # noqa: S108 (its folders have names of their own, and modes)
ROOM_BYTES = 4 * 1024**3


def other_parts() -> tuple[Part, ...]:
    """The migrations of the packages that have any."""
    found = []
    for name in OTHER_PARTS:
        package = find_spec(name)
        if package is not None and package.origin is not None:
            folder = Path(package.origin).parent / "migrations"
            if folder.is_dir():
                found.append(Part(name, folder))
    return (*found, KEYS)


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A running PostgreSQL that stops with the session."""
    with temporary_folder() as folder:
        running = start(folder, (*FAST, *SMALL, *MANY))
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """A folder for a server of a test's own.

    Not `tmp_path`: every pytest that starts takes away the permission to pass through the folder
    above it, which the server's user needs where the tests run as root.
    """
    with temporary_folder() as folder:
        yield folder


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder with a short path, in memory where that has room, gone afterwards."""
    place = MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES else None
    with tempfile.TemporaryDirectory(prefix="ledger-", dir=place) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def template(server: EmbeddedServer) -> str:
    """The name of a migrated, empty database that nobody is connected to."""
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    migrate(server.dsn_of(TEMPLATE), other_parts())
    return TEMPLATE


@pytest.fixture
def dsn(server: EmbeddedServer, template: str) -> Iterator[str]:
    """The address of a fresh, migrated, empty database."""
    with fresh_database(server, template) as address:
        yield address


@pytest.fixture
def second_dsn(server: EmbeddedServer, template: str) -> Iterator[str]:
    """The address of another one."""
    with fresh_database(server, template) as address:
        yield address


@contextmanager
def fresh_database(server: EmbeddedServer, template: str) -> Iterator[str]:
    """A copy of the template, gone afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        yield server.dsn_of(name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
