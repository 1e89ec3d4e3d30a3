"""Periods: each closing, what it stored, and what became of it.

They are filtered by `known_at` alone, as all decisions of people are.
"""

from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.pair import Page, Pair, bounded, cursor_of, keys_of, page_of
from projections.reading.trial_balance import posted_trial_balance


def closings(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """The closings of one contract, or of everything, the latest first."""
    most = bounded(limit)
    start = keys_of(after, (int,))
    rows = _ask(
        connection, ledger, at, contract=contract, before=start and start[0], limit=most + 1
    )
    found, following = page_of(rows, most, lambda row: cursor_of(row["closing"]))
    return Page([_told(row) for row in found], following)


def closing(connection: Connection[Any], ledger: str, version: int, at: Pair) -> Any:  # noqa: ANN401
    """One closing with the trial balance that it stored, or None; named by its version."""
    rows = _ask(connection, ledger, at, closing=version, limit=1)
    if not rows:
        return None
    accounts = rows[0]["trial_balance"]
    total_minor = sum(row["balance_minor"] for row in accounts)
    return {**_told(rows[0]), "accounts": accounts, "total_minor": total_minor}


def _ask(connection: Connection[Any], ledger: str, at: Pair, **asked: object) -> list[Any]:
    wanted = {"contract": None, "before": None, "closing": None, **asked}
    return ask(
        connection, "periods.closings", {"ledger": ledger, "known_at": at.known_at, **wanted}
    )


def _told(row: dict[str, Any]) -> dict[str, Any]:
    state = "made_hard" if row["made_hard_version"] else "closed"
    told = shown({key: value for key, value in row.items() if key != "trial_balance"})
    told["from"], told["to"] = told.pop("first_on"), told.pop("last_on")
    return {**told, "state": "reopened" if row["reopened_version"] else state}


def report(
    connection: Connection[Any], ledger: str, version: int, at: Pair
) -> dict[str, Any] | None:
    """The trial balance of a closed period, taken again from the postings as known at a version.

    While the period is closed it is, at any version, the one that its closing stored.
    """
    rows = _ask(connection, ledger, at, closing=version, limit=1)
    if not rows:
        return None
    of = rows[0]
    balance = posted_trial_balance(
        connection,
        ledger,
        at.known_at,
        posted_upto=of["last_on"],
        contract=of["contract"],
    )
    named = {key: of[key] for key in ("closing", "contract", "hardness", "at_version", "root")}
    return {**named, "from": str(of["first_on"]), "to": str(of["last_on"]), **balance}
