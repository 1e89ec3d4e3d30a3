"""The log in PostgreSQL: what the recorder stores, and what may be asked of it.

Replaying reads in chunks by version, binary and with a fresh statement each, so that no transaction
stays open while the rules work.
"""

import datetime
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from eventsourcing.persistence import InterfaceError, OperationalError
from psycopg import Cursor
from psycopg.rows import RowFactory, RowMaker, tuple_row

from ledger.log.kept_hashes import hashes_kept
from ledger.log.ports import (
    CHUNK_EVENTS,
    CommitRow,
    HashRange,
    Head,
    KeptId,
    KeptKey,
    LedgerExists,
    LedgerTerms,
    LedgerUnknown,
    MomentNotReached,
    StoredEvent,
)
from ledger.log.recorder import SQL, LedgerRecorder, read_head
from ledger.log.refusals import LogUnavailable
from ledger.log.tree import EMPTY_ROOT, Frontier, Node

SECRET_BYTES: Final = 32
NO_LIMIT: Final = 2**62


class PostgresLog(LedgerRecorder):
    """A log in a migrated database."""

    def ledgers(self) -> Sequence[LedgerTerms]:
        """All ledgers by reference."""
        return tuple(LedgerTerms(*row) for row in self._rows("ledgers"))

    def terms(self, ledger: str) -> LedgerTerms:
        """What the ledger was made with."""
        return LedgerTerms(*self._row("terms", ledger))

    def create(self, terms: LedgerTerms, secret: bytes | None = None) -> None:
        """Make an empty ledger; a copy takes its original's secret."""
        made = self._rows(
            "create",
            ledger=terms.ledger,
            name=terms.name,
            currency=terms.currency,
            timezone=terms.timezone,
            secret=secret or secrets.token_bytes(SECRET_BYTES),
            root=EMPTY_ROOT,
            frontier=Frontier().to_bytes(),
        )
        if not made:
            raise LedgerExists(terms.ledger)

    def secret(self, ledger: str) -> bytes:
        """The key of the ledger's hashes of contents."""
        secret: bytes = self._row("secret", ledger)[0]
        return secret

    def head(self, ledger: str) -> Head:
        """Where the ledger stands."""
        with self._cursor() as cursor:
            return read_head(cursor, "head", ledger)

    def read(
        self, ledger: str, *, after: int = 0, upto: int | None = None, chunk: int = CHUNK_EVENTS
    ) -> Iterator[Sequence[StoredEvent]]:
        """Events after `after` and not after `upto`, in order, chunk by chunk."""
        limit = NO_LIMIT if upto is None else upto
        while after < limit:
            found = self._rows(
                "read", _stored_events, ledger=ledger, after=after, upto=limit, chunk=chunk
            )
            if found:
                yield found
                after = found[-1].version
            if len(found) < chunk:
                return

    def read_one(self, ledger: str, version: int) -> StoredEvent | None:
        """One event, or nothing."""
        for events in self.read(ledger, after=version - 1, upto=version):
            return events[0]
        return None

    def hashes(self, ledger: str, ranges: Sequence[HashRange]) -> Mapping[tuple[int, int], bytes]:
        """The hashes of these ranges by level and place; those that are not kept are left out."""
        with self._cursor() as cursor:
            return hashes_kept(cursor, ledger, ranges)

    def missing_nodes(self, ledger: str, level: int, limit: int) -> Sequence[int]:
        """The first places of a level whose subtree is complete and whose node is not kept."""
        rows = self._rows("missing_nodes", ledger=ledger, level=level, limit=limit)
        return [place for (place,) in rows]

    def keep_nodes(self, ledger: str, nodes: Sequence[Node]) -> None:
        """Keep nodes that are missing; one that is kept already stays as it is."""
        if nodes:
            levels, places, hashes = map(list, zip(*nodes, strict=True))
            with self._cursor() as cursor:
                parameters = {"levels": levels, "places": places, "hashes": hashes}
                cursor.execute(SQL["keep_nodes"], {"ledger": ledger, **parameters})

    def find_ids(self, ledger: str, ids: Sequence[str]) -> Mapping[str, KeptId]:
        """Which of these event ids are taken, and by what."""
        rows = self._rows("find_ids", ledger=ledger, ids=list(ids)) if ids else []
        return {event_id: KeptId(*kept) for event_id, *kept in rows}

    def find_key(self, ledger: str, actor: str, key: str) -> KeptKey | None:
        """What is kept under an actor's idempotency key."""
        for row in self._rows("find_key", ledger=ledger, actor=actor, key=key):
            return KeptKey(*row)
        return None

    def keys(self, ledger: str) -> Iterator[tuple[str, str, KeptKey]]:
        """Actor, idempotency key and what is kept under it, in the order of their versions."""
        for actor, key, *kept in self._rows("keys", ledger=ledger):
            yield actor, key, KeptKey(*kept)

    def commits(self, ledger: str, *, after: int = 0) -> Iterator[Sequence[CommitRow]]:
        """Commits whose last version is after `after`, in order, chunk by chunk."""
        while True:
            rows = self._rows("commits", ledger=ledger, after=after, chunk=CHUNK_EVENTS)
            if not rows:
                return
            yield [_commit(*row) for row in rows]
            after = rows[-1][0]

    def commit_holding(self, ledger: str, version: int) -> CommitRow | None:
        """The commit that stored the event of a version, or nothing."""
        for row in self._rows("commit_holding", ledger=ledger, version=version):
            return _commit(*row)
        return None

    def version_at(self, ledger: str, moment: datetime.datetime) -> int:
        """The last version recorded at or before a moment, settled for ever.

        A commit gets its moment before it is stored. So the moment asked about is noted with the
        head first: a commit under way with an earlier moment is then refused and gets a later one.
        """
        if not self._row("is_reached", ledger, moment=moment)[0]:
            raise MomentNotReached(moment.isoformat())
        self._rows("ask_moment", ledger=ledger, moment=moment)
        for row in self._rows("version_at", ledger=ledger, moment=moment):
            return int(row[0])
        return 0

    def clock(self) -> datetime.datetime:
        """What time it is at the server."""
        moment: datetime.datetime = self._rows("clock")[0][0]
        return moment.astimezone(datetime.UTC)

    def _row(
        self, query: str, ledger: str, *, moment: datetime.datetime | None = None
    ) -> tuple[Any, ...]:
        """The one row about a ledger; `LedgerUnknown` when there is none."""
        for row in self._rows(query, ledger=ledger, moment=moment):
            return tuple(row)
        raise LedgerUnknown(ledger)

    def _rows(
        self, query: str, make: RowFactory[Any] = tuple_row, **parameters: object
    ) -> list[Any]:
        """The rows of a named query, made by a row factory."""
        with self._cursor(make) as cursor:
            return cursor.execute(SQL[query], parameters, prepare=True).fetchall()

    @contextmanager
    def _cursor(self, make: RowFactory[Any] = tuple_row) -> Iterator[Cursor[Any]]:
        """A binary cursor on a connection of the pool."""
        try:
            with (
                self.datastore.get_connection() as connection,
                connection.cursor(binary=True, row_factory=make) as cursor,
            ):
                yield cursor
        except (OperationalError, InterfaceError) as lost:
            message = "the log's database cannot be reached"
            raise LogUnavailable(message) from lost


def _commit(last: int, first: int, recorded_at: datetime.datetime, root: bytes) -> CommitRow:
    return CommitRow(last, first, recorded_at.astimezone(datetime.UTC), root)


def _stored_events(_cursor: Cursor[Any]) -> RowMaker[StoredEvent]:
    return StoredEvent._make
