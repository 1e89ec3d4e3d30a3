"""What is hidden stays hidden from a reader who tries every table that could be true."""

from hypothesis import given
from hypothesis import strategies as st

from projections.suppression.hiding import suppress
from tests.properties.tables import TABLES, Reader, two_way

THRESHOLDS = st.integers(min_value=2, max_value=4)


def small_groups(table, threshold):
    return [
        name
        for name, count in table.counts.items()
        if 0 < count < threshold and name not in table.auxiliary
    ]


def ranges(table, hidden, threshold):
    """The lowest and the highest count that each small group may have, as far as was tried."""
    groups = small_groups(table, threshold)
    low = {name: table.counts[name] for name in groups}
    high = dict(low)
    reader = Reader(table, hidden, most=max(table.counts.values()) + threshold)
    for possible in reader.possible():
        for name in groups:
            low[name] = min(low[name], possible[name])
            high[name] = max(high[name], possible[name])
        if all(high[name] - low[name] >= threshold for name in groups):
            break
    return {name: (low[name], high[name]) for name in groups}


@given(TABLES, THRESHOLDS)
def test_no_small_group_can_be_narrowed_down_to_less_than_the_threshold(table, threshold):
    hidden = suppress(table, threshold)
    for name, (low, high) in ranges(table, hidden.cells, threshold).items():
        assert high - low >= threshold, (name, low, high)
        assert high >= threshold


@given(TABLES, THRESHOLDS)
def test_every_small_number_is_hidden_and_no_zero_is(table, threshold):
    hidden = suppress(table, threshold)
    small = {name for name in small_groups(table, threshold) if name in table.told}
    assert hidden.primary == small
    assert not hidden.primary & hidden.secondary
    assert hidden.cells <= table.told
    assert all(table.counts[name] for name in hidden.cells)


@given(TABLES, THRESHOLDS)
def test_no_total_gives_its_last_hidden_part_away(table, threshold):
    hidden = suppress(table, threshold).cells
    small = set(small_groups(table, threshold))
    for equation in table.equations:
        names = {equation.total, *equation.parts}
        unknown_ones = {name for name in names if name in hidden or name not in table.told}
        if len(unknown_ones) == 1:
            assert not unknown_ones & small


@given(TABLES)
def test_a_threshold_of_one_hides_nothing(table):
    assert suppress(table, 1).cells == frozenset()


@given(TABLES, THRESHOLDS)
def test_the_same_table_is_hidden_in_the_same_way(table, threshold):
    assert suppress(table, threshold) == suppress(table, threshold)


@given(two_way(widest=2), THRESHOLDS)
def test_nothing_is_hidden_in_vain(table, threshold):
    hidden = suppress(table, threshold)
    for name in hidden.secondary:
        seen = ranges(table, hidden.cells - {name}, threshold).values()
        assert not all(high - low >= threshold for low, high in seen)
