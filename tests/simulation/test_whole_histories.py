"""What every simulated history must keep: nothing lost, nothing twice, all re-performable."""

import os
from pathlib import Path

import pytest

from ledger.book import Book
from ledger.deciding import decide
from ledger.events.catalogue import FACTS
from ledger.events.codec import Fact, decode_event, encode_event
from ledger.log.memory import MemoryLog
from ledger.log.postgres import PostgresLog
from ledger.log.tree import Frontier, leaf_hash
from tests.properties.auditor import Auditor
from tests.properties.dump import dump
from tests.properties.facts import TODAY
from tests.simulation.simulator import LEDGER, Simulation

KEPT = [
    int(line.split()[0])
    for line in (Path(__file__).parent / "seeds.txt").read_text().splitlines()
    if line and not line.startswith("#")
]
ASKED = int(os.environ.get("SIMULATION_SEEDS", "24"))
SEEDS = [*KEPT, *range(1000, 1000 + ASKED)]


def simulated(seed, log):
    simulation = Simulation(seed, log)
    try:
        simulation.run()
    finally:
        simulation.close()
    return simulation


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_in_memory_keeps_every_promise(seed):
    must_keep_every_promise(simulated(seed, MemoryLog()))


@pytest.mark.parametrize("seed", [*KEPT, *range(2000, 2000 + ASKED // 6)])
def test_a_history_in_postgresql_keeps_every_promise(seed, dsn):
    log = PostgresLog(dsn)
    try:
        must_keep_every_promise(simulated(seed, log))
    finally:
        log.close()


def must_keep_every_promise(simulation):
    stored = [event for chunk in simulation.log.read(LEDGER) for event in chunk]
    events = [decode_event(kept.stored_name, kept.stored) for kept in stored]
    assert [kept.version for kept in stored] == list(range(1, len(stored) + 1))
    Auditor().read_all(events)
    nothing_acknowledged_is_lost_or_twice(simulation, stored)
    the_tree_is_the_one_over_the_stored_bytes(simulation, stored)
    keys_give_their_first_answer_again(simulation)
    the_rules_give_the_stored_decisions_again(stored, events)


def nothing_acknowledged_is_lost_or_twice(simulation, stored):
    for event_id, became in simulation.recorded().items():
        assert len(became) == 1, f"{event_id} was recorded as several things"
        first, states = next(iter(became))
        kept = [event.stored for event in stored[first - 1 : first - 1 + len(states)]]
        assert kept == list(states), f"{event_id} was acknowledged and is not in the log"
    facts = [kept.version for kept in stored if kept.stored_name.rpartition(".v")[0] in FACTS]
    said = [first for became in simulation.recorded().values() for first, _ in became]
    assert sorted(said) == facts, "what is stored was acknowledged, each fact once"


def the_tree_is_the_one_over_the_stored_bytes(simulation, stored):
    frontier = Frontier()
    for kept in stored:
        assert kept.leaf_hash == leaf_hash(kept.stored)
        frontier = frontier.append(kept.leaf_hash)
    assert simulation.log.head(LEDGER).root == frontier.root()


def keys_give_their_first_answer_again(simulation):
    given = {}
    for request, answer in simulation.answers:
        if request.idempotency_key is None or answer.dry_run or answer.outcome == "refused":
            continue
        spans = [getattr(result, "first_version", None) for result in answer.results]
        first = given.setdefault(request.idempotency_key, (answer.version, answer.seal.root, spans))
        assert first == (answer.version, answer.seal.root, spans)


def the_rules_give_the_stored_decisions_again(stored, events):
    book, place = Book(), 0
    while place < len(events):
        said = events[place]
        assert said.type in FACTS
        fact = Fact(said.effective_on, said.data, said.id, said.received_on)
        told = {"actor": said.actor, "today": TODAY, "recorded_at": said.recorded_at}
        again = decide(book, fact, **told)
        written = [encode_event(event) for event in again]
        assert written == [kept.stored for kept in stored[place : place + len(again)]]
        place += len(again)
    assert book.version == len(stored)


def test_the_same_seed_tells_the_same_history():
    first, second = (simulated(7, MemoryLog()) for _ in range(2))
    assert [request for request, _ in first.answers] == [request for request, _ in second.answers]


def test_both_writers_end_with_one_book():
    for seed in range(5):
        simulation = Simulation(seed, MemoryLog())
        simulation.run()
        for writer in simulation.writers:
            assert writer.running
        simulation.close()
        standings = [writer._standing for writer in simulation.writers]
        head = simulation.log.head(LEDGER)
        for standing in standings:
            standing.catch_up(simulation.log, LEDGER, head)
        assert dump(standings[0].book) == dump(standings[1].book)


def test_every_fate_of_a_commit_is_met():
    met = set()
    for seed in range(5):
        met.update(simulated(seed, MemoryLog()).failing.met)
    assert met == {"stored", "acknowledgement lost", "never stored", "conflict"}
