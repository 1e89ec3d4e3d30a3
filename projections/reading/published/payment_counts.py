"""Which counts of payments may be printed: by period and trigger, and what money tells beyond."""

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from projections.reading.published.batches import Batch, Node, Tree
from projections.reading.terms import ContractTerms
from projections.suppression.draft import Draft
from projections.suppression.hiding import suppress
from projections.suppression.table import Table

ALL: Final = Node()
Lines = tuple[Node, Node]


class Cell(NamedTuple):
    """One count of payments: of a period (None: of all), narrowed down to a node."""

    first_on: datetime.date | None
    node: Node


class Nested(NamedTuple):
    """Lines of one card of which the first is paid to every child to which the second is paid.

    Ranks are reached together, or nearly: their difference is a group in each period too. A
    sign-up lies long before what follows, so that only the totals are of the same children.
    """

    ranks: frozenset[Lines]
    sign_ups: frozenset[Lines]


class Printable:
    """The counts of payments about children, and which of them are hidden."""

    def __init__(self, found: Iterable[Batch], nested: Nested, suppress_below: int) -> None:
        """Count the payments at every node, and hide what is small or would tell it."""
        people = [batch for batch in found if not batch.is_grant]
        self.tree = Tree(people)
        self._hidden = suppress(_table(people, self.tree, nested), suppress_below).cells

    def hides(self, first_on: datetime.date | None, nodes: Iterable[Node]) -> bool:
        """Whether one of these counts is hidden in a period, or in total."""
        return any(Cell(first_on, node) in self._hidden for node in nodes)


def nested(terms: ContractTerms) -> Nested:
    """What lies within what, by the cards of a contract."""
    ranks: set[Lines] = set()
    sign_ups: set[Lines] = set()
    for card in terms.cards:
        lines = [line for line in card.terms.triggers if line.kind != "grant"]
        ranked = sorted(card.lines("outcome_count"), key=lambda line: line.rank or 0)
        ranks |= {
            (Node(first.trigger, first.kind), Node(second.trigger, second.kind))
            for first, second in pairwise(ranked)
        }
        sign_ups |= {
            (Node(first.trigger, first.kind), Node(line.trigger, line.kind))
            for first in card.lines("sign_up")
            for line in lines
            if line != first
        }
    return Nested(frozenset(ranks), frozenset(sign_ups))


def _table(people: Sequence[Batch], tree: Tree, within: Nested) -> Table:
    counts: Counter[Cell] = Counter()
    below: dict[Node, dict[Node, None]] = {}
    for batch in people:
        path = [ALL, *tree.splits(batch)]
        for first_on in (batch.first_on, None):
            counts.update({Cell(first_on, node): batch.count for node in path})
        for node, narrower in pairwise(path):
            below.setdefault(node, {})[narrower] = None
    periods = sorted({batch.first_on for batch in people})
    draft = Draft(dict(counts.items()))
    draft.indirect.update(cell for cell in counts if cell.node.is_told_by_money)
    for first_on, node in counts:
        if first_on is None:
            draft.total(Cell(None, node), _present(counts, [Cell(p, node) for p in periods]))
        if node in below:
            narrower_ones = [Cell(first_on, narrower) for narrower in below[node]]
            draft.total(Cell(first_on, node), _present(counts, narrower_ones))
    for first_on in (*periods, None):
        pairs = within.ranks if first_on else within.ranks | within.sign_ups
        for whole, part in sorted(pairs):
            if counts[Cell(first_on, whole)] >= counts[Cell(first_on, part)] > 0:
                draft.within(Cell(first_on, whole), Cell(first_on, part))
    return draft.table()


def _present(counts: Counter[Cell], cells: Iterable[Cell]) -> list[Cell]:
    """The cells of which there are payments; the others are zero, which everybody can see."""
    return [cell for cell in cells if cell in counts]
