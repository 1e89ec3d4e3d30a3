"""Whatever a ledger is told later, what it said about an earlier moment stays what it was."""

import datetime
from itertools import count
from typing import get_args

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.audit.journal_tests import Scope, journal_tests
from projections.audit.verify import verify
from projections.reading.children import child, children
from projections.reading.contracts import contracts
from projections.reading.events import events
from projections.reading.funders import funders
from projections.reading.journal import journal_lines
from projections.reading.outcomes import outcomes
from projections.reading.pair import Pair
from projections.reading.partners import partners
from projections.reading.payments import payments
from projections.reading.periods import closings, report
from projections.reading.summary import summary
from projections.reading.trial_balance import posted_trial_balance, trial_balance
from projections.runner import Runner
from projections.sampling.drawing import METHODS
from projections.sampling.samples import Asked, Population, draw_sample, sample_page
from tests.projections.history import History
from tests.properties.accountant import Accountant, live_through
from tests.properties.facts import CONTRACT, TODAY
from tests.properties.noise import chances, histories
from tests.properties.world import World

FEW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DAYS = (None, datetime.date(2021, 8, 31), datetime.date(2022, 12, 31))
NUMBERS = count(1)


def everything(connection, ledger, at):
    """The answer of every read at one pair."""
    return {
        "children": children(connection, ledger, at, today=TODAY, limit=1000).items,
        "contracts": contracts(connection, ledger, at, today=TODAY).items,
        "funders": funders(connection, ledger, at).items,
        "partners": partners(connection, ledger, at).items,
        "payments": payments(connection, ledger, at, limit=1000).items,
        "outcomes": outcomes(connection, ledger, at),
        "summary": summary(connection, ledger, at, by="quarter"),
        "trial balance": trial_balance(connection, ledger, at),
        "posted": posted_trial_balance(connection, ledger, at.known_at, posted_upto=at.day),
        "periods": closings(connection, ledger, at, limit=1000).items,
        "journal": journal_lines(connection, ledger, at, limit=1000).items,
        "events": events(connection, ledger, at, limit=1000, contract=CONTRACT).items,
        "samples": [samples_of(connection, ledger, at, of) for of in get_args(Population)],
        "journal tests": journal_tests(connection, ledger, at, scope=Scope("UTC"), limit=1000),
    }


def samples_of(connection, ledger, at, of):
    """A sample of each kind of one population."""
    return [
        sample_page(draw_sample(connection, ledger, Asked(of, method, "words", 3), at), ledger)
        for method in METHODS
    ]


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


@FEW
@given(histories, st.lists(st.integers(0, 60), min_size=2, max_size=3).map(sorted), chances)
def test_an_old_answer_never_changes(told, facts, cuts, chance):
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
                answers[at] = everything(connection, history.ledger, at)
    for at, answer in answers.items():
        assert everything(connection, history.ledger, at) == answer
    Runner(dsn).rebuild(history.ledger)
    for at, answer in answers.items():
        assert everything(connection, history.ledger, at) == answer
    assert verify(dsn, history.ledger).findings == []


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
