"""The trial balance: every account of every fund, and a total that is zero."""

from collections import defaultdict
from typing import Any

from psycopg import Connection

from projections.reading.balances import balances
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
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for found in balances(connection, ledger, at, book="journal", contract=contract, fund=fund):
        sums[found.account, found.fund] += found.balance_minor
    accounts = [
        {"account": account, "fund": held, "balance_minor": sums[account, held]}
        for account, held in sorted(sums)
    ]
    return {"accounts": accounts, "total_minor": sum(sums.values())}
