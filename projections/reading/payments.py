"""Payments: one row each, released, reversed or withheld."""

import datetime
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.pair import Page, Pair, bounded, cursor_of, keys_of, page_of


def payments(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    child: str | None = None,
    funder: str | None = None,
    trigger: str | None = None,
    state: str | None = None,
    first_on: datetime.date | None = None,
    last_on: datetime.date | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Payments in order of version, effective between two days, both inclusive."""
    most = bounded(limit)
    start = keys_of(after, (int,)) or (0,)
    asked = _asked(ledger, at, limit=most + 1, after=start[0])
    asked |= {
        "contract": contract,
        "children": None if child is None else [child],
        "funder": funder,
        "trigger": trigger,
        "state": state,
        "first_on": first_on,
        "last_on": last_on,
    }
    rows, following = page_of(
        ask(connection, "payments.payments", asked), most, lambda row: cursor_of(row["version"])
    )
    return Page([_shown(row) for row in rows], following)


def payment(connection: Connection[Any], ledger: str, name: str, at: Pair) -> dict[str, Any] | None:
    """One payment, or None when it is not there at the pair."""
    asked = _asked(ledger, at, limit=1, after=0) | {"payment": name}
    rows = ask(connection, "payments.payments", asked)
    return _shown(rows[0]) if rows else None


def payments_of_children(
    connection: Connection[Any], ledger: str, contract: str, children: Sequence[str], at: Pair
) -> dict[str, list[dict[str, Any]]]:
    """The payments of some children of one contract, by child, in order of version."""
    asked = _asked(ledger, at, limit=None, after=0)
    asked |= {"contract": contract, "children": list(children)}
    found: dict[str, list[dict[str, Any]]] = {child: [] for child in children}
    for row in ask(connection, "payments.payments", asked):
        found[row["child"]].append(_shown(row))
    return found


def _asked(ledger: str, at: Pair, *, limit: int | None, after: int) -> dict[str, Any]:
    filters = (
        "payment", "contract", "children", "funder", "trigger", "state", "first_on", "last_on",
    )  # fmt: skip
    return {
        **dict.fromkeys(filters),
        "ledger": ledger,
        "day": at.day,
        "known_at": at.known_at,
        "limit": limit,
        "after": after,
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is answered; what only some payments have is left out of the others."""
    optional = ("reference", "reason", "share_set", "carries")
    present = {k: value for k, value in row.items() if value is not None or k not in optional}
    return shown(present)
