"""The start of a writer: from a snapshot, in turns with a replay of the whole log.

And with reading the snapshot's bytes alone, which no start can do without.
"""

import gc
import tracemalloc
from collections.abc import Callable
from random import Random
from typing import Final

from benches import mix
from benches.appending import append, new_ledger
from benches.measure import Meter, Result, timed
from benches.sealing import MASTER
from ledger.log.postgres import PostgresLog
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.ring import Ring
from ledger.log.snapshots.postgres import PostgresShelf
from ledger.log.snapshots.snapshots import Snapshots, started
from ledger.log.standing import Standing

LEDGER: Final = "started"
ROUNDS: Final = 2
TRACED_CHILDREN_MAX: Final = 1_000


def starting(dsn: str, count: int) -> tuple[list[Result], str]:
    """Measure starts of a ledger of so many children, and say what they take in memory."""
    log, store = PostgresLog(dsn), PostgresKeyStore(dsn)
    try:
        return Starts(log, store, dsn, count).measured()
    finally:
        store.close()
        log.close()


class Starts:
    """One ledger, and the ways in which its writer starts."""

    def __init__(self, log: PostgresLog, store: PostgresKeyStore, dsn: str, count: int) -> None:
        """Fill it."""
        self._log = log
        self._store = store
        self._count = count
        self._shelf = PostgresShelf(dsn)
        self._snapshots = Snapshots(log, self._shelf, MASTER)
        writer = new_ledger(log, LEDGER, self._ring())
        for batch in mix.children(count, chance=Random(4)):  # noqa: S311 (a fixed mix)
            append(writer, batch)
        writer.close()
        self._events = log.head(LEDGER).version

    def _ring(self) -> Ring:
        return Ring(self._store, MASTER, LEDGER)

    def _replayed(self) -> Standing:
        return Standing.loaded(self._log, LEDGER, self._ring())

    def _started(self) -> Standing:
        return started(self._log, LEDGER, self._ring(), self._snapshots)

    def measured(self) -> tuple[list[Result], str]:
        """The rows and the remark."""
        taking, starts, replays, reads = Meter(), Meter(), Meter(), Meter()
        standing = self._replayed()
        with timed(taking, self._events):
            taken = self._snapshots.take(LEDGER, standing)
        del standing
        for _ in range(ROUNDS):
            with timed(replays):
                replays.things += self._replayed().version
            with timed(starts):
                starts.things += self._started().version
            with timed(reads, self._events):
                [kept] = self._shelf.kept(LEDGER)
                size = sum(map(len, self._shelf.pieces(LEDGER, kept)))
        name = f"start of a writer from a snapshot, {self._events:,} events"
        replay, read = "replay of its log", "read its bytes"
        results = [
            Result(name, "events", starts, replay, replays, "-"),
            Result(name, "events", starts, read, reads, "-"),
            Result("taking that snapshot", "events", taking, replay, replays, "-"),
        ]
        seconds = starts.seconds / ROUNDS, replays.seconds / ROUNDS, taking.seconds
        said = "Start of {:,} events: {:.2f} s from a snapshot, {:.2f} s from the log; ".format(
            taken.version, *seconds[:2]
        )
        said += f"the snapshot has {size / 1e6:,.0f} MB and took {seconds[2]:.1f} s to write. "
        return results, said + self._memory()

    def _memory(self) -> str:
        if self._count > TRACED_CHILDREN_MAX:
            return "\n\n"
        started_kb, replayed_kb = (
            _held(way) / self._count / 1000 for way in (self._started, self._replayed)
        )
        return f"Memory of a child: {started_kb:.1f} kB, and {replayed_kb:.1f} kB.\n\n"


def _held(way: Callable[[], Standing]) -> int:
    """How many bytes a start leaves in memory."""
    gc.collect()
    tracemalloc.start()
    standing = way()
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del standing
    return held
