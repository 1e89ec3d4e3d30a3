"""Seeded choices: the same seed and name give the same dice on every machine."""

import datetime
import random
from collections.abc import Iterable, Sequence
from typing import Final

from api.reference.intakes import Days

SEED: Final = 2019
FRIDAY: Final = 4
DAY: Final = datetime.timedelta(days=1)


def dice_for(seed: int, name: str) -> random.Random:
    """Dice of their own for one child, group or draw, so that nothing shifts what follows it."""
    return random.Random(f"{seed}:{name}")  # noqa: S311 (made-up children, not secrets)


def working_days(within: Days) -> Sequence[datetime.date]:
    """Monday to Friday from the first day to the last, both inclusive."""
    first, last = within
    days = (first + DAY * offset for offset in range((last - first).days + 1))
    return [day for day in days if day.weekday() <= FRIDAY]


def some_days(dice: random.Random, within: Days, count: int) -> Sequence[datetime.date]:
    """`count` different working days in order; fewer when there are fewer."""
    days = working_days(within)
    return sorted(dice.sample(days, min(count, len(days))))


def working_day_after(day: datetime.date, days_later: int) -> datetime.date:
    """The day so much later, or the Monday that follows it."""
    later = day + DAY * days_later
    return later + DAY * max(0, 7 - later.weekday()) if later.weekday() > FRIDAY else later


def evenly(days: Sequence[datetime.date], count: int) -> Sequence[datetime.date]:
    """`count` days spread evenly over the given ones."""
    return [days[place * len(days) // count] for place in range(count)]


def without(pool: Iterable[int], taken: Iterable[int]) -> Sequence[int]:
    """What is left of a pool, in its order."""
    gone = set(taken)
    return [place for place in pool if place not in gone]
