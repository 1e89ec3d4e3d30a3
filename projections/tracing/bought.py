"""Forwards: what a funder's money bought, by trigger and area, adding up to what it recognised."""

from typing import Any, Final

from psycopg import Connection

from projections.reading.funders import funder
from projections.reading.paging import ask_page
from projections.reading.pair import Page, Pair

BY: Final = {"trigger": "", "kind": "", "area": ""}
FIGURES: Final = ("released_minor", "reversed_minor", "recognised_minor", "unfunded_minor")


def bought(
    connection: Connection[Any],
    ledger: str,
    name: str,
    at: Pair,
    *,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page | None:
    """A line for each trigger and area that the funder pays a part of, or None for no such funder.

    Children are counted exactly: this is for the business; reports for outside hide small numbers
    (0018). The shape is that of `GET /funders/{funder}/bought` (`INTERFACE.md`), amounts in pence;
    100 lines where no `limit` is given, 1,000 at most. Raises `SeveralContracts`, and
    `CursorUnreadable`.
    """
    position = funder(connection, ledger, name, at, contract=contract)
    if position is None:
        return None
    asked = {**at.asked(ledger), "funder": name, "contract": position["contract"]}
    rows, following = ask_page(connection, "bought.bought", asked, by=BY, limit=limit, after=after)
    items = [_shown(ledger, name, row) for row in rows]
    about = {"about": "bought", "funder": name, "contract": position["contract"]}
    about["totals"] = {figure: position[figure] for figure in FIGURES}
    return Page(items, following, about)


def _shown(ledger: str, name: str, row: dict[str, Any]) -> dict[str, Any]:
    """A line, with where its payments are listed; grants are about no child."""
    released, taken_back = row["released_minor"], row["reversed_minor"]
    path = f"/v1/ledgers/{ledger}/payments?funder={name}&trigger={row['trigger']}"
    return {
        **row,
        "area": row["area"] or None,
        "children": None if row["kind"] == "grant" else row["children"],
        "recognised_minor": released - taken_back,
        "payments": path,
    }
