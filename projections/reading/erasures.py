"""Erasures: which children have been erased, and which requests wait for a second person."""

from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.paging import BY_VERSION, ask_page
from projections.reading.pair import Page, Pair


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
    asked = {"ledger": ledger, "known_at": at.known_at, "child": child, "state": state}
    rows, following = ask_page(
        connection, "erasures.standing", asked, by={"child": ""}, limit=limit, after=after
    )
    return Page([shown(row) for row in rows], following)


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
    asked = {"ledger": ledger, "known_at": at.known_at, "child": child}
    rows, following = ask_page(
        connection, "erasures.steps", asked, by=BY_VERSION, limit=limit, after=after
    )
    return Page([shown(row) for row in rows], following)
