"""A refusal changes nothing; undo restores everything; replay says what live says."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.book import Book
from ledger.deciding import decide, replay
from ledger.events.codec import ShapeInvalid, decode_event, encode_event
from ledger.refusals import Refusal
from tests.properties.dump import dump
from tests.properties.facts import CHILDREN, TODAY, fact, typed
from tests.properties.noise import histories
from tests.properties.world import VOIDABLE, World, moment, played


@given(histories)
def test_a_refused_fact_changes_nothing_byte_for_byte(history):
    world = World()
    before = dump(world.book)
    for sent in history:
        refusals = len(world.refused)
        world.take(sent)
        after = dump(world.book)
        if len(world.refused) > refusals:
            assert after == before, world.refused[-1]
        before = after


@given(histories)
def test_undoing_every_fact_in_turn_gives_every_earlier_book_back(history):
    world = World()
    past = []
    for sent in history:
        past.append((world.book.changes.mark(), dump(world.book)))
        world.take(sent)
    for mark, earlier in reversed(past):
        world.book.changes.undo_to(mark)
        assert dump(world.book) == earlier


@given(histories)
def test_every_voiding_that_is_possible_can_be_taken_back(history):
    world = played(history)
    for child in CHILDREN:
        world.take(fact("child.withdrawn", "2023-12-01", child=child, reason="moved"))
    mark, before = world.book.changes.mark(), dump(world.book)
    told = {"actor": "approver", "today": TODAY, "recorded_at": moment(0)}
    for event in [event for event in world.events if event.type in VOIDABLE]:
        about = {"version": event.version, "reason_code": "wrong"}
        _, content = fact("fact.voided", "2023-12-31", **about)
        with contextlib.suppress(Refusal):
            decide(world.book, typed(content), **told)
        world.book.changes.undo_to(mark)
        assert dump(world.book) == before


@given(histories, st.integers(0, 40))
def test_a_dry_run_is_the_real_run_taken_back(history, place):
    world = played(history[:place])
    for sent in history[place : place + 5]:
        actor, content = world.counted_back(sent)
        mark, before = world.book.changes.mark(), dump(world.book)
        told = {"actor": actor, "today": TODAY, "recorded_at": moment(len(world.accepted))}
        try:
            dry = decide(world.book, typed(content), **told)
        except (Refusal, ShapeInvalid):
            dry = []
        world.book.changes.undo_to(mark)
        assert dump(world.book) == before
        assert world.take(sent) == dry


@given(histories)
def test_a_replay_of_any_prefix_is_the_book_at_that_version(history):
    world = World()
    replayed = Book()
    for sent in history:
        replay(replayed, world.take(sent))
        assert dump(replayed) == dump(world.book)
    again = Book()
    replay(again, world.events)
    assert dump(again) == dump(world.book)
    assert again.changes.mark() == 0, "replay keeps no journal"


@given(histories)
def test_what_was_stored_replays_as_what_was_decided(history):
    world = played(history)
    stored = [(event.stored_name, encode_event(event)) for event in world.events]
    replayed = Book()
    replay(replayed, (decode_event(name, written) for name, written in stored))
    assert dump(replayed) == dump(world.book)


@given(histories)
def test_the_same_facts_give_the_same_decisions_for_ever(history):
    world = played(history)
    again = played(world.accepted)
    assert not again.refused
    assert again.events == world.events


@given(histories, st.integers(0, 60))
def test_a_book_goes_on_after_a_replay_as_it_would_have(history, place):
    live = played(history[:place])
    replayed = World(accepted=list(live.accepted), events=list(live.events), auditor=live.auditor)
    replay(replayed.book, live.events)
    live.auditor = type(live.auditor)()
    live.auditor.read_all(live.events)
    for sent in history[place:]:
        assert replayed.take(sent) == live.take(sent)


def test_the_dump_sees_one_reference_more():
    world = played([])
    before = dump(world.book)
    world.book.credit_notes.add("n-1")
    assert dump(world.book) != before
    world.book.credit_notes = object()
    with pytest.raises(AssertionError, match="nothing to compare"):
        dump(world.book)
