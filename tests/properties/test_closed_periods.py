"""Whatever a ledger is told after a closing, what it said of the closed period stays."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ledger.book import Book
from ledger.deciding import replay
from ledger.events.catalogue import DECISIONS
from ledger.period_close import posting_day
from projections.folds.bearings import Bearings
from projections.folds.ledger_reader import read_event
from projections.rows import Page, Posting, Series
from tests.properties.accountant import Accountant, live_through, period_step
from tests.properties.dump import dump
from tests.properties.facts import CONTRACT
from tests.properties.noise import chances, histories
from tests.properties.world import World, played

SAID = ("child", "trigger", "reference", "order", "session", "amount_minor", "split")


@given(histories, chances)
def test_a_closed_periods_trial_balance_is_the_same_at_every_later_version(history, chance):
    world = World()
    live_through(world, history, chance)
    accountant = Accountant()
    for event in world.events:
        accountant.read(event)
        accountant.must_hold()


@given(histories, chances)
def test_the_book_and_the_folds_post_on_the_day_that_the_accountant_does(history, chance):
    world, page, bearings = World(), Page(0), Bearings()
    live_through(world, history, chance)
    for event in world.events:
        read_event(event, None, bearings, page)
    accountant = Accountant().read_all(world.events)
    series = {row.series: row for row in page.rows[Series]}
    folded = Counter(
        (row.posted_on or row.effective_on, key.contract, key.account, key.fund, row.amount_minor)
        for row in page.rows[Posting]
        if (key := series[row.series]).book == "journal"
    )
    assert folded == Counter(accountant.lines)
    assert bearings.closed == world.book.closed
    for on, *_ in accountant.lines:
        assert posting_day(world.book.closed, CONTRACT, on) >= on


@given(histories, chances)
def test_what_is_posted_late_stands_beside_the_journal_with_its_opposite(history, chance):
    world, page, bearings = World(), Page(0), Bearings()
    live_through(world, history, chance)
    for event in world.events:
        read_event(event, None, bearings, page)
    series = {row.series: row for row in page.rows[Series]}
    late, moved = Counter(), Counter()
    for row in page.rows[Posting]:
        key = series[row.series]
        about = (row.version, key.account, key.fund, key.detail)
        if row.posted_on is not None:
            assert row.posted_on > row.effective_on
            late[*about, row.effective_on] -= row.amount_minor
            late[*about, row.posted_on] += row.amount_minor
        if key.book.startswith("prior_period"):
            moved[*about, row.effective_on] += row.amount_minor
    assert late == moved


@given(histories, chances)
def test_closings_and_reopenings_change_no_decision_and_no_effective_date(history, chance):
    world = World()
    live_through(world, history, chance, often=3)
    assert decided(world) == decided(played(history))


def decided(world):
    """What was decided, without the versions that a closing moves."""
    return [
        (event.type, event.effective_on, *(getattr(event.data, name, None) for name in SAID))
        for event in world.events
        if event.type in DECISIONS
    ]


@given(histories, chances, st.integers(0, 40))
def test_a_replayed_book_has_the_same_closed_periods(history, chance, place):
    world = World()
    live_through(world, history[:place], chance, often=3)
    again = Book()
    replay(again, world.events)
    assert dump(again) == dump(world.book)
    if world.events:
        mark, before = world.book.changes.mark(), dump(world.book)
        world.take(period_step(chance, world))
        world.book.changes.undo_to(mark)
        assert dump(world.book) == before
