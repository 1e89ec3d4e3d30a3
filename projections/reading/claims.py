"""Claims and their lines: what was claimed of whom, up to when, and where it stands."""

from typing import Any

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.pair import (
    Page,
    Pair,
    SeveralContracts,
    bounded,
    cursor_of,
    keys_of,
    page_of,
)


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
    most = bounded(limit)
    start = keys_of(after, (str, str)) or ("", "")
    asked = {
        "ledger": ledger,
        "day": at.day,
        "known_at": at.known_at,
        "contract": contract,
        "claim": claim,
        "state": state,
        "after_contract": start[0],
        "after_claim": start[1],
        "limit": most + 1,
    }
    rows, following = page_of(
        ask(connection, "claims.claims", asked),
        most,
        lambda row: cursor_of(row["contract"], row["claim"]),
    )
    return Page([_shown(row) for row in rows], following)


def claim(
    connection: Connection[Any], ledger: str, name: str, at: Pair, *, contract: str | None = None
) -> dict[str, Any] | None:
    """One claim, or None. Raises `SeveralContracts`."""
    found = claims(connection, ledger, at, contract=contract, claim=name).items
    if len(found) > 1:
        raise SeveralContracts([item["contract"] for item in found])
    return found[0] if found else None


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
    most = bounded(limit)
    asked = {
        "ledger": ledger,
        "day": at.day,
        "known_at": at.known_at,
        "contract": found["contract"],
        "claim": name,
        "after": (keys_of(after, (int,)) or (0,))[0],
        "limit": most + 1,
    }
    rows, following = page_of(
        ask(connection, "claims.lines", asked), most, lambda row: cursor_of(row["version"])
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
    return shown({**row, "known_at_version": row.pop("known_version"), "funders": owed})
