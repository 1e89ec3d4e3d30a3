"""The trial balance: every account of every fund, and a total that is zero."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from psycopg import Connection

from projections.reading.balances import Balance, balances
from projections.reading.pair import Pair


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
    contract: str | None = None,
    fund: str | None = None,
) -> dict[str, Any]:
    """What was posted up to a day, as known at a version; up to a closed day it never changes.

    An account that stands at nothing is left out: what came late for such a day, and is posted
    behind it, would show the account otherwise.
    """
    at = Pair(posted_upto, known_at)
    where = {"book": "journal", "contract": contract, "fund": fund}
    found = balances(connection, ledger, at, posted=True, **where)
    whole = _summed(found)
    standing = [row for row in whole["accounts"] if row["balance_minor"]]
    return {**whole, "accounts": standing}


def _summed(found: Iterable[Balance]) -> dict[str, Any]:
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for balance in found:
        sums[balance.account, balance.fund] += balance.balance_minor
    accounts = [
        {"account": account, "fund": held, "balance_minor": sums[account, held]}
        for account, held in sorted(sums)
    ]
    return {"accounts": accounts, "total_minor": sum(sums.values())}
