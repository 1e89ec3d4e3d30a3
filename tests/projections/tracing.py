"""What tests of why-documents share: worlds in the tables, and what each document must hold to.

The steps are added up here once more, by code that shares nothing with what wrote them.
"""

from fractions import Fraction
from itertools import count

from ledger.events.codec import encode_event
from ledger.log.tree import leaf_hash
from projections.reading.payments import payments
from projections.runner import Runner
from projections.tracing.logged import all_nodes
from tests.projections.history import History

NUMBERS = count(1)


def stored(dsn, world, history=None, events=None):
    """Store what a world decided and project it; the ledger, and the history to go on with."""
    history = history or History(f"why-{next(NUMBERS)}")
    history.events = events or world.events
    if world.events:
        history.store(dsn)
        Runner(dsn).catch_up(history.ledger)
    return history.ledger, history


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


def is_whole(document, world):
    """What a why-document of anything must hold to: it agrees, adds up, and names real events."""
    assert document["recompute"]["agrees"] is True, document["recompute"]
    for step in document.get("steps", []):
        assert step.get("holds", True), step
    for node in all_nodes(document):
        event = world.events[node["version"] - 1]
        assert node["leaf_hash"] == leaf_hash(encode_event(event)).hex()
    assert document["entry"]["sum_minor"] == 0
