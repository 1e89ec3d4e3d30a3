"""The lines of the journal."""

import datetime
from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.paging import ask_page
from projections.reading.pair import Page, Pair


def journal_lines(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    first_on: datetime.date | None = None,
    last_on: datetime.date | None = None,
    posted_from: datetime.date | None = None,
    posted_upto: datetime.date | None = None,
    account: str | None = None,
    contract: str | None = None,
    fund: str | None = None,
    funder: str | None = None,
    partner: str | None = None,
    child: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Lines in the order of their versions, effective and posted between days, debit positive."""
    asked = {
        **at.asked(ledger),
        "first_on": first_on, "last_on": last_on, "from": posted_from, "upto": posted_upto,
        "account": account, "contract": contract, "fund": fund,
        "funder": funder, "partner": partner,
        "versions": None if child is None else _versions_of(connection, ledger, child),
    }  # fmt: skip
    by = {"version": 0, "line": 0}
    rows, following = ask_page(connection, "journal.lines", asked, by=by, limit=limit, after=after)
    return Page([shown(row) for row in rows], following)


def _versions_of(connection: Connection[Any], ledger: str, child: str) -> list[int]:
    """The versions that released or reversed a payment of a child."""
    asked = {"ledger": ledger, "child": child}
    return [row["version"] for row in ask(connection, "journal.versions_of_child", asked)]
