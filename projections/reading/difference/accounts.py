"""Figures that are sums of series: the trial balance, and those of funders, partners, contracts.

The figures are those of the reads, made by the same functions. How often a series counts in one is
found by asking them about a series that stands at one penny, so the two cannot come apart.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from projections.reading.balances import Balance
from projections.reading.difference.rows import (
    Cause,
    Explanation,
    Figure,
    Key,
    Question,
    Row,
    behind,
    by_side,
)
from projections.reading.difference.terms import CapMoved, cap_moves
from projections.reading.funders import exact_share, figures_of_funder
from projections.reading.partners import figures_of_order, figures_of_partner

Figures = Mapping[str, Any]
FiguresOf = Callable[[Sequence[Balance]], Figures]
EXACT: Final = "exact_share_minor"


def trial_balance_rows(question: Question, after: Key, most: int) -> list[Row]:
    """Every account of every fund that moved, in pence, debits positive (`domain.md` 8)."""
    sums: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    weights: defaultdict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    for place, found in enumerate((question.before, question.after)):
        for one in found.values():
            if one.book in {"journal", "prior_period"}:
                sums[one.account, one.fund][place] += one.balance_minor
                weights[one.account, one.fund][one.series] = 1
    rows = [
        Row(
            (account, fund, "balance_minor"),
            {"account": account, "fund": fund},
            before,
            after,
            weights=weights[account, fund],
        )
        for (account, fund), (before, after) in sums.items()
    ]
    return behind(rows, after, most)


def funder_rows(question: Question, after: Key, most: int) -> list[Row]:
    """Every figure of every funder in every contract that moved: those of `/funders`, in pence.

    The exact share is a fraction of a penny.
    """
    found = by_side(question, "funder")
    caps = cap_moves(question)
    rows: list[Row] = []
    for contract, name in {**found, **caps}:
        series = found.get((contract, name), ([], []))
        rows += _funder(contract, name, series, caps.get((contract, name)))
    return behind(rows, after, most)


def _funder(
    contract: str,
    name: str,
    series: tuple[list[Balance], list[Balance]],
    cap: CapMoved | None,
) -> Iterable[Row]:
    about = {"contract": contract, "funder": name}

    def figures_of(found: Sequence[Balance]) -> Figures:
        return figures_of_funder(name, found, 0)

    plain = {"committed_minor", "headroom_minor", EXACT}
    yield from _sums((contract, name), about, figures_of, series, without=plain)
    yield _exact(contract, name, about, series)
    if cap is not None:
        limits = (cap.before, cap.after)
        committed = (contract, name, "committed_minor")
        yield Row(
            committed, about, *limits, causes=cap.causes((cap.after or 0) - (cap.before or 0))
        )
        yield _headroom((contract, name, "headroom_minor"), about, series, cap, figures_of)


def _headroom(
    key: Key,
    about: Mapping[str, str],
    series: tuple[list[Balance], list[Balance]],
    cap: CapMoved,
    figures_of: FiguresOf,
) -> Row:
    """A cap that comes, or goes, moves the headroom by what it leaves of it at that moment."""
    before, after = (-figures_of(found)["headroom_minor"] for found in series)
    if cap.before is not None and cap.after is not None:
        by_cap = cap.after - cap.before
    elif cap.after is not None:
        by_cap = cap.after - before
    else:
        by_cap = after - (cap.before or 0)
    ends = (
        None if cap.before is None else cap.before - before,
        None if cap.after is None else cap.after - after,
    )
    weights = _weights(figures_of, [*series[0], *series[1]])["headroom_minor"]
    return Row(key, about, *ends, weights=weights, causes=cap.causes(by_cap))


def _exact(
    contract: str,
    name: str,
    about: Mapping[str, str],
    series: tuple[list[Balance], list[Balance]],
) -> Row:
    """An exact share is a sum of parts of amounts: of one denominator, so that it can be added."""
    exact = [one for found in series for one in found if one.detail == "exact"]
    scale = math.lcm(*(one.parts_total for one in exact))
    weights = {one.series: one.parts * scale // one.parts_total for one in exact}
    before, after = map(exact_share, series)
    return Row((contract, name, EXACT), about, before, after, weights=weights, scale=scale)


def partner_rows(question: Question, after: Key, most: int) -> list[Row]:
    """Every figure, in pence, of every partner in every contract and of each of its orders."""
    rows: list[Row] = []
    for (contract, name), series in by_side(question, "partner").items():
        about = {"contract": contract, "partner": name}

        def of_partner(found: Sequence[Balance], name: str = name) -> Figures:
            return figures_of_partner(name, found)

        rows += _sums((contract, name), about, of_partner, series)
        for order in sorted(_orders((*series[0], *series[1]))):

            def of_order(found: Sequence[Balance], order: str = order, name: str = name) -> Figures:
                return figures_of_order(order, name, found)

            place = (contract, f"{name}/{order}")
            rows += _sums(place, {**about, "order": order}, of_order, series)
    return behind(rows, after, most)


def _orders(series: Iterable[Balance]) -> set[str]:
    named = (one.detail.partition(":") for one in series)
    return {order for kind, _, order in named if kind == "order"}


def _sums(
    place: tuple[str, str],
    about: Mapping[str, str],
    figures_of: FiguresOf,
    series: tuple[list[Balance], list[Balance]],
    without: set[str] | frozenset[str] = frozenset(),
) -> Iterable[Row]:
    before, after = map(figures_of, series)
    weights = _weights(figures_of, [*series[0], *series[1]])
    for figure, weighed in weights.items():
        if figure not in without:
            key = (*place, figure)
            yield Row(key, about, before[figure], after[figure], weights=weighed)


def _weights(figures_of: FiguresOf, series: Iterable[Balance]) -> dict[str, dict[int, int]]:
    """How often each series counts in each figure: what one penny of it makes of the figure."""
    nothing = figures_of([])
    weights: dict[str, dict[int, int]] = {
        figure: {} for figure, stands in nothing.items() if isinstance(stands, int)
    }
    for one in series:
        penny = figures_of([one._replace(balance_minor=1)])
        for figure, weighed in weights.items():
            if penny[figure] != nothing[figure]:
                weighed[one.series] = penny[figure] - nothing[figure]
    return weights


def explain_sums(question: Question, rows: Sequence[Row]) -> dict[Key, Explanation]:
    """The postings between the moments of the series that figures are sums of; and other causes.

    Of each figure the first events by version, and the sum of all: it is what moved (0029).
    """
    counted = [
        (number, series, weight)
        for number, row in enumerate(rows)
        for series, weight in row.weights.items()
    ]
    numbers, series, weights = map(list, zip(*counted, strict=True)) if counted else ([], [], [])
    found = question.explained(
        "difference.posted", rows, numbers=numbers, series=series, weights=weights
    )
    for row in rows:
        explanation = found[row.key]
        if row.causes:
            told = [*explanation.causes, *row.causes]
            explanation.causes = sorted(told, key=lambda cause: cause.version)
            explanation.counted += len(row.causes)
            explanation.total = _added(explanation.total, row.causes)
        if isinstance(row.moved, Fraction):
            explanation.total = Fraction(explanation.total or 0)
    return found


def _added(total: Figure, causes: Iterable[Cause]) -> Figure:
    return sum((cause.amount or 0 for cause in causes), start=total or 0)
