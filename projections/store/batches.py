"""Batches: thousands of events, their rows and the tracking row in one transaction.

The tracking row is locked first, so two runners of one ledger take turns, and the second one goes
on from where the first one got. A batch that fails leaves nothing behind.

While PostgreSQL takes the rows of one batch, the next one is read and folded. What was folded ahead
is used when the tables have got to exactly where it begins, and then as it is, also when the log
has grown since: the folds' memory has moved on by those events and must not see them twice.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

from ledger.events.codec import AnyEvent, decode_event
from ledger.events.people import FactVoided
from ledger.invariants import ensure
from ledger.log.queries import load_queries
from projections.folds.bearings import Bearings
from projections.folds.ledger_reader import read_stored
from projections.rows import OFFSETS_PER_SLOT, Page, slot_of
from projections.store.bearings import load_bearings
from projections.store.writing import write_page

QUERIES: Final = load_queries(Path(__file__).with_name("tracking.sql"))
LOCKS_TRIED_MAX: Final = 5
DESCRIBED_FROM: Final = 100
VOIDED: Final = "fact.voided.v1"
StoredRow = tuple[int, str, bytes]


class GenerationGone(RuntimeError):
    """The generation that was being built is not there any more."""


class Span(NamedTuple):
    """The versions of a batch of one generation: behind `after`, up to `upto`."""

    generation: int
    after: int
    upto: int


class Batches:
    """Applies one ledger's events to one generation; to the one that is read when none is named."""

    def __init__(
        self,
        connection: Connection[Any],
        reading: Connection[Any],
        ledger: str,
        *,
        generation: int | None = None,
    ) -> None:
        """Take a connection to write by and one to read the log by; both in autocommit."""
        self._connection = connection
        self._reading = reading
        self._ledger = ledger
        self._named = generation
        self._bearings = Bearings()
        self._place: tuple[int, int] | None = None
        self._ahead: tuple[Span, Page] | None = None
        self._described: int | None = None

    def apply_next(self) -> tuple[int, int]:
        """Apply one batch; says how far the generation and the log have got."""
        place, self._place = self._place, None
        with self._connection.transaction():
            generation, version = self._lock()
            if self._described is None:
                self._described = version
            head = self._head()
            if place != (generation, version):
                self._forget(generation)
            span = self._ahead[0] if self._ahead else _span(generation, version, head)
            if span.upto > version:
                self._apply(span, head)
        reached = max(version, span.upto)
        self._place = (generation, reached)
        if self._named is None:  # nobody reads the one that is being built
            self.describe()
        return reached, head

    def describe(self) -> None:
        """Tell PostgreSQL what the tables look like, if this generation has doubled.

        It would do so by itself, but within a minute, and beside a large ledger never for a small
        one: until then the first read of a summary over 60,000 new events took ten seconds on a
        plan made for empty tables, the balances of 200 took five times as long, and balances of a
        generation just rebuilt ten times. What was there before this process began is left to it.
        """
        _, upto = self._place or (0, 0)
        if upto >= (self._described or 0) * 2 + DESCRIBED_FROM:
            self._connection.execute(QUERIES["describe"])
            self._described = upto

    def _forget(self, generation: int) -> None:
        """Begin anew from the tables: another runner, or a failure, came in between."""
        self._ahead = None
        self._bearings = load_bearings(self._connection, ledger=self._ledger, generation=generation)

    def _lock(self) -> tuple[int, int]:
        """The generation to write, and its version, held until the transaction ends."""
        named = {"ledger": self._ledger, "generation": self._named}
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            if self._named is None:
                cursor.execute(QUERIES["begin_first_generation"], named)
                # A rebuild that switches while we wait for the lock leaves no live row in what
                # this statement saw; the next statement sees the new one.
                for _ in range(LOCKS_TRIED_MAX):
                    live = cursor.execute(QUERIES["lock_live"], named).fetchone()
                    if live is not None:
                        return live[0], live[1]
                raise GenerationGone(self._ledger)
            building = cursor.execute(QUERIES["lock_generation"], named).fetchone()
            if building is None:
                raise GenerationGone(self._ledger)
            return self._named, building[1]

    def _head(self) -> int:
        with self._connection.cursor(row_factory=tuple_row) as cursor:
            head = cursor.execute(QUERIES["head"], {"ledger": self._ledger}).fetchone()
        return 0 if head is None else head[0]

    def _apply(self, span: Span, head: int) -> None:
        ahead, self._ahead = self._ahead, None
        page = ahead[1] if ahead is not None and ahead[0] == span else self._fold(span)
        following = _span(span.generation, span.upto, head)
        with ThreadPoolExecutor(1) as beside:
            written: Future[None] = beside.submit(
                write_page,
                self._connection,
                page,
                ledger=self._ledger,
                generation=span.generation,
                after=span.after,
            )
            if following.upto > span.upto:
                self._ahead = (following, self._fold(following))
            written.result()
        self._connection.execute(
            QUERIES["advance"],
            {"ledger": self._ledger, "generation": span.generation, "version": span.upto},
        )

    def _fold(self, span: Span) -> Page:
        """The rows of a span; the folds' memory moves on."""
        page = Page(slot_of(span.upto))
        rows = self._read("events_after", {"after": span.after, "upto": span.upto})
        voided = self._voided_by(rows)
        expected = span.after
        for version, stored_name, stored in rows:
            expected += 1
            ensure(version == expected, "the versions of a log are dense")
            read_stored(version, stored_name, stored, self._bearings, page, voided)
        ensure(expected == span.upto, "the log has every version up to its head")
        return page

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
        with self._reading.cursor(row_factory=tuple_row, binary=True) as cursor:
            cursor.execute(QUERIES[query], {"ledger": self._ledger, **asked})
            return cursor.fetchall()


def _span(generation: int, after: int, head: int) -> Span:
    """The next batch: to the end of its slot, or to the head."""
    upto = min(head, (slot_of(after + 1) + 1) * OFFSETS_PER_SLOT)
    return Span(generation, after, max(after, upto))
