"""The hashes of a tree that PostgreSQL keeps, read by whoever has a cursor: leaves and nodes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from psycopg import Cursor

from ledger.log.ports import HashRange
from ledger.log.queries import load_queries

SQL: Final = load_queries(Path(__file__).parent / "sql" / "log.sql")


def hashes_kept(
    cursor: Cursor[Any], ledger: str, ranges: Sequence[HashRange]
) -> Mapping[tuple[int, int], bytes]:
    """The hashes of these ranges by level and place; those that are not kept are left out.

    The cursor gives tuples.
    """
    found: dict[tuple[int, int], bytes] = {}
    for query, asked in (
        ("leaf_hashes", [one for one in ranges if one.level == 0]),
        ("node_hashes", [one for one in ranges if one.level > 0]),
    ):
        if asked:
            levels, firsts, numbers = map(list, zip(*asked, strict=True))
            where = {"levels": levels, "firsts": firsts, "numbers": numbers}
            cursor.execute(SQL[query], {"ledger": ledger, **where}, prepare=True)
            found.update({(level, place): kept for level, place, kept in cursor})
    return found
