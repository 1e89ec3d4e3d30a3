"""Samples: by hand the same, evenly apart, and nothing large left out."""

import datetime
from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.sampling.drawing import METHODS, Item, Seed, Totals, drawn

ROOT = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
SEED = Seed("spring audit", ROOT)
AMOUNTS = st.lists(st.integers(1, 10_000), min_size=1, max_size=60)


def population(amounts):
    day = datetime.date(2020, 1, 6)
    return [
        Item(f"P{version}", version, day, "lcf", None, amount)
        for version, amount in enumerate(amounts, start=1)
    ]


def draw(method, amounts, size, seed=SEED):
    totals = Totals(len(amounts), sum(amounts))
    return drawn(method, iter(population(amounts)), totals, seed, size)


def test_a_random_sample_is_the_lowest_hashes():
    amounts = [100] * 20
    by_hand = sorted(
        (sha256(f"spring audit|{ROOT}|P{n}".encode()).hexdigest(), f"P{n}") for n in range(1, 21)
    )
    found = draw("random", amounts, 5)
    assert [(one.by, one.item.item) for one in found] == by_hand[:5]


def test_the_start_is_a_hash_as_a_number():
    start = int(sha256(f"spring audit|{ROOT}|start".encode()).hexdigest(), 16)
    assert SEED.start(1_000_003) == start % 1_000_003
    [one] = draw("systematic", [1] * 1_000, 1)
    assert one.by == start % 1_000
    [penny] = draw("monetary_unit", [500, 300, 200], 1)
    assert penny.by == start % 1_000


def test_pence_are_counted_through_the_items():
    """The interval is 1,000 / 4 pence: places are 250 apart, and an item of 500 has two of them."""
    found = draw("monetary_unit", [500, 300, 200], 4)
    places = [(SEED.start(1_000) + n * 1_000) // 4 for n in range(4)]
    assert found[0].by == places[0]
    assert found[0].item.item == "P1"
    assert found[0].hits == 2
    assert sum(one.hits for one in found) == 4


@pytest.mark.parametrize("method", METHODS)
def test_other_words_or_another_root_draw_others(method):
    amounts = list(range(100, 400))
    first = draw(method, amounts, 10)
    assert first == draw(method, amounts, 10)
    assert first != draw(method, amounts, 10, Seed("autumn audit", ROOT))
    assert first != draw(method, amounts, 10, Seed("spring audit", ROOT[::-1]))


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_drawn_from_nothing(method):
    assert draw(method, [], 10) == []


@given(AMOUNTS, st.integers(1, 80), st.sampled_from(METHODS), st.text("abc ", min_size=1))
def test_a_sample_has_its_size_and_no_item_twice(amounts, size, method, words):
    found = draw(method, amounts, size, Seed(words, ROOT))
    names = [one.item.item for one in found]
    assert len(names) == len(set(names))
    if method == "monetary_unit":
        assert sum(one.hits for one in found) == min(size, sum(amounts))
    else:
        assert len(names) == min(size, len(amounts))


@given(AMOUNTS, st.integers(1, 80), st.text("abc ", min_size=1))
def test_every_item_of_the_interval_or_more_is_in_a_monetary_sample(amounts, size, words):
    found = {
        one.item.item: one.hits for one in draw("monetary_unit", amounts, size, Seed(words, ROOT))
    }
    for item in population(amounts):
        if item.amount_minor * size >= sum(amounts):
            assert item.item in found
        else:
            assert found.get(item.item, 1) == 1 or size > sum(amounts)


@given(st.integers(1, 200), st.integers(1, 60), st.text("abc ", min_size=1))
def test_a_systematic_sample_is_evenly_apart(items, size, words):
    ranks = [one.by for one in draw("systematic", [1] * items, size, Seed(words, ROOT))]
    gaps = {later - earlier for earlier, later in pairwise(ranks)}
    apart = items // min(size, items)
    assert gaps <= {apart, apart + 1}
    if ranks:
        assert ranks[0] <= apart
        assert items - ranks[-1] <= apart + 1


def test_every_penny_has_the_same_chance():
    """Over all starts there are, each place of a population is drawn as often as any other."""
    population_size, size = 13, 5
    drawn_at = [
        (start + number * population_size) // size
        for start in range(population_size)
        for number in range(size)
    ]
    assert sorted(drawn_at) == sorted(list(range(population_size)) * size)
