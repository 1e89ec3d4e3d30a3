"""Any history: every payment's why-document recomputes to the pennies, and its leaves exist."""

import datetime
from collections import Counter
from random import Random

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.reading.pair import Pair
from projections.runner import Runner
from projections.tracing.logged import all_nodes
from projections.tracing.payment import payment_why
from tests.projections.tracing import every_payment, holds, stored
from tests.properties.erasures import Sealed, forgetful
from tests.properties.looking import looking_at
from tests.properties.noise import chances, histories, history
from tests.properties.office import at_work
from tests.properties.world import World, played

FEW = looking_at(8)
DAYS = (None, datetime.date(2021, 8, 31), datetime.date(2022, 12, 31))
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture
def tables(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield dsn, connection


@FEW
@given(histories)
def test_every_payments_why_recomputes_to_the_stored_pennies(tables, facts):
    dsn, connection = tables
    world = played(facts)
    ledger, _ = stored(dsn, world)
    for version in {len(world.events), len(world.events) // 2} - {0}:
        at = Pair(None, version)
        for row in every_payment(connection, ledger, at):
            document = payment_why(connection, ledger, row["payment"], at, recompute=True)
            assert document["payment"] == row
            holds(document, world)


@FEW
@given(seeds)
def test_the_way_to_the_bank_is_whole_in_any_office(tables, seed):
    dsn, connection = tables
    world = World()
    for sent in at_work(Random(seed), world):
        world.take(sent)
    ledger, _ = stored(dsn, world)
    at = Pair(None, len(world.events))
    for row in every_payment(connection, ledger, at):
        document = payment_why(connection, ledger, row["payment"], at, recompute=True)
        holds(document, world)
        lines = {row["version"], row["reversed_version"]}
        told = [(claim["holds"]["version"], claim["line"]) for claim in document["claims"]]
        assert told == [
            (event.version, line)
            for event in world.events
            if event.type == "claim.collected"
            for line in sorted((*event.data.lines, *event.data.adjustments))
            if line in lines
        ]


def test_these_histories_meet_everything_that_a_payment_can_come_to(tables):
    """The properties above are not true for want of anything to trace."""
    dsn, connection = tables
    met = Counter()
    for seed in range(40):
        world = played(history(Random(seed), noisy=30))
        ledger, _ = stored(dsn, world)
        at = Pair(None, len(world.events))
        for row in every_payment(connection, ledger, at):
            document = payment_why(connection, ledger, row["payment"], at, recompute=True)
            holds(document, world)
            met[row["state"]] += 1
            met[row["kind"]] += 1
            met.update(event["type"] for event in document["became"])
            if document["shares"] is not None:
                met.update(step["step"] for step in document["shares"]["steps"])
                met.update(
                    f"{s['whose']} bites" for s in document["caps"]["steps"] if s.get("bites")
                )
                met.update(s["step"] for s in document["caps"]["steps"])
            met.update(session["why"] for session in document["earned"]["sessions"])
    wanted = (
        *("released", "reversed", "withheld", "sign_up", "engagement", "outcome_count"),
        *("outcome_area", "distance_travelled", "grant", "left_over", "carry_after"),
        *("payment.reversed", "payment.evidence_changed", "funder bites", "child bites"),
        *("contract bites", "taken_off", "attended", "absent"),
    )
    assert all(met[what] for what in wanted), [what for what in wanted if not met[what]]


@FEW
@given(histories, st.lists(st.integers(20, 60), min_size=2, max_size=2).map(sorted))
def test_an_old_why_never_changes(tables, facts, cuts):
    dsn, connection = tables
    world, answers, ledger, kept = World(), {}, "", None
    for first, last in zip((0, *cuts), (*cuts, len(facts)), strict=True):
        for sent in facts[first:last]:
            world.take(sent)
        ledger, kept = stored(dsn, world, kept)
        for day in DAYS:
            at = Pair(day, len(world.events))
            for row in every_payment(connection, ledger, at):
                asked = (row["payment"], at)
                answers[asked] = payment_why(connection, ledger, *asked, recompute=True)
    for (name, at), answer in answers.items():
        assert payment_why(connection, ledger, name, at, recompute=True) == answer
    Runner(dsn).rebuild(ledger)
    for (name, at), answer in answers.items():
        assert payment_why(connection, ledger, name, at, recompute=True) == answer


@FEW
@given(chances)
def test_an_erased_child_reads_as_erased_and_its_split_still_agrees(tables, chance):
    dsn, connection = tables
    world = forgetful(chance)
    sealed = Sealed(world.events)
    ledger, _ = stored(dsn, world, events=sealed.events)
    at = Pair(None, len(world.events))
    for row in every_payment(connection, ledger, at):
        document = payment_why(
            connection, ledger, row["payment"], at, find_keys=sealed.find_keys, recompute=True
        )
        again = document["recompute"]
        assert again["differences"] == []
        assert again["agrees"] is (None if again["could_not"] else True)
        if again["could_not"]:
            assert row["child"] in world.erased
            assert {one["why"] for one in again["could_not"]} == {"erased"}
        for node in all_nodes(document):
            if node["says"].get("child") in world.erased and "value" in node["says"]:
                assert node["says"]["value"] == "erased"
