"""Amounts that go up and down from day to day, and what is left of them from a day on.

What leaves an amount on a day must be there on that day and on every later one, or an answer as of
a day between the two would be below nothing (0023).
"""

import datetime
from collections.abc import Iterable, Mapping
from itertools import accumulate

Moves = Mapping[datetime.date, int]


def together(moves: Iterable[tuple[datetime.date, int]]) -> dict[datetime.date, int]:
    """By how much something changes on each day, of its changes one by one."""
    sums: dict[datetime.date, int] = {}
    for day, moved in moves:
        sums[day] = sums.get(day, 0) + moved
    return sums


def least_from(moves: Moves, day: datetime.date) -> int:
    """The least that there is on a day or on any later one."""
    standing = sum(moved for on, moved in moves.items() if on <= day)
    later = (moves[on] for on in sorted(moves) if on > day)
    return min(accumulate(later, initial=standing))
