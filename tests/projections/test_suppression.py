"""The suppressor itself: what it refuses, and what it does at its edges."""

import pytest

from ledger.invariants import InvariantBroken
from projections.suppression.hiding import suppress
from projections.suppression.movement import Movements
from projections.suppression.table import Equation, Table


def table(counts, *equations, **kinds):
    return Table(counts, [Equation(total, tuple(parts)) for total, parts in equations], **kinds)


@pytest.mark.parametrize(
    "counts, equation",
    [
        ({"a": 1, "b": 2, "all": 4}, ("all", "ab")),
        ({"a": -1, "b": 2, "all": 1}, ("all", "ab")),
        ({"a": 0, "b": 2}, ("b", "ab")),
    ],
    ids=["does-not-add-up", "below-zero", "part-of-itself"],
)
def test_a_table_that_does_not_add_up_is_not_hidden_at_all(counts, equation):
    with pytest.raises(InvariantBroken):
        table(counts, equation)


@pytest.mark.parametrize("threshold", [-1, 0, 1_001])
def test_a_threshold_outside_its_range_stops(threshold):
    with pytest.raises(InvariantBroken):
        suppress(table({"a": 1}), threshold)


def test_a_lone_small_number_hides_nobody_else():
    assert suppress(table({"a": 3, "b": 9}), 5).cells == {"a"}


def test_a_table_of_small_numbers_is_hidden_whole():
    hidden = suppress(table({"a": 1, "b": 1, "all": 2}, ("all", "ab")), 5)
    assert hidden.cells == {"a", "b", "all"}


def test_one_small_number_behind_two_totals_hides_both():
    counts = {"a": 3, "b": 0, "c": 0, "row": 3, "column": 3}
    hidden = suppress(table(counts, ("row", "ab"), ("column", "ac")), 1_000)
    assert hidden.cells == {"a", "row", "column"}


def test_half_a_child_proves_nothing():
    counts = {"a": 4, "b": 3, "all": 11}
    assert suppress(table(counts, ("all", "aab")), 5).cells == {"a", "b", "all"}


def test_of_equals_the_part_is_hidden_and_then_the_smallest():
    counts = {"a": 3, "b": 9, "c": 8, "d": 50, "all": 70}
    assert suppress(table(counts, ("all", "abcd")), 5).secondary == {"c"}


def test_a_number_that_protects_nobody_is_printed_again():
    counts = {"a": 2, "b": 6, "c": 7, "d": 40, "all": 55}
    assert suppress(table(counts, ("all", "abcd")), 30).secondary == {"d"}


def test_a_group_that_only_two_printed_numbers_tell_is_protected_and_itself_not_named():
    counts = {"measured": 38, "missed": 2, "at risk": 40}
    known = table(counts, ("at risk", ("measured", "missed")), unprinted={"missed"})
    hidden = suppress(known, 5)
    assert (hidden.primary, hidden.secondary) == (frozenset(), {"measured"})


def test_a_sum_that_is_no_group_of_people_is_not_protected():
    counts = {"a": 38, "slack": 2, "all": 40}
    known = table(counts, ("all", ("a", "slack")), auxiliary={"slack"})
    assert suppress(known, 5).cells == frozenset()


def test_a_cell_falls_to_its_floor_and_rises_without_limit():
    movements = Movements([{0: 1, 1: -1, 2: -1}], [-9, -3, -6])
    for cell in (0, 1, 2):
        movements.loosen(cell)
    assert movements.push(1, -1, 1_000).reach == 3
    assert movements.push(1, 1, 1_000).reach == 1_000
    movements.fasten(0)
    stopped = movements.push(1, 1, 1_000)
    assert (stopped.reach, stopped.moved, list(stopped.levers)) == (6, {1: 6, 2: -6}, [0])
