"""The runner: brings the read tables up to the log, again and again, and rebuilds them.

A rebuild fills a generation of its own while the old one is read and kept up to date; one update
switches over. Whoever is killed loses the batch in hand and nothing else.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
import structlog
from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.log.queries import load_queries
from projections.store.batches import QUERIES, Batches, GenerationGone

DROPPING: Final = load_queries(Path(__file__).parent / "store" / "dropping.sql")
POLL_SECONDS: Final = 0.02
RETRY_SECONDS: Final = 1.0
RESTING_SECONDS: Final = 60
SWEEP_SECONDS: Final = 30.0
OTHERS_SECONDS: Final = 15.0
"""Longer than the longest wait before a process that died is started again."""

_log = structlog.get_logger(__name__)


class RebuildRunning(RuntimeError):
    """Another process rebuilds this ledger's read tables."""


class Runner:
    """Keeps the read tables of a database up to its logs."""

    def __init__(self, dsn: str) -> None:
        """Name the database; connections are opened when they are needed."""
        self._dsn = dsn

    def catch_up(self, ledger: str) -> int:
        """Apply what a ledger's log holds now; the version that was reached."""
        with self._connect() as connection, self._connect() as reading:
            return _catch_up(Batches(connection, reading, ledger))

    def position(self, ledger: str) -> int:
        """The version that the read tables have reached; 0 when nothing was ever applied."""
        with self._connect() as connection:
            return _position(connection, ledger)

    def run_forever(self, stop: threading.Event) -> None:
        """Poll the heads of all ledgers and catch up, until told to stop.

        A lost connection is opened again; any other failure ends the loop, for the tables must
        not go on without the event that failed. Other ledgers are not held up by it: they are
        followed for a while before the failure is raised, and again by whoever starts anew.
        """
        while not stop.is_set():
            try:
                with self._connect() as connection, self._connect() as reading:
                    self._poll(connection, reading, stop)
            except psycopg.OperationalError as lost:
                _log.warning("projections_connection_lost", sqlstate=lost.sqlstate)
                stop.wait(RETRY_SECONDS)

    def rebuild(self, ledger: str) -> int:
        """Build a new generation from version 0 and switch to it; the version it switched at.

        Raises `RebuildRunning`.
        """
        with (
            self._connect() as connection,
            self._connect() as reading,
            _rebuilding(connection, ledger),
        ):
            generation = _begin(connection, ledger)
            _sweep(connection, ledger, building=generation)
            batches = Batches(connection, reading, ledger, generation=generation)
            _catch_up(batches)
            batches.describe()  # once, before it is read: a third of a rebuild's time went into it
            return _switch(connection, batches, ledger, generation)

    @contextmanager
    def _connect(self) -> Iterator[Connection[Any]]:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            # A batch that a crash loses is applied again, so its commit need not wait for the disk.
            connection.execute("set synchronous_commit = off")
            yield connection

    def _poll(
        self, connection: Connection[Any], reading: Connection[Any], stop: threading.Event
    ) -> None:
        following: dict[str, Batches] = {}
        reached: dict[str, int] = {}
        failed = _Failed()
        polls_per_sweep = int(SWEEP_SECONDS / POLL_SECONDS)
        polls = 0
        held_then: tuple[int, int] | None = None
        while not stop.is_set():
            busy = False
            held = _held(connection)  # before the heads: what comes between them is seen next time
            for ledger, head in _heads(connection) if held != held_then else ():
                batches = following.setdefault(ledger, Batches(connection, reading, ledger))
                if reached.get(ledger) != head and ledger not in failed.ledgers:
                    with failed.kept(ledger):
                        reached[ledger], head_then = batches.apply_next()
                        busy = busy or reached[ledger] < head_then
            held_then = None if busy else held
            failed.raised_in_time()
            if polls % polls_per_sweep == 0:
                for ledger in following:
                    _sweep(connection, ledger)
            polls += 1
            if not busy:
                stop.wait(POLL_SECONDS)


