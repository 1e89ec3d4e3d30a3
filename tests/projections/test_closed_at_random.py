"""Any office at work, its periods closed on the way: what is closed reads the same for ever."""

import io
import json
from itertools import count
from random import Random

import psycopg
from hypothesis import given
from hypothesis import strategies as st

from projections.audit.verify import verify
from projections.exports.wanted import Wanted
from projections.exports.writing import write_export
from projections.reading.accrued_income import accrued_income
from projections.reading.activities import activities
from projections.reading.aged import aged_creditors, aged_debtors
from projections.reading.cash_book import cash_book
from projections.reading.funders import funders
from projections.reading.pair import Pair
from projections.reading.span import Span
from projections.reading.statements import funder_statement
from projections.runner import Runner
from tests.projections.history import History
from tests.properties.accountant import Accountant, period_step
from tests.properties.facts import TODAY
from tests.properties.looking import looking_at
from tests.properties.office import at_work
from tests.properties.world import World

FEW = looking_at(3)
NUMBERS = count(1)
CLOSED_ONE_IN = 9
READ_ONE_IN = 12


def books(connection, ledger, version, closing):
    """Every book of what a closing closed, as bytes."""
    at, contract = Pair(None, version), closing.contract
    spans = (Span(None, closing.last_on), Span(closing.first_on, closing.last_on))
    asked = {"contract": contract, "limit": 1_000}
    upto = {**asked, "posted_upto": closing.last_on}
    # Who joins later has no statement before: the funders are those who were there.
    joined = funders(connection, ledger, Pair(None, closing.at_version), limit=1_000).items
    names = [row["funder"] for row in joined]
    told = [
        [funder_statement(connection, ledger, name, at, span=span, **asked) for name in names]
        + [cash_book(connection, ledger, at, span=span, **asked)]
        + [activities(connection, ledger, at, span=span, contract=contract)]
        + [export(connection, Wanted(ledger, "GBP", at, span, contract))]
        for span in spans
    ]
    aged = [
        read(connection, ledger, at, today=TODAY, **upto) for read in (aged_debtors, aged_creditors)
    ]
    return json.dumps([told, aged, accrued_income(connection, ledger, at, **upto)]).encode()


def export(connection, wanted):
    """The journal without the lines that say as known at which version it is."""
    target = io.BytesIO()
    write_export(connection, "csv", wanted, target)
    lines = target.getvalue().decode().splitlines()
    return [line for line in lines if not line.startswith(("# version", "# root"))]


@FEW
@given(st.integers(0, 2**32 - 1))
def test_whatever_an_office_does_the_books_of_what_stays_closed_are_the_same_bytes(dsn, seed):
    chance, world, history = Random(seed), World(), History(f"closed-{next(NUMBERS)}")
    remembered = {}
    with psycopg.connect(dsn, autocommit=True) as connection:
        for sent in at_work(chance, world):
            world.take(sent)
            if chance.randrange(CLOSED_ONE_IN) == 0:
                world.take(period_step(chance, world))
            if chance.randrange(READ_ONE_IN) == 0:
                remember(dsn, connection, history, world, remembered)
        remember(dsn, connection, history, world, remembered)
        Runner(dsn).rebuild(history.ledger)
        remember(dsn, connection, history, world, remembered)
    assert verify(dsn, history.ledger).findings == []


def remember(dsn, connection, history, world, remembered):
    """Compare the books of what is still closed, and remember those of what was closed since."""
    history.events = world.events
    version = history.store(dsn)
    Runner(dsn).catch_up(history.ledger)
    standing = {event.version: event.data for event in Accountant().read_all(world.events).standing}
    for closed_at in [closed_at for closed_at in remembered if closed_at not in standing]:
        del remembered[closed_at]  # reopened: what comes late is posted in it again
    for closed_at, closing in standing.items():
        said = books(connection, history.ledger, version, closing)
        assert remembered.setdefault(closed_at, said) == said, closing.last_on
