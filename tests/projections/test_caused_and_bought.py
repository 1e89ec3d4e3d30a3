"""Forwards: what an event caused is what a person finds by reading the log from end to end."""

import datetime
from collections import Counter
from pathlib import Path
from random import Random

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

import projections
from projections.audit.verify import verify
from projections.reading.funders import funders
from projections.reading.pair import CursorUnreadable, Pair
from projections.tracing.bought import bought
from projections.tracing.caused import caused
from tests.projections.tracing import stored
from tests.properties.looking import looking_at
from tests.properties.noise import history
from tests.properties.office import at_work
from tests.properties.settling import settling_histories
from tests.properties.world import World, played

FEW = looking_at(6)
DAYS = (None, datetime.date(2021, 8, 31), datetime.date(2022, 12, 31))
MIGRATION = "0013_causes_and_areas.sql"
seeds = st.integers(0, 2**32 - 1)


@pytest.fixture
def tables(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield dsn, connection


def office(seed):
    world = World()
    for sent in at_work(Random(seed), world):
        world.take(sent)
    return world


def read_by_hand(world, version):
    """The versions of what names an event, rests on it, voids it, is about it, or holds it."""
    found = set()
    for event in world.events:
        content = event.data
        held = [*getattr(content, "evidence", ())]
        if event.type == "claim.collected":
            held += [*content.lines, *content.adjustments]
        if event.type == "settlement.collected":
            held += [accrual for part in content.partners for accrual in part.accruals]
        if event.type == "fact.voided":
            held.append(content.version)
        if event.type == "evidence.attached":
            held.append(content.about)
        if version in event.causes or version in held:
            found.add(event.version)
    return sorted(v for v in found if v > version)


def in_pages(question, *asked, limit):
    """Every item of a list, page by page."""
    page = question(*asked, limit=limit)
    items = list(page.items)
    while page.after is not None:
        page = question(*asked, limit=limit, after=page.after)
        assert len(page.items) <= limit
        items += page.items
    return items


def told(connection, ledger, world):
    """What each event caused, as it is answered."""
    at = Pair(None, len(world.events))
    found = {}
    for event in world.events:
        items = in_pages(caused, connection, ledger, event.version, at, limit=3)
        found[event.version] = [item["version"] for item in items]
        for item in items:
            assert sum(line["amount_minor"] for line in item["posts"]) == 0
    return found


def by_hand(world):
    return {event.version: read_by_hand(world, event.version) for event in world.events}


@FEW
@given(seeds)
def test_what_an_event_of_an_office_caused_is_what_the_log_says(tables, seed):
    dsn, connection = tables
    world = office(seed)
    ledger, _ = stored(dsn, world)
    assert told(connection, ledger, world) == by_hand(world)


@FEW
@given(settling_histories)
def test_what_a_register_caused_is_what_the_log_says(tables, facts):
    dsn, connection = tables
    world = played(facts)
    ledger, _ = stored(dsn, world)
    assert told(connection, ledger, world) == by_hand(world)


def test_only_what_is_effective_by_the_day_is_told(tables):
    dsn, connection = tables
    world = office(5)
    ledger, _ = stored(dsn, world)
    day = datetime.date(2021, 8, 31)
    known = {"verification.recorded", "payment.decided", "fact.voided"}
    there = {e.version for e in world.events if e.type in known or e.effective_on <= day}
    found = by_hand(world)
    for event in world.events:
        page = caused(connection, ledger, event.version, Pair(day, len(world.events)), limit=1000)
        if event.version in there:
            wanted = [version for version in found[event.version] if version in there]
            assert [item["version"] for item in page.items] == wanted
        else:
            assert page is None


def test_nothing_is_caused_by_what_is_not_known_yet(tables):
    dsn, connection = tables
    world = played(history(Random(3)))
    ledger, _ = stored(dsn, world)
    at = Pair(None, 5)
    assert caused(connection, ledger, 6, at) is None
    assert caused(connection, ledger, 0, at) is None
    with pytest.raises(CursorUnreadable):
        caused(connection, ledger, 5, at, after="elsewhere")


@FEW
@given(seeds)
def test_what_a_funder_bought_adds_up_to_what_it_recognised(tables, seed):
    dsn, connection = tables
    world = office(seed)
    ledger, _ = stored(dsn, world)
    for version in {len(world.events), len(world.events) * 2 // 3}:
        for day in DAYS:
            at = Pair(day, version)
            for row in funders(connection, ledger, at).items:
                items = in_pages(bought, connection, ledger, row["funder"], at, limit=2)
                for figure in ("released_minor", "reversed_minor", "recognised_minor"):
                    assert sum(item[figure] for item in items) == row[figure]
                assert sum(item["unfunded_minor"] for item in items) == row["unfunded_minor"]
                if day is None:
                    assert by_trigger(items) == read_of_the_log(world, row["funder"], version)


def by_trigger(items):
    found = Counter()
    for item in items:
        found[item["trigger"], item["area"]] += item["recognised_minor"]
    return +found


def read_of_the_log(world, funder, version):
    """What a funder pays of the payments that stand, by trigger and the area it rests on now."""
    standing = {}
    for event in world.events[:version]:
        content = event.data
        match event.type:
            case "payment.released":
                paid = sum(s.amount_minor for s in content.split if s.funder == funder)
                standing[content.payment] = [content.trigger, content.area, paid]
            case "payment.evidence_changed":
                standing[content.payment][1] = content.area
            case "payment.reversed":
                del standing[content.payment]
            case _:
                pass
    found = Counter()
    for trigger, area, paid in standing.values():
        found[trigger, area] += paid
    return +found


def test_an_unknown_funder_bought_nothing(tables):
    dsn, connection = tables
    world = played(history(Random(3)))
    ledger, _ = stored(dsn, world)
    assert bought(connection, ledger, "nobody", Pair(None, len(world.events))) is None


def test_tables_from_before_are_filled_as_a_fold_of_the_log_fills_them(tables):
    """The migration adds the causes and the areas of what had been projected without them."""
    dsn, connection = tables
    world = office(11)
    ledger, _ = stored(dsn, world)
    assert verify(dsn, ledger).findings == []
    connection.execute("delete from projections.event_index where subject ~ '^(cause|about):'")
    for table in ("payments", "payment_changes"):
        connection.execute(f"alter table projections.{table} drop column area")
    connection.execute("drop index projections.claim_lines_by_line")
    connection.execute("drop index projections.sample_items_by_payment")
    folder = Path(projections.__file__).parent / "migrations"
    connection.execute((folder / MIGRATION).read_text())
    assert verify(dsn, ledger).findings == []
