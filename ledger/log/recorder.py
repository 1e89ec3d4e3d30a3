"""The recorder: one commit, one transaction, on the `eventsourcing` library's PostgreSQL recorder.

The ledger is the originator. What differs from the library, and why:

- The head row is moved by a version check in the same transaction, so versions are dense and two
  processes cannot both win.
- Leaf hashes, ids, keys and the commit row are stored with the events.
- Nothing is retried here. After a lost acknowledgement a blind retry reports a false conflict; the
  caller asks what became of the commit instead.
- Events are copied in one binary block, and so are the nodes of the tree that they complete; up to
  `SMALL_EVENTS` that complete none, everything is one statement, which is one trip to the server
  and one transaction by itself.
"""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Final

import psycopg
from eventsourcing.persistence import IntegrityError
from eventsourcing.persistence import StoredEvent as LibraryEvent
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.rows import dict_row

from ledger.invariants import ensure
from ledger.log.copying import events_block, ids_block, nodes_block
from ledger.log.ports import (
    AlreadyKept,
    Commit,
    Head,
    LedgerUnknown,
    OutcomeUnknown,
    VersionConflict,
)
from ledger.log.queries import load_queries
from ledger.log.refusals import LogUnavailable
from ledger.log.tree import Frontier, Node, leaf_hash, nodes_between

SQL: Final = load_queries(Path(__file__).parent / "sql" / "log.sql")
SMALL_EVENTS: Final = 200
READERS_MAX: Final = 10
KEPT_TABLES: Final = ("event_ids", "idempotency_keys")
CONNECTION_LOST: Final = (psycopg.OperationalError, psycopg.InterfaceError)


class Datastore(PostgresDatastore):
    """The library's pool of connections, on any address and under the service's role."""

    def __init__(self, dsn: str) -> None:
        """Open nothing yet."""
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            max_overflow=READERS_MAX - 1,
            pre_ping=True,
            schema="ledger",
            originator_id_type="text",
        )
        self.pool.conninfo = dsn
        self.pool.kwargs = {"row_factory": dict_row}

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Set each new connection up as the library does, then take the service's role."""
        set_up = super().after_connect_func()

        def after_connect(connection: Connection[Any]) -> None:
            set_up(connection)
            connection.execute(SQL["take_service_role"])

        return after_connect


class LedgerRecorder(PostgresAggregateRecorder):
    """Stores commits of ledgers. One connection a ledger, used by its one writer."""

    def __init__(self, dsn: str) -> None:
        """Connect. The tables are made by `migrations.migrate`, never here."""
        super().__init__(Datastore(dsn), events_table_name="events")
        self._dsn = dsn
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def insert_events(self, stored_events: Sequence[LibraryEvent], **_: object) -> None:
        """The library's own way in: events of one ledger, on top of its head."""
        if not stored_events:
            return
        ledger = str(stored_events[0].originator_id)
        with self.hold(ledger) as held:
            versions = [event.originator_version for event in stored_events]
            first = held.head.version + 1
            same = all(event.originator_id == ledger for event in stored_events)
            if not same or versions != list(range(first, first + len(versions))):
                message = f"{ledger} is at version {held.head.version}"
                raise IntegrityError(message)
            held.append(_commit_of(held.head, stored_events))

    def append(self, ledger: str, commit: Commit) -> None:
        """Store the commit. Raises `VersionConflict`, `AlreadyKept`, `OutcomeUnknown`."""
        with self._session(ledger) as session:
            connection = session.connected()
            try:
                store(connection, ledger, commit)
            except CONNECTION_LOST as lost:
                session.drop()
                raise OutcomeUnknown(ledger) from lost

    @contextmanager
    def hold(self, ledger: str) -> Iterator["HeldRow"]:
        """Take the head row for update; what is appended meanwhile is committed at the end."""
        with self._session(ledger) as session:
            connection = session.connected()
            held: HeldRow | None = None
            try:
                with connection.transaction():
                    held = HeldRow(connection, ledger)
                    yield held
            except CONNECTION_LOST as lost:
                session.drop()
                if held is not None and held.appended:
                    raise OutcomeUnknown(ledger) from lost
                raise LogUnavailable(ledger) from lost

    @contextmanager
    def _session(self, ledger: str) -> Iterator["Session"]:
        with self._lock:
            session = self._sessions.setdefault(ledger, Session(self._dsn))
        with session.turn:
            yield session

    def leave(self, ledger: str) -> None:
        """Close the connection of a ledger that nobody writes for now."""
        with self._session(ledger) as session:
            session.drop()

    def close(self) -> None:
        """Close every connection."""
        for session in self._sessions.values():
            with session.turn:
                session.drop()
        self.datastore.close()


