"""Whole histories whose writers start from snapshots, taken at any commit, keys destroyed since."""

import os
from dataclasses import dataclass, field

import pytest

from ledger.log.memory import MemoryLog
from ledger.log.postgres import PostgresLog
from ledger.log.sealing.ring import Ring
from ledger.log.snapshots.postgres import PostgresShelf
from ledger.log.snapshots.shelf import MemoryShelf
from ledger.log.snapshots.snapshots import Snapshots, started
from ledger.log.standing import Standing
from ledger.log.writer import Writer
from tests.properties.dump import dump
from tests.properties.erasures import MASTER
from tests.simulation.sealed import SealedSimulation
from tests.simulation.simulator import LEDGER
from tests.simulation.test_sealed_histories import must_keep_every_promise

ASKED = int(os.environ.get("SIMULATION_SEEDS", "24"))
SEEDS = range(4000, 4000 + ASKED)


@dataclass
class FromSnapshots(SealedSimulation):
    """Now and then somebody takes a snapshot; writers start from the newest."""

    shelf: object = field(default_factory=MemoryShelf)
    taken: list[tuple[int, object, list[bytes]]] = field(default_factory=list)
    begun: int = 0

    @property
    def snapshots(self):
        return Snapshots(self.log, self.shelf, MASTER)

    def ring(self):
        return Ring(self.store, MASTER, LEDGER)

    def writer(self):
        if self.snapshots.begun(LEDGER, self.ring()) is not None:
            self.begun += 1
        return Writer(self.failing, LEDGER, self.ring(), self.snapshots)

    def _deliver(self, burst):
        super()._deliver(burst)
        if self.chance.random() < 0.3:
            self.take()

    def take(self):
        standing = started(self.log, LEDGER, self.ring(), self.snapshots)
        if not standing.version:
            return
        taken = self.snapshots.take(LEDGER, standing)
        if taken.bytes is not None:
            newest, *_ = self.shelf.kept(LEDGER)
            pieces = list(self.shelf.pieces(LEDGER, newest))
            self.taken.append((taken.version, newest, pieces))


def run(simulation):
    try:
        simulation.run()
    finally:
        simulation.close()
    return simulation


def any_snapshot_gives_the_book_of_the_log(simulation):
    from_the_log = Standing.loaded(simulation.log, LEDGER, simulation.ring())
    for version, kept, pieces in simulation.taken:
        shelf = MemoryShelf()
        shelf.snapshots[LEDGER] = [(kept, pieces)]
        begun = Snapshots(simulation.log, shelf, MASTER).begun(LEDGER, simulation.ring())
        assert begun is not None, version
        assert begun.head() == from_the_log.head()
        assert begun.seal() == from_the_log.seal()
        assert dump(begun.book) == dump(from_the_log.book)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_whose_writers_start_from_snapshots_keeps_every_promise(seed):
    simulation = run(FromSnapshots(seed, MemoryLog(), forgetful=True))
    must_keep_every_promise(simulation)
    any_snapshot_gives_the_book_of_the_log(simulation)


@pytest.mark.parametrize("seed", SEEDS[: ASKED // 6])
def test_such_a_history_in_postgresql_keeps_every_promise(seed, dsn):
    log = PostgresLog(dsn)
    try:
        shelf = PostgresShelf(dsn)
        simulation = run(FromSnapshots(seed, log, forgetful=True, shelf=shelf))
        must_keep_every_promise(simulation)
        any_snapshot_gives_the_book_of_the_log(simulation)
    finally:
        log.close()


def test_snapshots_and_erasures_after_them_are_met_in_these_histories():
    met = {"taken": 0, "begun": 0, "erased": 0}
    for seed in SEEDS[:12]:
        simulation = run(FromSnapshots(seed, MemoryLog(), forgetful=True))
        met["taken"] += len(simulation.taken)
        met["begun"] += simulation.begun
        met["erased"] += len(simulation.erased)
    assert all(number >= 5 for number in met.values()), met
