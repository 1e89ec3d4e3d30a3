"""Accrued and deferred income, by contract, fund and funder.

Accrued: released and not yet invoiced. Deferred: received and not yet allocated to an invoice; it
is the funder's credit, a liability, and becomes nobody's income by itself (`domain.md` 6).
"""

import datetime
from typing import Any, Final

from psycopg import Connection

from projections.reading.paging import page_of_keys
from projections.reading.pair import Pair
from projections.reading.span import standing

FIGURES: Final = {
    "assets:accrued-income:": ("accrued_minor", 1),
    "liabilities:funder-credit:": ("deferred_minor", -1),
}
Key = tuple[str, str, str]


def accrued_income(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    posted_upto: datetime.date = datetime.date.max,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """What is accrued and what is deferred, of what was posted up to a day.

    The totals are those of all, whatever the page.
    """
    rows: dict[Key, dict[str, int]] = {}
    totals = {"accrued_minor": 0, "deferred_minor": 0}
    where = {"book": "journal", "contract": contract}
    for found in standing(connection, ledger, at, posted_upto, **where):
        for kind, (figure, sign) in FIGURES.items():
            if found.account.startswith(kind):
                key = (found.contract, found.fund, found.funder or "")
                row = rows.setdefault(key, dict.fromkeys(totals, 0))
                row[figure] += sign * found.balance_minor
                totals[figure] += sign * found.balance_minor
    keys = sorted(key for key, row in rows.items() if any(row.values()))
    held, following = page_of_keys(keys, first=("", "", ""), limit=limit, after=after)
    named = [dict(zip(("contract", "fund", "funder"), key, strict=True)) for key in held]
    items = [{**name, **rows[key]} for name, key in zip(named, held, strict=True)]
    return {"items": items, "next": following, "totals": totals}