class _Failed:
    """The ledgers that could not be brought up to date, and the first failure, to be raised."""

    def __init__(self) -> None:
        self.ledgers: set[str] = set()
        self._first: Exception | None = None
        self._since = 0.0

    @contextmanager
    def kept(self, ledger: str) -> Iterator[None]:
        """Keep a failure of one ledger for later; a lost connection is everybody's."""
        try:
            yield
        except psycopg.OperationalError:
            raise
        except Exception as failure:  # noqa: BLE001 (raised_in_time raises it)
            _log.error("projections_held_up", ledger=ledger, failure=type(failure).__name__)
            self.ledgers.add(ledger)
            if self._first is None:
                self._first, self._since = failure, time.monotonic()

    def raised_in_time(self) -> None:
        """Raise the first failure once the other ledgers were followed for a while."""
        if self._first is not None and time.monotonic() - self._since > OTHERS_SECONDS:
            raise self._first


def _held(connection: Connection[Any]) -> tuple[int, int]:
    """How many ledgers there are and how many events they hold: one row, however many ledgers."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(QUERIES["held"]).fetchone()
    return (0, 0) if row is None else (row[0], int(row[1]))


def _heads(connection: Connection[Any]) -> list[tuple[str, int]]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return cursor.execute(QUERIES["ledgers"]).fetchall()


def _position(connection: Connection[Any], ledger: str) -> int:
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(QUERIES["position"], {"ledger": ledger}).fetchone()
    return 0 if row is None else row[0]


def _catch_up(batches: Batches) -> int:
    version, head = batches.apply_next()
    while version < head:
        version, head = batches.apply_next()
    return version


@contextmanager
def _rebuilding(connection: Connection[Any], ledger: str) -> Iterator[None]:
    """Hold the lock that lets one rebuild of a ledger run at a time."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        row = cursor.execute(QUERIES["lock_rebuild"], {"ledger": ledger}).fetchone()
    if row is None or not row[0]:
        raise RebuildRunning(ledger)
    try:
        yield
    finally:
        connection.execute(QUERIES["unlock_rebuild"], {"ledger": ledger})


def _begin(connection: Connection[Any], ledger: str) -> int:
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(QUERIES["begin_first_generation"], {"ledger": ledger})
        row = cursor.execute(QUERIES["begin_rebuild"], {"ledger": ledger}).fetchone()
    if row is None:
        raise GenerationGone(ledger)
    generation: int = row[0]
    return generation


def _switch(connection: Connection[Any], batches: Batches, ledger: str, generation: int) -> int:
    """Make the new generation the one that is read, once it is not behind the old one."""
    while True:
        with connection.transaction(), connection.cursor(row_factory=tuple_row) as cursor:
            named = {"ledger": ledger, "generation": generation}
            live = cursor.execute(QUERIES["lock_live"], named).fetchone()  # only rebuilds switch
            built = cursor.execute(QUERIES["lock_generation"], named).fetchone()
            if built is None:
                raise GenerationGone(ledger)
            version: int = built[1]
            if live is None or live[1] <= version:
                cursor.execute(QUERIES["retire_live"], named)
                cursor.execute(QUERIES["make_live"], named)
                return version
        _catch_up(batches)


def _sweep(connection: Connection[Any], ledger: str, *, building: int | None = None) -> None:
    """Delete the rows of generations that have rested long enough.

    Whoever holds the lock of a rebuild names the generation it builds: others that were left half
    built go as well. One process sweeps at a time; a second one leaves it to the first.
    """
    asked = {"ledger": ledger, "building": building, "resting_seconds": RESTING_SECONDS}
    with connection.cursor(row_factory=tuple_row) as cursor:
        for (generation,) in cursor.execute(QUERIES["generations_to_drop"], asked).fetchall():
            with connection.transaction():
                taken = cursor.execute(QUERIES["lock_sweep"], asked).fetchone()
                if taken is None or not taken[0]:
                    return
                place = {"ledger": ledger, "generation": generation}
                for statement in DROPPING.values():
                    cursor.execute(statement, place)
                cursor.execute(QUERIES["drop_tracking"], place)
