"""Pages of lists: what is behind a cursor, one more than the limit, and the next cursor."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from psycopg import Connection

from projections.reading.asking import ask
from projections.reading.pair import SeveralContracts, bounded, cursor_of, keys_of, page_of

Item = TypeVar("Item")
Key = TypeVar("Key", bound=tuple[str | int, ...])
Column = str
BY_VERSION: Final = {"version": 0}


def paged(
    find: Callable[[Key, int], Sequence[Item]],
    key_of: Callable[[Item], Key],
    *,
    first: Key,
    limit: int | None,
    after: str | None,
) -> tuple[Sequence[Item], str | None]:
    """A page of what `find` gives behind a key, so many at most; and the cursor behind the page.

    `first` is before every key. Raises `CursorUnreadable`.
    """
    most = bounded(limit)
    start: Any = keys_of(after, tuple(type(part) for part in first)) or first
    return page_of(find(start, most + 1), most, lambda item: cursor_of(*key_of(item)))


def ask_page(
    connection: Connection[Any],
    query: str,
    asked: Mapping[str, Any],
    *,
    by: Mapping[Column, str | int],
    limit: int | None,
    after: str | None,
) -> tuple[Sequence[dict[str, Any]], str | None]:
    """A page of the rows of a query, which has a `limit` and where to begin as parameters.

    `by` are the columns that it is sorted by, each with what is before every value. The parameter
    is `after`, or one for each column where there are several, such as `after_contract`.
    """
    names = ["after"] if len(by) == 1 else [f"after_{column}" for column in by]

    def find(start: tuple[str | int, ...], most: int) -> list[dict[str, Any]]:
        place = dict(zip(names, start, strict=True))
        return ask(connection, query, {**asked, **place, "limit": most})

    return paged(
        find,
        lambda row: tuple(row[column] for column in by),
        first=tuple(by.values()),
        limit=limit,
        after=after,
    )


def page_of_keys(
    keys: Iterable[Key], *, first: Key, limit: int | None, after: str | None
) -> tuple[Sequence[Key], str | None]:
    """A page of keys that are at hand, in their order."""

    def find(start: Key, most: int) -> list[Key]:
        return list(islice((key for key in keys if key > start), most))

    return paged(find, lambda key: key, first=first, limit=limit, after=after)


def only(found: Sequence[Item], contract_of: Callable[[Item], str]) -> Item | None:
    """The only one of a name, or None. Raises `SeveralContracts` where they are several."""
    if len(found) > 1:
        raise SeveralContracts([contract_of(one) for one in found])
    return found[0] if found else None
