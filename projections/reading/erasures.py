"""Erasures: which children have been erased, and which requests wait for a second person."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.pair import Page, Pair, bounded, cursor_of, keys_of, page_of


def erased_children(
    connection: Connection[Any], ledger: str, children: Sequence[str], at: Pair
) -> set[str]:
    """Which of these children had been erased by a version, scores and all."""
    asked = {"ledger": ledger, "known_at": at.known_at, "children": list(children)}
    return {row["child"] for row in ask(connection, "erasures.erased", asked)}


def erasures(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    child: str | None = None,
    state: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Where each erasure stands, by child: requested, declined or erased, by whom and why."""
    most = bounded(limit)
    asked = {
        "ledger": ledger,
        "known_at": at.known_at,
        "child": child,
        "state": state,
        "after": (keys_of(after, (str,)) or ("",))[0],
        "limit": most + 1,
    }
    rows = ask(connection, "erasures.standing", asked)
    found, following = page_of(rows, most, lambda row: cursor_of(row["child"]))
    return Page([shown(row) for row in found], following)


def erasure(
    connection: Connection[Any], ledger: str, child: str, at: Pair
) -> dict[str, Any] | None:
    """Where the erasure of one child stands, or None when nobody ever asked for one."""
    items = erasures(connection, ledger, at, child=child).items
    return items[0] if items else None


def steps(
    connection: Connection[Any],
    ledger: str,
    child: str,
    at: Pair,
    *,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """The steps on the way to one child's erasure, in order of version."""
    most = bounded(limit)
    asked = {
        "ledger": ledger,
        "known_at": at.known_at,
        "child": child,
        "after": (keys_of(after, (int,)) or (0,))[0],
        "limit": most + 1,
    }
    rows = ask(connection, "erasures.steps", asked)
    found, following = page_of(rows, most, lambda row: cursor_of(row["version"]))
    return Page([shown(row) for row in found], following)
