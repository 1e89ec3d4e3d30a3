"""Whole histories with seals: decided as without them, each value under its child's one key."""

import os

import msgspec
import pytest

from ledger.events.catalogue import SEALED_SCHEMA
from ledger.events.codec import encode_event
from ledger.events.sealed import ERASED, SEALED_FIELDS
from ledger.log.memory import MemoryLog
from ledger.log.postgres import PostgresLog
from ledger.log.requests import Recorded, Refused
from ledger.log.sealing.ring import Ring
from ledger.log.standing import Standing
from tests.properties.auditor import Auditor
from tests.properties.dump import dump
from tests.properties.erasures import MASTER
from tests.simulation.sealed import SealedSimulation, WithItsContract
from tests.simulation.simulator import ANSWER_SECONDS_MAX, LEDGER
from tests.simulation.test_whole_histories import (
    keys_give_their_first_answer_again,
    the_tree_is_the_one_over_the_stored_bytes,
)

ASKED = int(os.environ.get("SIMULATION_SEEDS", "24"))
SEEDS = range(3000, 3000 + ASKED)


class Calm:
    """Requests one after another, so that the same seed is decided in the same order."""

    def _deliver(self, burst):
        for request in burst:
            writer = self.chance.choice(self.writers)
            self.answers.append((request, writer.submit(request).result(ANSWER_SECONDS_MAX)))


class CalmInPlain(Calm, WithItsContract):
    pass


class CalmAndSealed(Calm, SealedSimulation):
    pass


def run(simulation):
    try:
        simulation.run()
    finally:
        simulation.close()
    return simulation


def outcome(answer):
    """What an answer says, without its moments.

    Whether it is the first one is left out: a request that stores nothing but its key, and whose
    acknowledgement is lost, finds its own key.
    """
    results = [
        result.code
        if isinstance(result, Refused)
        else (type(result).__name__, result.first_version, len(result.events))
        for result in answer.results
    ]
    return answer.outcome, answer.version, results


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_is_decided_with_seals_as_it_is_without(seed):
    plain, sealed = run(CalmInPlain(seed, MemoryLog())), run(CalmAndSealed(seed, MemoryLog()))
    assert [request for request, _ in plain.answers] == [request for request, _ in sealed.answers]
    assert [outcome(a) for _, a in plain.answers] == [outcome(a) for _, a in sealed.answers]
    in_plain = [event for events in plain.log.read(LEDGER) for event in events]
    assert all(kept.stored_name.endswith(".v1") for kept in in_plain)
    decoded = [msgspec.json.decode(kept.stored) for kept in in_plain]
    opened = [msgspec.json.decode(encode_event(event)) for event in sealed.opened()]
    for event in (*decoded, *opened):
        del event["recorded_at"]
    assert opened == decoded


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hurried_history_with_erasures_keeps_every_promise(seed):
    must_keep_every_promise(run(SealedSimulation(seed, MemoryLog(), forgetful=True)))


@pytest.mark.parametrize("seed", SEEDS[: ASKED // 6])
def test_a_hurried_history_in_postgresql_keeps_every_promise(seed, dsn):
    log = PostgresLog(dsn)
    try:
        must_keep_every_promise(run(SealedSimulation(seed, log, forgetful=True)))
    finally:
        log.close()


def must_keep_every_promise(simulation):
    stored = [event for chunk in simulation.log.read(LEDGER) for event in chunk]
    assert [kept.version for kept in stored] == list(range(1, len(stored) + 1))
    the_tree_is_the_one_over_the_stored_bytes(simulation, stored)
    keys_give_their_first_answer_again(simulation)
    report = simulation.audited()
    assert report.findings == []
    assert report.erased == len(simulation.erased)
    answers_hold_the_values_and_the_log_does_not(simulation, stored)
    every_value_opens_unless_its_child_is_erased(simulation)
    a_restart_gives_the_book_of_each_writer(simulation)


def answers_hold_the_values_and_the_log_does_not(simulation, stored):
    for _, answer in simulation.answers:
        for result in answer.results:
            if answer.dry_run or not isinstance(result, Recorded):
                continue
            kept = stored[result.first_version - 1]
            said = msgspec.json.decode(result.events[0])
            if kept.stored_name.endswith(f".v{SEALED_SCHEMA}"):
                assert kept.stored != result.events[0]
                assert b'"sealed":' not in result.events[0]
                assert said["schema"] == 1
            else:
                assert kept.stored == result.events[0]


def every_value_opens_unless_its_child_is_erased(simulation):
    sealed = {event.version for event in simulation.stored() if event.schema == SEALED_SCHEMA}
    for event in simulation.opened():
        if event.version in sealed:
            fields = SEALED_FIELDS[type(event.data)]
            hidden = {getattr(event.data, name) is ERASED for name in fields}
            assert hidden == {event.data.child in simulation.erased}
    living = {child for child, kept in simulation.kept().items() if kept.wrapped is not None}
    assert living.isdisjoint(simulation.erased)


def a_restart_gives_the_book_of_each_writer(simulation):
    head = simulation.log.head(LEDGER)
    restarted = Standing.loaded(simulation.log, LEDGER, Ring(simulation.store, MASTER, LEDGER))
    for writer in simulation.writers:
        writer._standing.catch_up(simulation.log, LEDGER, head)
        assert dump(writer._standing.book) == dump(restarted.book)


def test_an_outside_auditor_agrees_with_the_opened_log():
    for seed in SEEDS[:6]:
        events = run(SealedSimulation(seed, MemoryLog())).opened()
        auditor = Auditor()
        auditor.read_all(events)
        assert auditor.version == len(events)


def test_values_erasures_and_lost_keys_are_met_in_these_histories():
    met = {"sealed": 0, "erased": 0, "unreadable": 0, "refused": 0}
    for seed in SEEDS[:12]:
        simulation = run(SealedSimulation(seed, MemoryLog(), forgetful=True))
        met["sealed"] += len(simulation.kept())
        met["erased"] += len(simulation.erased)
        met["unreadable"] += simulation.audited().impossible.get("facts accepted again", 0)
        met["refused"] += sum(
            refused.code == "child_erased" for _, a in simulation.answers for refused in a.refusals
        )
    assert all(number >= 5 for number in met.values()), met
