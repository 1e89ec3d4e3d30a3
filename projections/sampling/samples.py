"""An audit sample of a ledger: a population frozen at a pair, drawn from by words and its root."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from psycopg import Connection
from psycopg.rows import dict_row

from ledger.log.queries import load_queries
from projections.exports.figures import SQL as EXPORTING
from projections.exports.figures import root_at
from projections.reading.pair import Pair, cursor_of, keys_of, page_of
from projections.reading.span import WHOLE, Span
from projections.sampling.drawing import Drawn, Item, Method, Seed, Totals, drawn
from projections.sampling.sizes import SIZE_MAX, Plan, size_of

SQL: Final = load_queries(Path(__file__).parent / "populations.sql")
ROWS_AT_ONCE: Final = 5_000
Population = Literal["payments", "fees", "invoices", "receipts", "journal"]
WHY: Final[dict[Population, str]] = {
    "payments": "payments/{item}/why",
    "fees": "fees/{version}/why",
    "invoices": "invoices/{item}/why",
    "receipts": "receipts/{item}/why",
    "journal": "journal/{version}/why",
}
"""Where the why-document of an item is."""


class Asked(NamedTuple):
    """What a sample is asked for; the size is a number, or comes from a plan."""

    of: Population
    method: Method
    words: str
    size: int | Plan
    contract: str | None = None
    span: Span = WHOLE

    def size_from(self, totals: Totals) -> int:
        """How many items, or monetary units. Raises `SizeOutOfReach`."""
        if isinstance(self.size, int):
            return self.size
        return size_of(self.size, totals.items) if totals.items else 0


class Sample(NamedTuple):
    """A sample with what it was drawn from: enough to draw it again, and to judge it."""

    asked: Asked
    at: Pair
    root: str
    totals: Totals
    size: int
    drawn: list[Drawn]

    @property
    def start(self) -> int | None:
        """Where a draw at even places begins; a random one has no start."""
        population = {
            "random": 0,
            "systematic": self.totals.items,
            "monetary_unit": self.totals.amount_minor,
        }[self.asked.method]
        return Seed(self.asked.words, self.root).start(population) if population else None

    @property
    def interval(self) -> Fraction | None:
        """How many pence one monetary unit of the sample stands for."""
        if self.asked.method != "monetary_unit" or not self.size:
            return None
        return Fraction(self.totals.amount_minor, self.size)


def draw_sample(connection: Connection[Any], ledger: str, asked: Asked, at: Pair) -> Sample:
    """Draw a sample; every query sees one moment, and the population is read once, as a stream.

    The root is that of the log at the pair's version. No sample has more than 10,000 items. Raises
    `SizeOutOfReach`.
    """
    with connection.transaction():
        connection.execute(EXPORTING["hold_still"])
        root = root_at(connection, ledger, at.known_at).hex()
        with connection.cursor(name="population", row_factory=dict_row) as cursor:
            cursor.itersize = ROWS_AT_ONCE
            cursor.execute(
                SQL[asked.of],
                {**at.asked(ledger), "contract": asked.contract, **asked.span.asked},
            )
            first = cursor.fetchone()
            totals = _totals_of(first)
            size = min(asked.size_from(totals), _largest(asked.method, totals))
            items = _items(first, cursor)
            found = drawn(asked.method, items, totals, Seed(asked.words, root), size)
    return Sample(asked, at, root, totals, size, found)


def _largest(method: Method, totals: Totals) -> int:
    """No sample has more items than there are, or more monetary units than there are pence."""
    there = totals.amount_minor if method == "monetary_unit" else totals.items
    return min(there, SIZE_MAX)


def _totals_of(first: dict[str, Any] | None) -> Totals:
    """Every row says how many there are and what they come to."""
    return Totals(0, 0) if first is None else Totals(first["items"], int(first["total_minor"]))


def _items(first: dict[str, Any] | None, rest: Iterable[dict[str, Any]]) -> Iterator[Item]:
    if first is None:
        return
    yield _item(first)
    for row in rest:
        yield _item(row)


def _item(row: dict[str, Any]) -> Item:
    return Item(*(row[name] for name in Item._fields))


def sample_page(
    sample: Sample, ledger: str, *, limit: int | None = None, after: str | None = None
) -> dict[str, Any]:
    """A sample as it is answered: how it was drawn, and a page of its items.

    All of it where no `limit` is given: 10,000 items at most. Raises `CursorUnreadable`.
    """
    place = (keys_of(after, (int,)) or (0,))[0]
    most = SIZE_MAX if limit is None else limit
    numbered = list(enumerate(sample.drawn, start=1))[place : place + most + 1]
    shown, following = page_of(numbered, most, lambda pair: cursor_of(pair[0]))
    return {
        **described(sample),
        "items": [item_shown(sample, ledger, number, one) for number, one in shown],
        "next": following,
    }


def described(sample: Sample) -> dict[str, Any]:
    """What a sample says of itself, amounts in pence: with it anybody can draw it again (0031)."""
    asked = sample.asked
    interval = sample.interval
    return {
        "of": asked.of,
        "method": asked.method,
        "contract": asked.contract,
        **asked.span.told,
        "seed": asked.words,
        "frozen": {
            "as_of": None if sample.at.as_of is None else sample.at.as_of.isoformat(),
            "version": sample.at.known_at,
            "root": sample.root,
        },
        "population": {
            "items": sample.totals.items,
            "amount_minor": sample.totals.amount_minor,
        },
        "planned": None if isinstance(asked.size, int) else planned(asked.size),
        "size": sample.size,
        "start": sample.start,
        "interval": None if interval is None else str(interval),
        "sampled": {
            "items": len(sample.drawn),
            "amount_minor": sum(one.item.amount_minor for one in sample.drawn),
        },
    }


def planned(plan: Plan) -> dict[str, str]:
    """A plan as it was asked for, in percent."""
    return {
        "confidence": in_percent(plan.confidence),
        "tolerable": in_percent(plan.tolerable),
        "expected": in_percent(plan.expected),
        "table": plan.table,
    }


def in_percent(rate: Fraction) -> str:
    """A rate of at most six decimal places as percent, without zeros behind it."""
    whole, rest = divmod(rate * 100 * 10_000, 10_000)
    places = f"{int(rest):04}".rstrip("0")
    return f"{whole}.{places}" if places else str(whole)


def item_shown(sample: Sample, ledger: str, place: int, one: Drawn) -> dict[str, Any]:
    """An item of a sample, with the way to its evidence at the frozen version.

    `{place, item, version, effective_on, contract, with_whom, amount_minor, drawn_by, hits, why}`.
    """
    item = one.item
    why = WHY[sample.asked.of].format(item=item.item, version=item.version)
    return {
        "place": place,
        "item": item.item,
        "version": item.version,
        "effective_on": item.effective_on.isoformat(),
        "contract": item.contract,
        "with_whom": item.with_whom,
        "amount_minor": item.amount_minor,
        "drawn_by": one.by,
        "hits": one.hits,
        "why": f"/v1/ledgers/{ledger}/{why}?known_at={sample.at.known_at}",
    }
