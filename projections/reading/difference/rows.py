"""One figure that moved, what explains it, and the question that it answers."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, Final, NamedTuple

from psycopg import Connection

from ledger.events.sealed import FindKeys
from projections.reading.asking import ask
from projections.reading.balances import Balance, balances
from projections.reading.difference.ends import Ends
from projections.reading.funders import exact_decimal
from projections.reading.pair import Pair

Key = tuple[str, str, str]
NO_KEY: Final[Key] = ("", "", "")
Figure = int | Fraction | None


class Cause(NamedTuple):
    """An event that moved a figure, and by how much; None where it is no sum of amounts."""

    version: int
    amount: Figure


@dataclass(frozen=True, slots=True)
class Row:
    """A figure at both ends. It is found by its key: two names, and the figure's own.

    `weights` says of which series it is the sum, and how often each counts (`scale` times too
    often); `causes` are the events that are known at once, `whose` are the children it counts.
    What is no sum of money (`is_money`) has events, and nothing that they add up to.
    """

    key: Key
    about: Mapping[str, str]
    before: Figure
    after: Figure
    weights: Mapping[int, int] = field(default_factory=dict)
    scale: int = 1
    causes: tuple[Cause, ...] = ()
    whose: frozenset[str] = frozenset()
    is_money: bool = True

    @property
    def moved(self) -> int | Fraction:
        """By how much it moved; what was not there counts as nothing."""
        return (self.after or 0) - (self.before or 0)


@dataclass(slots=True)
class Explanation:
    """The events behind a figure: the first ones, their number, and what all of them add up to.

    `total` is None where the figure is no sum of amounts.
    """

    total: Figure = None
    counted: int = 0
    causes: list[Cause] = field(default_factory=list)

    def shown_of(self, row: Row, most: int, known: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
        """What a row says of its explanation, its events as they are `known`.

        `{explained_minor, unexplained_minor, events, more}`, in pence; the first two are None where
        the figure is no sum of money.
        """
        left = None if self.total is None else row.moved - self.total
        return {
            "explained_minor": written(self.total),
            "unexplained_minor": written(left),
            "events": [
                {**known[cause.version], "amount": written(cause.amount)}
                for cause in self.causes[:most]
            ],
            "more": max(0, self.counted - most),
        }


def written(figure: Figure) -> int | str | None:
    """A figure as JSON has it: whole pence or a count; an exact share is a decimal string."""
    return exact_decimal(figure) if isinstance(figure, Fraction) else figure


@dataclass
class Question:
    """What is asked, on which connection; what several kinds of figures need is asked once."""

    connection: Connection[Any]
    ledger: str
    ends: Ends
    contract: str | None
    today: datetime.date
    find_keys: FindKeys
    most: int

    @cached_property
    def before(self) -> dict[int, Balance]:
        """Every series at the first moment, by number."""
        return self._series_at(self.ends.before)

    @cached_property
    def after(self) -> dict[int, Balance]:
        """Every series at the second moment, by number."""
        return self._series_at(self.ends.after)

    def _series_at(self, at: Pair) -> dict[int, Balance]:
        found = balances(
            self.connection, self.ledger, at, contract=self.contract, posted=self.ends.posted
        )
        return {one.series: one for one in found}

    def ask(self, query: str, **asked: object) -> list[dict[str, Any]]:
        """All rows of a query about what lies between the moments; `most` events of each figure."""
        about = {"contract": self.contract, "most": self.most, **asked}
        return ask(self.connection, query, {**self.ends.asked(self.ledger), **about})

    def explained(self, query: str, rows: Sequence[Row], **asked: object) -> dict[Key, Explanation]:
        """What a query says of some figures, which are its `numbers`."""
        names = {
            "numbers": list(range(len(rows))),
            "contracts": [row.key[0] for row in rows],
            "names": [row.key[1] for row in rows],
            "figures": [row.key[2] for row in rows],
        }
        found = {row.key: Explanation(total=0 if row.is_money else None) for row in rows}
        for said in self.ask(query, **{**names, **asked}):
            row = rows[said["number"]]
            explanation = found[row.key]
            explanation.counted = said["counted"]
            if row.is_money:
                explanation.total = _amount(said["total"], row.scale)
            explanation.causes.append(Cause(said["version"], _amount(said["amount"], row.scale)))
        return found


def _amount(sum_of: Any, scale: int) -> Figure:  # noqa: ANN401 (a numeric of PostgreSQL)
    if sum_of is None:
        return None
    return int(sum_of) if scale == 1 else Fraction(int(sum_of), scale)


def behind(rows: Iterable[Row], after: Key, most: int) -> list[Row]:
    """Those that moved, in order, behind a key, so many at most."""
    moved = sorted((row for row in rows if row.moved and row.key > after), key=lambda row: row.key)
    return moved[:most]


def by_side(
    question: Question, side: str
) -> dict[tuple[str, str], tuple[list[Balance], list[Balance]]]:
    """The series of each funder, or partner, of a contract: at the first, and the second moment."""
    found: defaultdict[tuple[str, str], tuple[list[Balance], list[Balance]]] = defaultdict(
        lambda: ([], [])
    )
    for place, series in enumerate((question.before, question.after)):
        for one in series.values():
            name = one.funder if side == "funder" else one.partner
            if name is not None:
                found[one.contract, name][place].append(one)
    return dict(found)
