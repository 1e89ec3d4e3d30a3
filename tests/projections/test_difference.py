"""What moved between two moments is what the reads say at both, and its events add up to it."""

import datetime
from collections import Counter
from fractions import Fraction
from itertools import count, pairwise, permutations
from random import Random

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.events.catalogue import FACTS
from projections.reading.difference.answer import BY_POSTING, KINDS
from projections.reading.pair import Pair
from projections.reading.trial_balance import posted_trial_balance
from projections.runner import Runner
from tests.projections import given as given_
from tests.projections.booked import TODAY as YEAR_END
from tests.projections.finance import year_of_finance
from tests.projections.history import CONTRACT, History, day
from tests.projections.late import CLOSED, told_late
from tests.projections.moments import (
    close,
    difference_of,
    figures_at,
    is_share,
    moved,
    moves,
    same,
)
from tests.properties.facts import TODAY
from tests.properties.looking import looking_at
from tests.properties.noise import histories
from tests.properties.office import at_work
from tests.properties.world import World

FEW = looking_at(5)
DAYS = (None, datetime.date(2021, 8, 31), datetime.date(2022, 12, 31))
NUMBERS = count(1)
EVERY_EVENT = 10_000


@pytest.fixture
def tables(dsn):
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield dsn, connection


def kept(dsn, history, world):
    history.events = world.events
    version = history.store(dsn)
    Runner(dsn).catch_up(history.ledger)
    return version


def versions_of(row):
    """The events that a figure moved by."""
    return [event["version"] for event in row["events"]]


def is_the_difference_of_the_reads(connection, ledger, before, after, today):
    """Hold a difference against both answers of every read, and its events against it."""
    rows = moves(connection, ledger, before, after, today, events=EVERY_EVENT)
    stood = figures_at(connection, ledger, before, today)
    stands = figures_at(connection, ledger, after, today)
    expected = difference_of(stood, stands)
    assert same(moved(rows), expected), (before, after)
    for key, row in rows.items():
        assert Fraction(row["from"] or 0) == stood[key]
        assert Fraction(row["to"] or 0) == stands[key]
        assert row["more"] == 0
        if row["explained_minor"] is None:
            assert key[-1] in {"possible_minor", "forgone_minor"} or not key[-1].endswith("_minor")
            assert row["events"], row
            continue
        assert row["unexplained_minor"] in {0, "0"}, row
        told = sum((Fraction(event["amount"]) for event in row["events"]), start=Fraction(0))
        assert close(told, row["moved"], len(row["events"]) if is_share(key) else 0), row
        assert row["explained_minor"] == row["moved"]
    return rows


def test_any_two_moments_of_a_year_of_finance_differ_by_the_events_between_them(tables):
    dsn, connection = tables
    history = year_of_finance()
    version = history.store(dsn)
    Runner(dsn).catch_up(history.ledger)
    pairs = [
        Pair(None, version), Pair(None, 60), Pair(day("2020-01-06"), version),
        Pair(day("2020-05-05"), 110), Pair(day("2019-12-20"), 90),
    ]  # fmt: skip
    seen = set()
    for before, after in permutations(pairs, 2):
        rows = is_the_difference_of_the_reads(connection, history.ledger, before, after, YEAR_END)
        seen |= {key[0] for key in rows}
    assert seen == {kind.of for kind in KINDS} - {"outcomes"}


def test_what_came_late_moves_accounts_on_the_day_on_which_it_is_posted(tables):
    dsn, connection = tables
    history = year_of_finance()
    given_.close(history, *CLOSED)
    closed = history.store(dsn)
    told = list(told_late(history))
    version = history.store(dsn)
    Runner(dsn).catch_up(history.ledger)
    days = (day(CLOSED[1]), day("2020-08-01"), day("2020-09-30"))
    ends = [Pair(upto, known) for upto in days for known in (closed, version)]
    for before, after in permutations(ends, 2):
        rows = moves(
            connection, history.ledger, before, after, YEAR_END, contract=CONTRACT, posted=True
        )
        assert {key[0] for key in rows} <= set(BY_POSTING)
        assert {row["unexplained_minor"] for row in rows.values()} <= {0, "0"}
        accounts = {key: by for key, by in moved(rows).items() if key[0] == "trial_balance"}
        stood, stands = (posted_accounts(connection, history.ledger, at) for at in (before, after))
        assert accounts == difference_of(stood, stands), (before, after)
    same = moves(
        connection, history.ledger, ends[0], ends[1], YEAR_END, contract=CONTRACT, posted=True
    )
    assert len(told) > 5
    assert same == {}, "a closed day stands as it stood"


def posted_accounts(connection, ledger, at):
    found = posted_trial_balance(
        connection, ledger, at.known_at, posted_upto=at.as_of, contract=CONTRACT
    )
    return Counter(
        {
            ("trial_balance", ("account", a["account"]), ("fund", a["fund"]), "balance_minor"): (
                a["balance_minor"]
            )
            for a in found["accounts"]
        }
    )


@FEW
@given(st.integers(0, 2**32 - 1))
def test_what_moved_in_any_office_is_what_the_reads_say(tables, seed):
    dsn, connection = tables
    chance = Random(seed)
    world, history, versions = World(), History(f"diff-{next(NUMBERS)}"), []
    for step, sent in enumerate(at_work(chance, world), start=1):
        world.take(sent)
        if step % 50 == 0:
            versions.append(kept(dsn, history, world))
    versions.append(kept(dsn, history, world))
    pairs = [Pair(chance.choice(DAYS), chance.choice(versions)) for _ in range(4)]
    for before, after in pairwise(pairs):
        if before.known_at and after.known_at:
            place = (connection, history.ledger)
            rows = is_the_difference_of_the_reads(*place, before, after, TODAY)
            assert rows == {} or before != after


@FEW
@given(histories, st.lists(st.integers(1, 10**6), min_size=3, max_size=3), st.permutations(DAYS))
def test_differences_are_antisymmetric_and_add_up(tables, facts, at, days):
    dsn, connection = tables
    world, history = World(), History(f"diff-{next(NUMBERS)}")
    for sent in facts:
        world.take(sent)
    version = kept(dsn, history, world)
    if not version:
        return
    # Between a fact and its decisions a voided child has no page and its payment stands yet.
    ends = [e.version - 1 for e in world.events[1:] if e.type in FACTS] + [version]
    versions = sorted(ends[number % len(ends)] for number in at)
    first, second, third = map(Pair, days, versions)

    def between(before, after):
        return moves(connection, history.ledger, before, after, TODAY)

    there, back = between(first, third), between(third, first)
    assert moved(there) == {key: -by for key, by in moved(back).items()}
    assert {key: versions_of(row) for key, row in there.items()} == {
        key: versions_of(row) for key, row in back.items()
    }
    for key, row in there.items():
        assert (row["from"], row["to"]) == (back[key]["to"], back[key]["from"])
    one, two = moved(between(first, second)), moved(between(second, third))
    added = {key: one.get(key, 0) + two.get(key, 0) for key in {**one, **two}}
    assert same(added, moved(there))
    assert between(second, second) == {}
    is_the_difference_of_the_reads(connection, history.ledger, first, third, TODAY)
