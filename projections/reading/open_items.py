"""Open items: invoices not settled, credit notes not applied, credit not allocated.

What settles a document before the day of its posting counts without it, so that the items add up to
the accounts on every day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.balances import Balance

OPEN_ITEMS_MAX: Final = 1_000


def open_items(
    connection: Connection[Any], asked: Mapping[str, Any], ended: Iterable[Balance]
) -> list[dict[str, Any]]:
    """The open items of a funder at the end of a span, oldest first; they add up to its balance.

    Behind a thousand documents the rest of them is one figure.
    """
    held: defaultdict[tuple[str, str], int] = defaultdict(int)
    outstanding = 0
    for balance in ended:
        if balance.account.startswith("liabilities:funder-credit:"):
            held[balance.contract, balance.fund] += balance.balance_minor
        if balance.account.startswith("assets:receivable:"):
            outstanding += balance.balance_minor
    upto = {"day": min(asked["day"], asked["last_on"]), "limit": OPEN_ITEMS_MAX}
    rows = ask(connection, "books.open_documents", {**asked, **upto})
    rest = outstanding - sum(row["open_minor"] for row in rows)
    return [
        *(shown(row) for row in rows),
        *([{"item": "further_documents", "open_minor": rest}] if rest else []),
        *(
            {"item": "unallocated_credit", "contract": contract, "fund": fund, "open_minor": minor}
            for (contract, fund), minor in sorted(held.items())
            if minor
        ),
    ]
