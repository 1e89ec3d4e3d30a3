"""Whatever a ledger is told later, what it said about an earlier moment stays what it was."""

import datetime
from itertools import count, pairwise

import msgspec
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.audit.verify import verify
from projections.reading.children import child, children
from projections.reading.contracts import contracts
from projections.reading.funders import funders
from projections.reading.pair import Pair
from projections.reading.partners import partners
from projections.reading.periods import report
from projections.reading.trial_balance import posted_trial_balance, trial_balance
from projections.runner import Runner
from tests.projections.answers import every_answer
from tests.projections.history import History
from tests.properties.accountant import Accountant, live_through
from tests.properties.facts import CONTRACT, TODAY
from tests.properties.looking import looking_at
from tests.properties.noise import chances, histories
from tests.properties.settling import settling_histories
from tests.properties.world import World

FEW = looking_at(6)
# Every read there is, several times over: a few histories take as long as many of one read.
FEWER = looking_at(3)
DAYS = (None, datetime.date(2021, 8, 31), datetime.date(2022, 12, 31))
NUMBERS = count(1)


@pytest.fixture
def told(dsn):
    """Tell a new ledger some facts; it decides, stores, and is projected."""
    runner = Runner(dsn)

    def tell(world, history, facts, chance=None):
        if chance is None:
            for sent in facts:
                world.take(sent)
        else:
            live_through(world, facts, chance)
        history.events = world.events
        if world.events:
            history.store(dsn)
            runner.catch_up(history.ledger)
        return history.version

    with psycopg.connect(dsn, autocommit=True) as connection:
        yield dsn, connection, tell


@FEWER
@given(histories, st.lists(st.integers(0, 60), min_size=2, max_size=3).map(sorted), chances)
def test_an_old_question_never_changes_its_answer(told, facts, cuts, chance):
    dsn, connection, tell = told
    world, history = World(), History(f"l{next(NUMBERS)}")
    answers = {}
    start = 0
    for end in (*cuts, len(facts)):
        version = tell(world, history, facts[start:end], chance)
        start = max(start, end)
        if version:
            for day in DAYS:
                at = Pair(day, version)
                answers[at] = every_answer(connection, history.ledger, at)
    for at, answer in answers.items():
        assert every_answer(connection, history.ledger, at) == answer
    Runner(dsn).rebuild(history.ledger)
    for at, answer in answers.items():
        assert every_answer(connection, history.ledger, at) == answer
    assert verify(dsn, history.ledger).findings == []


@FEWER
@given(settling_histories, st.lists(st.integers(10, 60), min_size=2, max_size=2).map(sorted))
def test_an_old_question_about_settlements_never_changes_its_answer(told, facts, cuts):
    _, connection, tell = told
    world, history, answers = World(), History(f"l{next(NUMBERS)}"), {}
    for start, end in pairwise((0, *cuts, len(facts))):
        version = tell(world, history, facts[start:end])
        for day in (None, datetime.date(2020, 12, 5), datetime.date(2021, 2, 3)):
            at = Pair(day, version)
            answers[at] = every_answer(connection, history.ledger, at)
    for at, answer in answers.items():
        assert every_answer(connection, history.ledger, at) == answer


@FEW
@given(histories, st.lists(st.integers(0, 60), min_size=2, max_size=3).map(sorted), chances)
def test_a_closed_periods_report_is_what_its_closing_stored_at_any_later_version(
    told, facts, cuts, chance
):
    _, connection, tell = told
    world, history = World(), History(f"l{next(NUMBERS)}")
    start = 0
    for end in (*cuts, len(facts)):
        version = tell(world, history, facts[start:end], chance)
        start = max(start, end)
        accountant = Accountant().read_all(world.events)
        for event in accountant.standing:
            again = report(connection, history.ledger, event.version, Pair(None, version))
            assert again["accounts"] == list(msgspec.to_builtins(event.data.trial_balance))
        for day in DAYS[1:]:
            for contract in (None, CONTRACT):
                found = posted_trial_balance(
                    connection, history.ledger, version, posted_upto=day, contract=contract
                )
                assert found["accounts"] == accountant.trial_balance(contract, day)
                assert found["total_minor"] == 0


@FEW
@given(histories)
def test_the_reads_say_what_the_book_holds(told, facts):
    _, connection, tell = told
    world, history = World(), History(f"l{next(NUMBERS)}")
    at = Pair(None, tell(world, history, facts))
    contract = world.book.contracts[CONTRACT]
    for name, held in contract.children.items():
        page = child(connection, history.ledger, name, at, today=TODAY)
        if held.enrolment is None:
            assert page is None
            continue
        standing = [row for row in page["payments"] if row["state"] == "released"]
        assert {row["payment"] for row in standing} == {p.payment for p in held.payments()}
        paid = sum(part["amount_minor"] for row in standing for part in row["split"])
        assert paid == held.paid_minor
        assert page["net_minor"] == sum(payment.amount_minor for payment in held.payments())
        assert page["stage"] == (
            "withdrawn" if held.withdrawal else "completed" if held.completion else "enrolled"
        )
        waiting = {row["payment"] for row in page["payments"] if row["state"] == "withheld"}
        assert waiting == {row.payment for row in held.withheld.values() if row is not None}
    for row in funders(connection, history.ledger, at).items:
        assert row["recognised_minor"] == contract.funder_used.get(row["funder"], 0)
    for row in partners(connection, history.ledger, at).items:
        for order in row["orders"]:
            assert order["accrued_minor"] == contract.order_accrued.get(order["order"], 0)
    assert trial_balance(connection, history.ledger, at)["total_minor"] == 0
    (whole,) = contracts(connection, history.ledger, at, today=TODAY).items
    pages = children(connection, history.ledger, at, today=TODAY, limit=1000).items
    assert whole["possible_minor"] == sum(page["possible_minor"] for page in pages)
    assert whole["forgone_minor"] == sum(page["forgone_minor"] for page in pages)
    assert whole["released_minor"] == contract.used_minor + unfunded(world)


def unfunded(world):
    """What nobody pays of the payments that stand."""
    return sum(
        event.data.unfunded_minor
        for event in world.events
        if event.type in {"payment.released", "payment.reversed"}
    )