class Session:
    """The connection on which one ledger's commits are written, one at a time."""

    def __init__(self, dsn: str) -> None:
        """Connect on first use."""
        self._dsn = dsn
        self._connection: Connection[Any] | None = None
        self.turn = RLock()

    def connected(self) -> Connection[Any]:
        """The connection; a new one when there is none or it is closed."""
        if self._connection is None or self._connection.closed:
            try:
                self._connection = psycopg.connect(self._dsn, autocommit=True, prepare_threshold=0)
                self._connection.execute(SQL["take_service_role"])
            except CONNECTION_LOST as lost:
                message = "the log's database cannot be reached"
                raise LogUnavailable(message) from lost
        return self._connection

    def drop(self) -> None:
        """Forget the connection; the next use opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class HeldRow:
    """A head row taken for update, in an open transaction."""

    def __init__(self, connection: Connection[Any], ledger: str) -> None:
        """Take the row; waits for whoever has it."""
        self._connection = connection
        self._ledger = ledger
        self.appended = False
        with connection.cursor(binary=True) as cursor:
            self.head = read_head(cursor, "hold_head", ledger)

    def holds(self, commit: Commit) -> bool:
        """Whether this very commit is stored: its last version with its root."""
        row = self._connection.execute(
            SQL["commit_root"], {"ledger": self._ledger, "last": commit.last_version}, binary=True
        ).fetchone()
        return row is not None and row[0] == commit.after().root

    def append(self, commit: Commit) -> None:
        """Store the commit; final when the head is let go."""
        store(self._connection, self._ledger, commit)
        self.appended = True


def store(connection: Connection[Any], ledger: str, commit: Commit) -> None:
    """Write a commit in one transaction, or in the one that is open."""
    due = nodes_between(commit.before.version, commit.last_version)
    ensure(len(commit.nodes) == due, "a commit brings the nodes that its events complete")
    try:
        if not commit.states:
            _require_moved(connection, "keep_keys" if commit.keys else "still_at", ledger, commit)
        elif len(commit.states) <= SMALL_EVENTS and not commit.nodes:
            _require_moved(connection, "append", ledger, commit)
        else:
            _copy(connection, ledger, commit)
    except psycopg.errors.UniqueViolation as taken:
        ensure(taken.diag.table_name in KEPT_TABLES, f"{taken.diag.table_name} is dense")
        raise AlreadyKept(ledger) from taken
    except (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure) as lost:
        raise VersionConflict(ledger) from lost


def _copy(connection: Connection[Any], ledger: str, commit: Commit) -> None:
    with connection.transaction():
        _require_moved(connection, "move_head", ledger, commit)
        with connection.cursor() as cursor:
            with cursor.copy(SQL["copy_events"]) as copy:
                copy.write(events_block(ledger, commit))
            if commit.nodes:
                with cursor.copy(SQL["copy_nodes"]) as copy:
                    copy.write(nodes_block(ledger, commit.nodes))
            if commit.ids:
                with cursor.copy(SQL["copy_ids"]) as copy:
                    copy.write(ids_block(ledger, commit.ids))


def _require_moved(connection: Connection[Any], query: str, ledger: str, commit: Commit) -> None:
    """Run a statement that answers a row when the ledger was where the commit was decided."""
    if connection.execute(SQL[query], _parameters(ledger, commit)).fetchone() is None:
        raise VersionConflict(ledger)


def _parameters(ledger: str, commit: Commit) -> dict[str, object]:
    after = commit.after()
    ids, keys = commit.ids.values(), commit.keys.values()
    return {
        "ledger": ledger,
        "before": commit.before.version,
        "last": after.version,
        "root": after.root,
        "frontier": after.frontier.to_bytes(),
        "recorded_at": commit.recorded_at,
        "names": commit.names,
        "states": commit.states,
        "leaves": commit.leaves,
        "ids": list(commit.ids),
        "id_hashes": [kept.content_hash for kept in ids],
        "id_firsts": [kept.first_version for kept in ids],
        "id_lasts": [kept.last_version for kept in ids],
        "actors": [actor for actor, _ in commit.keys],
        "keys": [key for _, key in commit.keys],
        "key_hashes": [kept.content_hash for kept in keys],
        "key_versions": [kept.version for kept in keys],
        "key_roots": [kept.root for kept in keys],
        "key_results": [kept.results for kept in keys],
    }


def read_head(cursor: Cursor[Any], query: str, ledger: str) -> Head:
    """A head row; `LedgerUnknown` when there is none."""
    row = cursor.execute(SQL[query], {"ledger": ledger}).fetchone()
    if row is None:
        raise LedgerUnknown(ledger)
    version, root, frontier, *moments = row
    recorded_at, asked_at = (moment and moment.astimezone(datetime.UTC) for moment in moments)
    return Head(version, root, Frontier.from_bytes(frontier), recorded_at, asked_at)


def _commit_of(head: Head, events: Sequence[LibraryEvent]) -> Commit:
    states = [event.state for event in events]
    leaves = [leaf_hash(state) for state in states]
    moment = head.next_moment(datetime.datetime.now(datetime.UTC))
    names = [event.topic for event in events]
    nodes: list[Node] = []
    frontier = head.frontier.extend(leaves, nodes)
    return Commit(head, moment, names, states, leaves, {}, {}, frontier, nodes)
