"""Payments for properties of the published report, and what a reader can work out of its money."""

import datetime
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from ledger.money import split_by_largest_remainder
from projections.reading.published.batches import Batch, Node
from projections.reading.published.payment_counts import Nested

PERIODS = tuple(datetime.date(2023, month, 1) for month in (1, 4, 7))
LINES = (
    Node("SIGN_UP", "sign_up"),
    Node("FIRST", "outcome_count"),
    Node("SECOND", "outcome_count"),
)
NESTED = Nested(
    ranks=frozenset({(LINES[1], LINES[2])}),
    sign_ups=frozenset({(LINES[0], LINES[1]), (LINES[0], LINES[2])}),
)
PRICES = (168_000, 83_751)
WAYS = ((("north", 3), ("charity", 7)), (("south", 3), ("charity", 7)), (("charity", 10),))
COUNTS = st.integers(min_value=1, max_value=12)
SOME = st.lists(
    st.tuples(
        st.sampled_from(PERIODS),
        st.sampled_from(LINES),
        st.sampled_from(PRICES),
        st.sampled_from(WAYS),
        st.booleans(),
        COUNTS,
    ),
    min_size=1,
    max_size=9,
    unique_by=lambda found: found[:5],
)

Unknown = tuple[Any, ...]
Sum = dict[Unknown, Fraction]


@st.composite
def histories(draw: st.DrawFn) -> list[Batch]:
    """Payments of few periods, triggers, prices and splits, some of them short of a capped part."""
    return [batch(*found) for found in draw(SOME)]


def batch(
    first_on: datetime.date,
    line: Node,
    price: int,
    way: tuple[tuple[str, int], ...],
    capped: bool,  # noqa: FBT001 (drawn)
    count: int,
) -> Batch:
    amounts = split_by_largest_remainder(price, [parts for _, parts in way])
    split = tuple(
        {
            "funder": funder,
            "amount_minor": 0 if capped and funder != "charity" else amount,
            "unfunded_minor": amount if capped and funder != "charity" else 0,
            "parts": parts,
            "parts_total": 10,
        }
        for (funder, parts), amount in zip(way, amounts, strict=True)
    )
    last_on = first_on + datetime.timedelta(days=89)
    return Batch(first_on, last_on, line.trigger, line.kind, price, split, count)  # type: ignore[arg-type]


def unknown(found: Batch) -> Unknown:
    """What a reader would like to know: how many payments there are of one kind."""
    short = any(line["unfunded_minor"] for line in found.split)
    return (found.first_on.isoformat(), found.trigger, found.amount_minor, found.way, short)


def told(report: dict[str, Any], found: list[Batch]) -> Iterator[Sum]:
    """Each printed number as a sum over the unknown: prices and shares stand in the contract."""
    for row in [*report["items"], *report["periods"], *report["triggers"], report["total"]]:
        within = [
            one
            for one in found
            if row.get("from") in {None, one.first_on.isoformat()}
            and row.get("trigger") in {None, one.trigger}
        ]
        if row["count"] is not None:
            yield {unknown(one): Fraction(1) for one in within}
        if row["amount_minor"] is not None:
            yield {unknown(one): Fraction(one.amount_minor) for one in within}
        if row["funders"] is not None:
            for funder in ("north", "south", "charity"):
                yield {unknown(one): paid(one, funder) for one in within}
            yield {unknown(one): unfunded(one) for one in within}


def paid(found: Batch, funder: str) -> Fraction:
    return Fraction(sum(line["amount_minor"] for line in found.split if line["funder"] == funder))


def unfunded(found: Batch) -> Fraction:
    return Fraction(sum(line["unfunded_minor"] for line in found.split))


def follows(wanted: Sum, known: list[Sum]) -> bool:
    """Whether a sum is a combination of known ones: then its value follows from theirs."""
    basis: list[tuple[Unknown, Sum]] = []
    for one in [*known, wanted]:
        rest = {name: factor for name, factor in one.items() if factor}
        for pivot, row in basis:
            times = rest.get(pivot, Fraction(0))
            if times:
                combined = {
                    name: rest.get(name, 0) - times * row.get(name, 0) for name in {*rest, *row}
                }
                rest = {name: Fraction(value) for name, value in combined.items() if value}
        if one is wanted:
            return not rest
        if rest:
            pivot = min(rest, key=str)
            basis.append((pivot, {name: factor / rest[pivot] for name, factor in rest.items()}))
    return False
