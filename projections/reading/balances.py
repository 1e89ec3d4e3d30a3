"""Balances at any pair, from the cumulative curves (design: a probe and at most 2,048 rows)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from psycopg import Connection

from projections.reading.asking import ask
from projections.reading.pair import Pair


class Balance(NamedTuple):
    """A series and what it stands at: debit positive, in minor units."""

    book: str
    account: str
    contract: str
    fund: str
    funder: str | None
    partner: str | None
    detail: str
    parts: int
    parts_total: int
    balance_minor: int


def balances(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    book: str | None = None,
    account: str | None = None,
    contract: str | None = None,
    fund: str | None = None,
    funders: Sequence[str] | None = None,
    partners: Sequence[str] | None = None,
) -> list[Balance]:
    """Every matching series that anything was posted to by then."""
    asked = {
        "ledger": ledger,
        "day": at.day,
        "known_at": at.known_at,
        "book": book,
        "account": account,
        "contract": contract,
        "fund": fund,
        "funders": None if funders is None else list(funders),
        "partners": None if partners is None else list(partners),
    }
    rows = ask(connection, "balances.balances", asked)
    return [Balance(**{**row, "balance_minor": int(row["balance_minor"])}) for row in rows]


def total(found: Sequence[Balance], *, account: str, detail: str) -> int:
    """The sum of the balances of one account that have one detail."""
    return sum(
        balance.balance_minor
        for balance in found
        if balance.detail == detail and balance.account == account
    )
