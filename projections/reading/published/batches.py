"""Payments in batches: those of one period, trigger, price and split, which money tells apart.

A sum of money says how many payments it is made of as soon as its prices are known, and they are:
they stand in the contract. Two prices in one sum and the number of payments give both counts; so
do two ways of splitting. Hence payments are counted by price, and by split, and those counts are
protected like the printed ones.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from psycopg import Connection

from projections.reading.asking import ask
from projections.reading.pair import Pair
from projections.reading.summary import MONTHS, Period

ROUNDING_MINOR: Final = 2


class Node(NamedTuple):
    """What a count of payments is narrowed down to: all of them, a trigger, a price, a split."""

    trigger: str | None = None
    kind: str | None = None
    price_minor: int | None = None
    split: tuple[Any, ...] | None = None

    @property
    def is_told_by_money(self) -> bool:
        """Whether no count of it is printed, but sums of money would tell it."""
        return self.price_minor is not None or self.split is not None


@dataclass(frozen=True, slots=True)
class Batch:
    """Payments that stand, alike in all that the report can tell."""

    first_on: datetime.date
    last_on: datetime.date
    trigger: str
    kind: str
    amount_minor: int
    split: tuple[dict[str, Any], ...]
    count: int

    @property
    def is_grant(self) -> bool:
        """Whether the payments hang on no child."""
        return self.kind == "grant"

    @property
    def line(self) -> Node:
        """The batch's trigger, as a node."""
        return Node(self.trigger, self.kind)

    @property
    def way(self) -> tuple[tuple[str, int, int], ...]:
        """How the payments are split before caps: the share of each funder, in share order.

        The order says who gets the odd pennies.
        """
        return tuple(
            (line["funder"], line["parts"], line["parts_total"])
            for line in self.split
            if line["parts"]
        )

    @property
    def is_capped(self) -> bool:
        """Whether a funder pays something else than its share, give or take the rounding."""
        return any(_differs(line, self.amount_minor) for line in self.split)


def batches(
    connection: Connection[Any], ledger: str, at: Pair, contract: str, by: Period
) -> list[Batch]:
    """The payments of a contract that stand at a pair."""
    asked = {
        **at.asked(ledger),
        "contract": contract,
        "by": by,
        "months": MONTHS[by],
    }
    return [
        Batch(**{**row, "split": tuple(row["split"])})
        for row in ask(connection, "published.payments", asked)
    ]


class Tree:
    """The nodes above each batch; a level at which nothing is told apart is left out."""

    def __init__(self, found: Iterable[Batch]) -> None:
        """See which triggers have several prices, and which prices several splits."""
        self._prices: defaultdict[Node, set[int]] = defaultdict(set)
        self._ways: defaultdict[Node, set[tuple[Any, ...]]] = defaultdict(set)
        for batch in found:
            self._prices[batch.line].add(batch.amount_minor)
            self._ways[batch.line._replace(price_minor=batch.amount_minor)].add(batch.way)

    def prices(self, batch: Batch) -> list[Node]:
        """The nodes that count the batch, from its trigger down to its price."""
        priced = batch.line._replace(price_minor=batch.amount_minor)
        return [batch.line, priced] if len(self._prices[batch.line]) > 1 else [batch.line]

    def splits(self, batch: Batch) -> list[Node]:
        """The nodes that count the batch, from its trigger down to its split."""
        nodes = self.prices(batch)
        ways = self._ways[batch.line._replace(price_minor=batch.amount_minor)]
        return [*nodes, nodes[-1]._replace(split=batch.way)] if len(ways) > 1 else nodes


def _differs(line: dict[str, Any], price_minor: int) -> bool:
    off = abs(line["amount_minor"] * line["parts_total"] - price_minor * line["parts"])
    return bool(line["unfunded_minor"]) or bool(off >= ROUNDING_MINOR * line["parts_total"])
