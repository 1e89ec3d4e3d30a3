"""Which items are looked at: drawn by SHA-256 from a population in order of version (0031).

The auditor's words are the seed; the root of the log at the frozen version is the other half, so
that neither side alone decides. All arithmetic is in whole numbers. Populations are streamed:
what is held in memory is the sample.
"""

import datetime
from collections.abc import Iterable, Iterator
from hashlib import sha256
from heapq import nsmallest
from typing import Final, Literal, NamedTuple

Method = Literal["random", "systematic", "monetary_unit"]
METHODS: Final[tuple[Method, ...]] = ("random", "systematic", "monetary_unit")


class Item(NamedTuple):
    """One item of a population, in pence; `with_whom` is its funder or its partner."""

    item: str
    version: int
    effective_on: datetime.date
    contract: str
    with_whom: str | None
    amount_minor: int


class Drawn(NamedTuple):
    """An item that was drawn, and by what.

    By its key (random), by its rank in the population from 0 (systematic), or by the first of the
    monetary units that hit it, counted from 0; a large item may be hit several times.
    """

    item: Item
    by: str | int
    hits: int = 1


class Totals(NamedTuple):
    """How many items a population has, and what they come to in pence."""

    items: int
    amount_minor: int


class Seed(NamedTuple):
    """The auditor's words, and the root of the log at the version that the population is of."""

    words: str
    root: str

    def key(self, name: str) -> str:
        """The SHA-256 of `words|root|name` in hexadecimal."""
        return sha256(f"{self.words}|{self.root}|{name}".encode()).hexdigest()

    def start(self, population: int) -> int:
        """Where to begin: the key of `start` as a number, modulo the population.

        The first places are preferred by less than the population in 2^256.
        """
        return int(self.key("start"), 16) % population


def drawn(
    method: Method, items: Iterable[Item], totals: Totals, seed: Seed, size: int
) -> list[Drawn]:
    """A sample of a population that comes in the order of its versions; all where it is smaller.

    `size` counts items, or monetary units; `totals` must be those of `items`. Random items are in
    the order of their keys, others in that of their versions (0031).
    """
    if not totals.items:
        return []
    match method:
        case "random":
            return _random(items, seed, size)
        case "systematic":
            return list(_systematic(items, totals.items, seed, min(size, totals.items)))
        case "monetary_unit":
            return list(_monetary(items, totals.amount_minor, seed, min(size, totals.amount_minor)))


def _random(items: Iterable[Item], seed: Seed, size: int) -> list[Drawn]:
    """The items with the lowest keys; every set of so many is as likely as any other."""
    keyed = ((seed.key(item.item), item) for item in items)
    lowest = nsmallest(size, keyed, key=lambda pair: (pair[0], pair[1].item))
    return [Drawn(item, key) for key, item in lowest]


def _systematic(items: Iterable[Item], population: int, seed: Seed, size: int) -> Iterator[Drawn]:
    """One in every population / size items; each is drawn with the same chance."""
    wanted = places(population, seed, size)
    following = next(wanted, None)
    for rank, item in enumerate(items):
        if rank == following:
            yield Drawn(item, rank)
            following = next(wanted, None)


def _monetary(items: Iterable[Item], total_minor: int, seed: Seed, size: int) -> Iterator[Drawn]:
    """The items that hold one in every total / size pence; each penny has the same chance.

    An item of the interval or more is always among them.
    """
    wanted = places(total_minor, seed, size)
    unit = next(wanted, None)
    behind = 0
    for item in items:
        behind += item.amount_minor
        first, hits = unit, 0
        while unit is not None and unit < behind:
            hits += 1
            unit = next(wanted, None)
        if hits and first is not None:
            yield Drawn(item, first, hits)


def places(population: int, seed: Seed, size: int) -> Iterator[int]:
    """Places from 0, evenly apart: (start + n x population) / size without its remainder.

    Ranks of items, or pence of their sum (0031); `population` and `size` are above 0.
    """
    start = seed.start(population)
    return ((start + number * population) // size for number in range(size))
