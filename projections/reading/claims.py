"""Claims and their lines: what was claimed of whom, up to when, and where it stands."""

from operator import itemgetter
from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import shown
from projections.reading.paging import BY_VERSION, ask_page, only
from projections.reading.pair import Page, Pair

BY_CLAIM: Final = {"contract": "", "claim": ""}


def claims(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    claim: str | None = None,
    state: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Claims by contract and name; amounts are less what came off."""
    asked = {**at.asked(ledger), "contract": contract, "claim": claim, "state": state}
    rows, following = ask_page(
        connection, "claims.claims", asked, by=BY_CLAIM, limit=limit, after=after
    )
    return Page([_shown(row) for row in rows], following)


def claim(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None = None
) -> dict[str, Any] | None:
    """One claim, or None. Raises `SeveralContracts`."""
    found = claims(connection, ledger, at, contract=contract, claim=name).items
    return only(found, itemgetter("contract"))


def lines(
    connection: Connection[Any],
    ledger: str,
    name: str,
    at: Pair,
    *,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page | None:
    """The lines of a claim in order of version, or None when there is no such claim."""
    found = claim(connection, ledger, name, at, contract=contract)
    if found is None:
        return None
    asked = {**at.asked(ledger), "contract": found["contract"], "claim": name}
    rows, following = ask_page(
        connection, "claims.lines", asked, by=BY_VERSION, limit=limit, after=after
    )
    return Page([_line(row) for row in rows], following)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    """An adjustment takes back what the payment's funders were to pay."""
    if row["adjustment"]:
        pence = ("amount_minor", "unfunded_minor")
        row["split"] = [
            {name: -value if name in pence else value for name, value in share.items()}
            for share in row["split"]
        ]
    return shown(row)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    funders: dict[str, int] = {}
    for shares in [row.pop("funders"), *row.pop("reductions")]:
        for share in shares:
            amount = funders.get(share["funder"], 0) + share["amount_minor"]
            funders[share["funder"]] = amount
    owed = [{"funder": funder, "amount_minor": amount} for funder, amount in funders.items()]
    return shown({**row, "funders": owed})
