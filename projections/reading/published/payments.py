"""Payments by period and trigger for readers outside: small counts, and what tells them, hidden.

Money is shown only where it says nothing that printed counts do not say: an amount where the counts
of all its prices are printed, the funders' parts where those of all its splits are (`batches.py`).
Grants hang on no child: they are always shown, apart from the counts of payments.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final

from psycopg import Connection

from projections.reading.pair import Pair
from projections.reading.published.batches import Batch, Node, batches
from projections.reading.published.payment_counts import ALL, Nested, Printable, nested
from projections.reading.published.rows import Row, hidden_in, row_of
from projections.reading.summary import Period, period_of
from projections.reading.terms import terms_at
from projections.suppression.table import THRESHOLD_DEFAULT

TERMS: Final = ("contract.signed", "rate_card.issued")


def published_payments(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str,
    by: Period = "quarter",
    suppress_below: int = THRESHOLD_DEFAULT,
) -> dict[str, Any] | None:
    """Counts and money by period and trigger with totals; None when no contract is signed."""
    terms = terms_at(connection, ledger, at.known, contract=contract, types=TERMS).get(contract)
    if terms is None or terms.contract is None:
        return None
    found = batches(connection, ledger, at, contract, by)
    about = {"contract": contract, "by": by, "suppress_below": suppress_below}
    return {**about, **payments_report(found, nested(terms), by, suppress_below)}


def payments_report(
    found: Sequence[Batch], within: Nested, by: Period, suppress_below: int
) -> dict[str, Any]:
    """The rows of the report, and how many of their numbers are hidden."""
    rows = _Rows(by, Printable(found, within, suppress_below))
    items = [rows.item(alike) for alike in _grouped(found, "first_on", "line")]
    periods = [rows.period(alike) for alike in _grouped(found, "first_on")]
    triggers = [rows.trigger(alike) for alike in _grouped(found, "line")]
    total = rows.total(found)
    return {
        "hidden_cells": hidden_in([*items, *periods, *triggers, total]),
        "items": items,
        "periods": periods,
        "triggers": triggers,
        "total": total,
    }


def _grouped(found: Iterable[Batch], *by: str) -> list[list[Batch]]:
    groups: defaultdict[tuple[Any, ...], list[Batch]] = defaultdict(list)
    for batch in found:
        groups[tuple(getattr(batch, name) for name in by)].append(batch)
    return [groups[key] for key in sorted(groups)]


class _Rows:
    """Rows of the report; the items come first, because totals may not say more than they do."""

    def __init__(self, by: Period, printable: Printable) -> None:
        self._by = by
        self._printable = printable
        self._closed: set[tuple[datetime.date, Node]] = set()

    def item(self, within: Sequence[Batch]) -> Row:
        first = within[0]
        figures = _figures(within)
        hidden = self._hidden(first.first_on, first.line, within)
        if "funders" in hidden:
            self._closed.add((first.first_on, first.line))
        return row_of({**self._named(first), **_line(first)}, figures, hidden)

    def period(self, within: Sequence[Batch]) -> Row:
        first = within[0]
        return row_of(
            self._named(first), _with_grants(within), self._hidden(first.first_on, ALL, within)
        )

    def trigger(self, within: Sequence[Batch]) -> Row:
        line = within[0].line
        return row_of(_line(within[0]), _figures(within), self._hidden(None, line, within))

    def total(self, within: Sequence[Batch]) -> Row:
        return row_of({}, _with_grants(within), self._hidden(None, ALL, within))

    def _named(self, batch: Batch) -> dict[str, str]:
        return {
            "period": period_of(batch.first_on, self._by),
            "from": batch.first_on.isoformat(),
            "to": batch.last_on.isoformat(),
        }

    def _hidden(
        self, first_on: datetime.date | None, node: Node, within: Iterable[Batch]
    ) -> set[str]:
        """The figures of a row that are hidden: of the count, of the amount, of who pays it."""
        people = [batch for batch in within if not batch.is_grant]
        if not people:
            return set()
        hides, tree = self._printable.hides, self._printable.tree
        parts = {"unfunded_minor", "funders"}
        if hides(first_on, [node]):
            return {"count", "amount_minor", *parts}
        if any(hides(first_on, tree.prices(batch)) for batch in people):
            return {"amount_minor", *parts}
        if any(hides(first_on, tree.splits(batch)) or self._tells(batch) for batch in people):
            return parts
        return set()

    def _tells(self, batch: Batch) -> bool:
        """Whether a total would say what a cap took from payments whose own row does not say it."""
        return batch.is_capped and (batch.first_on, batch.line) in self._closed


def _line(batch: Batch) -> dict[str, str]:
    return {"trigger": batch.trigger, "kind": batch.kind}


def _figures(within: Sequence[Batch]) -> dict[str, Any]:
    """What a row adds up: payments, their amount, what nobody pays, and who pays the rest."""
    paid: Counter[str] = Counter()
    for batch in within:
        for line in batch.split:
            paid[line["funder"]] += line["amount_minor"] * batch.count
    return {
        "count": sum(batch.count for batch in within),
        "amount_minor": sum(batch.amount_minor * batch.count for batch in within),
        "unfunded_minor": sum(
            line["unfunded_minor"] * batch.count for batch in within for line in batch.split
        ),
        "funders": [
            {"funder": funder, "amount_minor": amount}
            for funder, amount in sorted(paid.items())
            if amount
        ],
    }


def _with_grants(within: Sequence[Batch]) -> dict[str, Any]:
    """A total of several lines: payments about children are counted apart from grants."""
    figures = _figures(within)
    grants = sum(batch.count for batch in within if batch.is_grant)
    return {"count": figures.pop("count") - grants, "grants": grants, **figures}
