"""Any history: every payment's why-document recomputes to the stored pennies, and its leaves exist.

The steps are added up here once more, by code that shares nothing with what wrote them.
"""

from collections import Counter
from fractions import Fraction
from itertools import count
from random import Random

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.log.tree import leaf_hash
from ledger.events.codec import encode_event
from projections.reading.invoices import receipts
from projections.reading.pair import Pair
from projections.reading.payments import payments
from projections.runner import Runner
from projections.tracing.fee import fee_why
from projections.tracing.invoice import invoice_why
from projections.tracing.journal_entry import entry_why
from projections.tracing.logged import all_nodes
from projections.tracing.payment import payment_why
from projections.tracing.receipt import receipt_why
from tests.projections.history import History
from tests.properties.noise import histories, history
from tests.properties.office import at_work
from tests.properties.world import World, played

FEW = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NUMBERS = count(1)
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture
def tables(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield dsn, connection


def stored(dsn, world):
    history = History(f"why-{next(NUMBERS)}")
    history.events = world.events
    if world.events:
        history.store(dsn)
        Runner(dsn).catch_up(history.ledger)
    return history.ledger


def every_payment(connection, ledger, at):
    return payments(connection, ledger, at, limit=1000).items


def added_up(document):
    """What each funder pays by the steps alone: split, then caps, in their order."""
    pays, unfunded = {}, {}
    for step in document["shares"]["steps"]:
        if step["step"] in {"share", "fixed_share"}:
            pays[step["funder"]] = pays.get(step["funder"], 0) + step["amount_minor"]
    for step in document["caps"]["steps"]:
        funder = step.get("funder")
        match step["step"]:
            case "cap" if step["whose"] == "funder":
                assert step["room_minor"] == step["limit_minor"] - step["used_minor"]
                pays[funder] -= step["excess_minor"]
                if step["on_reached"] != "reallocate":
                    unfunded[funder] = unfunded.get(funder, 0) + step["excess_minor"]
            case "reallocated":
                if step["taken_minor"]:
                    pays[step["to"]] = pays.get(step["to"], 0) + step["taken_minor"]
                unfunded[funder] = unfunded.get(funder, 0) + step["unfunded_minor"]
            case "taken_off":
                pays[funder] -= step["taken_minor"]
                unfunded[funder] = unfunded.get(funder, 0) + step["taken_minor"]
    return {funder: (amount, unfunded.get(funder, 0)) for funder, amount in pays.items()}


def exact_shares_add_up(document):
    steps = document["shares"]["steps"]
    price = document["price"]["price_minor"]
    exact = [step for step in steps if step["step"] in {"exact_share", "target"}]
    for step in exact:
        assert Fraction(step["exact"]) == Fraction(price * step["parts"], step["parts_total"])
    if exact:
        assert sum(Fraction(step["exact"]) for step in exact) == price
    for step in steps:
        if step["step"] == "left_over":
            assert step["pennies"] == len(step["to"])
        if step["step"] == "sum":
            assert step["holds"]


def holds(document, world):
    """Everything that a why-document of a payment must hold to."""
    assert document["recompute"]["differences"] == []
    assert document["recompute"]["agrees"] is True, document["recompute"]
    for node in all_nodes(document):
        event = world.events[node["version"] - 1]
        assert node["leaf_hash"] == leaf_hash(encode_event(event)).hex()
        assert node["proof"].endswith(f"/log/proof/{node['version']}")
        assert (node["type"], node["actor"]) == (event.type, event.actor)
    row = document["payment"]
    if row["state"] != "withheld":
        split = {s["funder"]: (s["amount_minor"], s["unfunded_minor"]) for s in row["split"]}
        assert added_up(document) == split
        exact_shares_add_up(document)
        for step in document["earned"]["steps"]:
            assert step.get("holds", True), step
    named = {node["version"] for node in all_nodes(document)}
    assert named >= set(row["evidence"])


@FEW
@given(histories)
def test_every_payments_why_recomputes_to_the_stored_pennies(tables, facts):
    dsn, connection = tables
    world = played(facts)
    ledger = stored(dsn, world)
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
    ledger = stored(dsn, world)
    at = Pair(None, len(world.events))
    for row in every_payment(connection, ledger, at):
        holds(payment_why(connection, ledger, row["payment"], at, recompute=True), world)


def test_these_histories_meet_everything_that_a_payment_can_come_to(tables):
    """The properties above are not true for want of anything to trace."""
    dsn, connection = tables
    met = Counter()
    for seed in range(25):
        world = played(history(Random(seed), noisy=30))
        ledger = stored(dsn, world)
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
    print(met)
    wanted = (
        "released",
        "reversed",
        "withheld",
        "sign_up",
        "engagement",
        "outcome_count",
        "outcome_area",
        "distance_travelled",
        "grant",
        "payment.reversed",
        "left_over",
        "payment.evidence_changed",
        "carry_after",
        "funder bites",
        "child bites",
        "contract bites",
        "reallocated",
        "taken_off",
        "fixed_share",
        "attended",
        "absent",
        "cancelled_by_partner",
    )
    assert all(met[what] for what in wanted), [what for what in wanted if not met[what]]


def is_whole(document, world):
    """What a why-document of anything must hold to: it agrees, adds up, and names real events."""
    assert document["recompute"]["agrees"] is True, document["recompute"]
    for step in document.get("steps", []):
        assert step.get("holds", True), step
    for node in all_nodes(document):
        event = world.events[node["version"] - 1]
        assert node["leaf_hash"] == leaf_hash(encode_event(event)).hex()
    assert document["entry"]["sum_minor"] == 0


@FEW
@given(seeds)
def test_every_fee_invoice_receipt_and_entry_recomputes_in_any_office(tables, seed):
    dsn, connection = tables
    world = World()
    for sent in at_work(Random(seed), world):
        world.take(sent)
    ledger = stored(dsn, world)
    at = Pair(None, len(world.events))
    for event in world.events:
        entry = entry_why(connection, ledger, event.version, at, recompute=True)
        if entry is not None:
            is_whole(entry, world)
        if event.type.startswith("fee.") and event.type.endswith(("accrued", "reversed")):
            document = fee_why(connection, ledger, event.version, at, recompute=True)
            is_whole(document, world)
            limit = document["steps"][-1]
            accrued = document["decision"]["says"]
            assert limit["amount_minor"] == accrued["amount_minor"]
            assert limit["over_limit_minor"] == accrued["over_limit_minor"]
            rounded = document["steps"][1]["rounded_half_up_minor"]
            assert rounded == limit["asked_minor"]
        if event.type in {"invoice.issued", "credit_note.issued"}:
            name = getattr(event.data, "invoice", None) or event.data.credit_note
            document = invoice_why(connection, ledger, name, at, recompute=True)
            is_whole(document, world)
    for row in receipts(connection, ledger, at, limit=1000).items:
        document = receipt_why(connection, ledger, row["receipt"], at, recompute=True)
        is_whole(document, world)
        told = sum(item["amount_minor"] for item in document["items"])
        assert told == row["allocated_minor"]
