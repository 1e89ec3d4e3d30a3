"""Pages of a why-document that has several lists: the same places of each of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from projections.reading.pair import bounded, cursor_of, keys_of


class SideBySide(NamedTuple):
    """A page of some lists; the cursor of the next one, if any; how many items are behind it."""

    lists: list[Sequence[Any]]
    following: str | None
    more: int


def side_by_side(*lists: Sequence[Any], limit: int | None, after: str | None) -> SideBySide:
    """As many items of each list at most, from the place on that the page before ended at.

    Raises `CursorUnreadable`.
    """
    first = (keys_of(after, (int,)) or (0,))[0]
    behind = first + bounded(limit)
    more = sum(max(0, len(found) - behind) for found in lists)
    page = [found[first:behind] for found in lists]
    return SideBySide(page, cursor_of(behind) if more else None, more)
