"""Invoices to funders, credit notes, and receipts: what is open of each."""

from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.pair import Page, Pair, bounded, cursor_of, keys_of, page_of

FILTERS: Final = ("name", "contract", "funder", "claim", "state")


def invoices(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    limit: int | None = None,
    after: str | None = None,
    **filters: str | None,
) -> Page:
    """Invoices in order of issue; filters are those of `FILTERS`."""
    return _documents(connection, ledger, at, "invoice", filters, limit=limit, after=after)


def invoice(connection: Connection[Any], ledger: str, name: str, at: Pair) -> dict[str, Any] | None:
    """One invoice, or None."""
    items = invoices(connection, ledger, at, name=name).items
    return items[0] if items else None


def credit_notes(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    limit: int | None = None,
    after: str | None = None,
    **filters: str | None,
) -> Page:
    """Credit notes in order of issue; filters are those of `FILTERS`."""
    return _documents(connection, ledger, at, "credit_note", filters, limit=limit, after=after)


def receipts(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    contract: str | None = None,
    funder: str | None = None,
    state: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Receipts in order of version, with what each was allocated to."""
    filters = {"contract": contract, "funder": funder, "state": state}
    asked, most = _asked(ledger, at, filters, limit, after)
    rows, following = page_of(
        ask(connection, "claims.receipts", asked), most, lambda row: cursor_of(row["version"])
    )
    items = [shown({**row, "open_minor": row["amount_minor"] - row["allocated_minor"]})
             for row in rows]  # fmt: skip
    return Page(items, following)


def _documents(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    kind: str,
    filters: dict[str, str | None],
    *,
    limit: int | None,
    after: str | None,
) -> Page:
    asked, most = _asked(ledger, at, filters, limit, after)
    rows, following = page_of(
        ask(connection, "claims.invoices", asked | {"kind": kind}),
        most,
        lambda row: cursor_of(row["version"]),
    )
    return Page([_shown(row, kind) for row in rows], following)


def _asked(
    ledger: str, at: Pair, filters: dict[str, str | None], limit: int | None, after: str | None
) -> tuple[dict[str, Any], int]:
    most = bounded(limit)
    asked = {
        **dict.fromkeys(FILTERS),
        **filters,
        "ledger": ledger,
        "day": at.day,
        "known_at": at.known_at,
        "after": (keys_of(after, (int,)) or (0,))[0],
        "limit": most + 1,
    }
    return asked, most


def _shown(row: dict[str, Any], kind: str) -> dict[str, Any]:
    settled = ("allocated_minor", "credited_minor", "written_off_minor")
    applied = row.pop("applied_minor")
    parts = {name: row.pop(name) for name in settled}
    if kind == "credit_note":
        del row["due_on"]
        parts = {"applied_minor": applied}
    left = row["amount_minor"] - sum(parts.values())
    state = "open" if left else "settled"
    return shown({kind: row.pop("name"), **row, **parts, "open_minor": left, "state": state})
