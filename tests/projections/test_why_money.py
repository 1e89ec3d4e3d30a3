"""Why fees, invoices, receipts and entries: any history of them recomputes, and adds up."""

from random import Random

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.tracing.outline import outline
from ledger.events.sealed import no_keys
from projections.reading.invoices import receipts
from projections.reading.pair import Pair
from projections.tracing.fee import fee_why
from projections.tracing.invoice import invoice_why
from projections.tracing.journal_entry import entry_why
from projections.tracing.logged import Trail
from projections.tracing.receipt import receipt_why
from tests.projections.tracing import is_whole, stored
from tests.properties.accountant import live_through
from tests.properties.looking import looking_at
from tests.properties.noise import chances, history
from tests.properties.office import at_work
from tests.properties.settling import settling_histories
from tests.properties.world import World, played

FEW = looking_at(6)
FEES = ("fee.accrued", "fee.reversed")
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture
def tables(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield dsn, connection


@FEW
@given(seeds)
def test_every_invoice_receipt_and_entry_recomputes_in_any_office(tables, seed):
    dsn, connection = tables
    world = World()
    for sent in at_work(Random(seed), world):
        world.take(sent)
    ledger, _ = stored(dsn, world)
    at = Pair(None, len(world.events))
    for event in world.events:
        entry = entry_why(connection, ledger, event.version, at, recompute=True)
        if entry is not None:
            is_whole(entry, world)
        if event.type in {"invoice.issued", "credit_note.issued"}:
            name = getattr(event.data, "invoice", None) or event.data.credit_note
            document = invoice_why(connection, ledger, name, at, recompute=True)
            is_whole(document, world)
    for row in receipts(connection, ledger, at, limit=1000).items:
        document = receipt_why(connection, ledger, row["receipt"], at, recompute=True)
        is_whole(document, world)
        told = sum(item["amount_minor"] for item in document["items"])
        assert told == row["allocated_minor"]


@FEW
@given(settling_histories, chances)
def test_every_fee_recomputes_and_names_the_settlement_that_holds_it(tables, facts, chance):
    dsn, connection = tables
    world = World()
    live_through(world, facts, chance)
    ledger, _ = stored(dsn, world)
    at = Pair(None, len(world.events))
    held = {}
    for event in world.events:
        if event.type == "settlement.collected":
            for part in event.data.partners:
                for version in part.accruals:
                    held.setdefault(version, []).append(event.version)
    for event in world.events:
        entry = entry_why(connection, ledger, event.version, at, recompute=True)
        if entry is not None:
            is_whole(entry, world)
        if event.type in FEES:
            document = fee_why(connection, ledger, event.version, at, recompute=True)
            is_whole(document, world)
            adds_up(document)
            told = [run["holds"]["version"] for run in document["settlements"]]
            about = [document["decision"], *document["became"]]
            assert told == [v for node in about for v in held.get(node["version"], ())]


def test_a_list_that_is_cut_says_so_in_its_document_and_on_its_page(tables):
    dsn, connection = tables
    world = played(history(Random(1), noisy=0))
    ledger, _ = stored(dsn, world)
    trail = Trail(connection, ledger, Pair(None, len(world.events)), no_keys)
    paid = [event.version for event in world.events if event.type == "payment.released"]
    assert len(trail.ask_few("entry lines", "tracing.entry", 1, versions=paid)) == 1
    assert trail.few("causes", [5, 6, 7], 2) == [5, 6]
    assert trail.few("claims", [5, 6, 7], 3) == [5, 6, 7]
    document = trail.told({"about": "entry", "name": "1"})
    assert document["cut"] == [
        {"what": "entry lines", "shown": 1, "more": None},
        {"what": "causes", "shown": 2, "more": 1},
    ]
    [cut] = outline(document).below
    assert [branch.words for branch in cut.below] == [
        "entry lines: the first 1 are shown, there are more",
        "causes: the first 2 are shown, 1 more are left out",
    ]


def adds_up(document):
    """Rate, percentage, one rounding, limit: to the stored pennies."""
    _, percentage, limit = document["steps"]
    accrued = document["decision"]["says"]
    assert percentage["rounded_half_up_minor"] == limit["asked_minor"]
    assert limit["amount_minor"] == accrued["amount_minor"]
    assert limit["over_limit_minor"] == accrued["over_limit_minor"]
