"""Batches: thousands of events, their rows and the tracking row in one transaction.

The tracking row is locked first, so two runners of one ledger take turns, and the second one goes
on from where the first one got. A batch that fails leaves nothing behind.
"""

from pathlib import Path
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.events.codec import AnyEvent, decode_event
from ledger.events.people import FactVoided
from ledger.invariants import ensure
from projections.folds.bearings import Bearings
from projections.folds.ledger_reader import read_stored
from projections.named_sql import load_queries
from projections.rows import OFFSETS_PER_SLOT, Page
from projections.store.bearings import load_bearings
from projections.store.writing import write_page

QUERIES: Final = load_queries(Path(__file__).with_name("tracking.sql"))
VOIDED: Final = "fact.voided.v1"
StoredRow = tuple[int, str, bytes]


class GenerationGone(RuntimeError):
    """The generation that was being built is not there any more."""


class Batches:
    """Applies one ledger's events to one generation; to the one that is read when none is named."""

    def __init__(
        self, connection: Connection[Any], ledger: str, *, generation: int | None = None
    ) -> None:
        """Start without memory; it is loaded with the first batch."""
        self._connection = connection
        self._ledger = ledger
        self._named = generation
        self._place: tuple[int, int] | None = None
        self._bearings = Bearings()

    def apply_next(self) -> tuple[int, int]:
        """Apply one batch; says how far the generation and the log have got."""
        with self._connection.transaction():
            generation, version = self._lock()
            head = self._head()
            upto = min(head, (version // OFFSETS_PER_SLOT + 1) * OFFSETS_PER_SLOT)
            if upto <= version:
                return version, head
            if self._place != (generation, version):
                self._bearings = load_bearings(
                    self._connection, ledger=self._ledger, generation=generation
                )
            self._place = None
            self._apply(generation, after=version, upto=upto)
        self._place = (generation, upto)
        return upto, head

    def _lock(self) -> tuple[int, int]:
        """The generation to write, and its version, held until the transaction ends."""
        named = {"ledger": self._ledger, "generation": self._named}
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            if self._named is None:
                cursor.execute(QUERIES["begin_first_generation"], named)
                live = cursor.execute(QUERIES["lock_live"], named).fetchone()
                if live is None:
                    raise GenerationGone(self._ledger)
                return live[0], live[1]
            building = cursor.execute(QUERIES["lock_generation"], named).fetchone()
            if building is None:
                raise GenerationGone(self._ledger)
            return self._named, building[1]

    def _head(self) -> int:
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            head = cursor.execute(QUERIES["head"], {"ledger": self._ledger}).fetchone()
        return 0 if head is None else head[0]

    def _apply(self, generation: int, *, after: int, upto: int) -> None:
        page = Page()
        rows = self._read("events_after", {"after": after, "upto": upto})
        voided = self._voided_by(rows)
        expected = after
        for version, stored_name, stored in rows:
            expected += 1
            ensure(version == expected, "the versions of a log are dense")
            read_stored(version, stored_name, stored, self._bearings, page, voided)
        ensure(expected == upto, "the log has every version up to its head")
        write_page(self._connection, page, ledger=self._ledger, generation=generation, after=after)
        self._connection.execute(
            QUERIES["advance"],
            {"ledger": self._ledger, "generation": generation, "version": upto},
        )

    def _voided_by(self, rows: list[StoredRow]) -> dict[int, AnyEvent]:
        """The facts that this batch voids, read from the log."""
        voidings = [decode_event(name, stored) for _, name, stored in rows if name == VOIDED]
        versions = [
            voiding.data.version for voiding in voidings if isinstance(voiding.data, FactVoided)
        ]
        if not versions:
            return {}
        found = self._read("events_at", {"versions": versions})
        return {version: decode_event(name, stored) for version, name, stored in found}

    def _read(self, query: str, asked: dict[str, object]) -> list[StoredRow]:
        with self._connection.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(QUERIES[query], {"ledger": self._ledger, **asked})
            return cursor.fetchall()
