"""A book that was kept is the same book, at any prefix of any history, and decides the same."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.book import Book
from ledger.deciding import replay
from ledger.events.sealed import ERASED
from ledger.log.snapshots.packing import NotPackable
from tests.properties.accountant import live_through
from tests.properties.dump import dump
from tests.properties.erasures import Sealed, forgetful, restarted
from tests.properties.noise import chances, histories
from tests.properties.office import at_work
from tests.properties.settling import settling_histories
from tests.properties.snapshots import frozen, kept, keys_of_all, loaded_ring, packed, unpacked
from tests.properties.world import World, played

seeds = st.integers(0, 2**32 - 1)
places = st.integers(0, 60)


def must_go_on_as(world, sent):
    """Whether a kept copy of a world's book is that book, and takes what comes as it does."""
    copy = World(
        book=kept(world.book),
        accepted=list(world.accepted),
        events=list(world.events),
        auditor=world.auditor,
    )
    assert dump(copy.book) == dump(world.book)
    world.auditor = type(world.auditor)()
    world.auditor.read_all(world.events)
    for one in sent:
        assert copy.take(one) == world.take(one)
    assert dump(copy.book) == dump(world.book)


@given(histories, places)
def test_a_book_kept_at_any_prefix_goes_on_as_it_would_have(history, place):
    must_go_on_as(played(history[:place]), history[place:])


@given(settling_histories, places)
def test_a_book_with_settlements_goes_on_as_it_would_have(history, place):
    must_go_on_as(played(history[:place]), history[place:])


@given(histories, chances, places)
def test_a_book_with_closed_periods_goes_on_as_it_would_have(history, chance, place):
    world = World()
    live_through(world, history[:place], chance, often=3)
    must_go_on_as(world, history[place:])


@given(seeds, places)
def test_a_book_with_open_claims_goes_on_as_it_would_have(seed, place):
    world = World()
    told = []
    for sent in at_work(Random(seed), world):
        world.take(sent)
        told.append(sent)
    again = played(told[: len(told) * place // 60])
    must_go_on_as(again, told[len(told) * place // 60 :])


@given(chances, places)
def test_keys_destroyed_since_are_gone_from_what_was_kept_before(chance, place):
    world = forgetful(chance)
    at = len(world.events) * place // 60
    alive = Sealed(world.events[:at])
    early = Book()
    replay(early, alive.opened())
    frozen(early, loaded_ring(alive.store))
    content = packed(early, alive.store)

    gone = Sealed(world.events)
    for child, wrapped in alive.store.find("wlz", "values").items():
        if gone.store.find("wlz", "values", [child])[child].wrapped is None:
            alive.store.destroy("wlz", child, ("values",))
        else:
            assert wrapped.wrapped is not None
    again = unpacked(content, alive.store)
    ring = loaded_ring(alive.store)
    replay(again, Sealed.opened(Rest(gone, at)))
    from_the_log = restarted(gone.opened())
    everybody = loaded_ring(gone.store)
    assert dump(frozen(again, everybody)) == dump(frozen(from_the_log, everybody))
    assert set(ring.destroyed()) <= set(everybody.destroyed())


class Rest:
    """What came later, under the keys as they are now."""

    def __init__(self, sealed, at):
        self.store = sealed.store
        self.events = sealed.events[at:]


@given(histories)
def test_what_a_replay_keeps_once_is_kept_once(history):
    copy = kept(played(history).book)
    for key, value in copy.shared.items():
        assert key is value
    for contract in copy.contracts.values():
        assert [copy.children[child.serial] for child in contract.children.values()] == list(
            contract.children.values()
        )
        for child in contract.children.values():
            for payment in child.payments():
                assert copy.shared[payment.trigger] is payment.trigger
                assert copy.shared[payment.amount_minor] is payment.amount_minor


def with_a_living_child_that_has_scores():
    chance = Random(3)
    while True:
        world = forgetful(chance)
        for child in world.book.children:
            if child.measurements and not child.frozen:
                return world, child


def test_a_score_without_a_key_is_not_packed():
    world, _ = with_a_living_child_that_has_scores()
    store = keys_of_all()
    content = packed(world.book, store)
    assert dump(unpacked(content, store)) == dump(world.book)
    with pytest.raises(NotPackable, match="has no key"):
        packed(world.book, type(store)())


def test_a_score_that_is_readable_or_not_against_its_child_is_not_packed():
    world, child = with_a_living_child_that_has_scores()
    child.frozen = True
    with pytest.raises(NotPackable, match="that can be read"):
        packed(world.book, keys_of_all())
    child.frozen = False
    key, score = next(iter(child.measurements.items()))
    child.measurements[key] = replace(score, value=ERASED)
    with pytest.raises(NotPackable, match="cannot be read"):
        packed(world.book, keys_of_all())
