"""Payments: one row each, released, reversed or withheld."""

import datetime
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.lettered import PAYMENTS, lettered
from projections.reading.paging import BY_VERSION, ask_page
from projections.reading.pair import Page, Pair


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
    asked = _asked(ledger, at, limit=None) | {
        "contract": contract,
        "children": None if child is None else [child],
        "funder": funder,
        "trigger": trigger,
        "state": state,
        "first_on": first_on,
        "last_on": last_on,
    }
    rows, following = ask_page(
        connection, "payments.payments", asked, by=BY_VERSION, limit=limit, after=after
    )
    return Page([_shown(row) for row in rows], following)


def payment(connection: Connection[Any], ledger: str, name: str, at: Pair) -> dict[str, Any] | None:
    """One payment, or None when it is not there at the pair."""
    asked = _asked(ledger, at, limit=1) | {"payment": name}
    rows = ask(connection, "payments.payments", asked)
    return _shown(rows[0]) if rows else None


def payment_meant(connection: Connection[Any], ledger: str, name: str, at: Pair) -> str | None:
    """The payment that is there at the pair and that a name with another letter, or none, means."""
    others = lettered(name, PAYMENTS)
    return next((other for other in others if payment(connection, ledger, other, at)), None)


def payments_of_children(
    connection: Connection[Any], ledger: str, contract: str, children: Sequence[str], at: Pair
) -> dict[str, list[dict[str, Any]]]:
    """The payments of some children of one contract, by child, in order of version."""
    asked = _asked(ledger, at, limit=None)
    asked |= {"contract": contract, "children": list(children)}
    found: dict[str, list[dict[str, Any]]] = {child: [] for child in children}
    for row in ask(connection, "payments.payments", asked):
        found[row["child"]].append(_shown(row))
    return found


def _asked(ledger: str, at: Pair, *, limit: int | None) -> dict[str, Any]:
    filters = (
        "payment", "contract", "children", "funder", "trigger", "state", "first_on", "last_on",
    )  # fmt: skip
    return {
        **dict.fromkeys(filters),
        **at.asked(ledger),
        "limit": limit,
        "after": 0,
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """A row as it is answered; what only some payments have is left out of the others."""
    optional = ("reference", "reason", "share_set", "carries")
    present = {k: value for k, value in row.items() if value is not None or k not in optional}
    return shown(present)
