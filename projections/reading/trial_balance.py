"""The trial balance: every account of every fund, and a total that is zero."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from projections.reading.balances import Balance, balances
from projections.reading.pair import Pair
from projections.reading.span import standing


def trial_balance(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    fund: str | None = None,
) -> dict[str, Any]:
    """Accounts with their balances, debit positive, by account and fund."""
    return _summed(balances(connection, ledger, at, book="journal", contract=contract, fund=fund))


def posted_trial_balance(
    connection: Connection[Any],
    ledger: str,
    known_at: int,
    *,
    posted_upto: datetime.date,
    as_of: datetime.date | None = None,
    contract: str | None = None,
    fund: str | None = None,
) -> dict[str, Any]:
    """What was posted up to a day, as known at a version; up to a closed day it never changes.

    With `as_of` only what is effective by then: what was posted behind its own day is left out.

    An account that stands at nothing is left out: what came late for such a day, and is posted
    behind it, would show the account otherwise.
    """
    at, where = Pair(as_of, known_at), {"contract": contract, "fund": fund}
    whole = _summed(standing(connection, ledger, at, posted_upto, book="journal", **where))
    left = [row for row in whole["accounts"] if row["balance_minor"]]
    return {**whole, "accounts": left}


def _summed(found: Iterable[Balance]) -> dict[str, Any]:
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for balance in found:
        sums[balance.account, balance.fund] += balance.balance_minor
    accounts = [
        {"account": account, "fund": held, "balance_minor": sums[account, held]}
        for account, held in sorted(sums)
    ]
    return {"accounts": accounts, "total_minor": sum(sums.values())}
