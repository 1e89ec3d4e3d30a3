"""The published reports give no small group away: not to sums, not to money, not to reasoning."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from projections.reading.published.outcomes import Cell, table_of, with_totals
from projections.reading.published.payments import payments_report
from projections.suppression.hiding import suppress
from tests.properties.batches import NESTED, follows, histories, told, unknown
from tests.properties.cohorts import Thinker, areas_of, cohorts, cohorts_of, counts_of

THRESHOLDS = st.integers(min_value=2, max_value=5)


def narrowed(found):
    """A payment's trigger; its trigger and price; and its split as well."""
    whole = (found.trigger, found.amount_minor, found.way)
    return [whole[:length] for length in (1, 2, 3)]


@given(histories(), THRESHOLDS)
def test_neither_counts_nor_money_of_the_report_give_a_small_group_of_payments_away(
    found, threshold
):
    report = payments_report(found, NESTED, "quarter", threshold)
    known = list(told(report, found))
    groups = defaultdict(lambda: (0, {}))
    for one in found:
        for first_on in (one.first_on, None):
            for node in (None, *narrowed(one)):
                count, members = groups[first_on, node]
                groups[first_on, node] = (count + one.count, {**members, unknown(one): 1})
    for group, (count, members) in groups.items():
        assert count >= threshold or not follows(members, known), group


@given(histories())
def test_a_report_that_hides_nothing_shows_every_number(found):
    report = payments_report(found, NESTED, "quarter", 1)
    rows = [*report["items"], *report["periods"], *report["triggers"], report["total"]]
    assert report["hidden_cells"] == 0
    assert all(row["hidden"] == [] and None not in row.values() for row in rows)
    assert report["total"]["count"] == sum(one.count for one in found)


@given(cohorts(), THRESHOLDS)
def test_thinking_about_single_children_narrows_no_small_group_of_children_down(
    children, threshold
):
    counts = with_totals(counts_of(children))
    table = table_of(counts, cohorts_of(children), areas_of(children))
    thinker = Thinker(children, counts, suppress(table, threshold).cells)
    for name, count in table.counts.items():
        if 0 < count < threshold and name not in table.auxiliary:
            whole, without = (name, None) if isinstance(name, Cell) else (name[0], name[2])
            assert thinker.room(whole, without, threshold) >= threshold, name
