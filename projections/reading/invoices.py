"""Invoices to funders, credit notes, and receipts: what is open of each."""

from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import shown
from projections.reading.lettered import INVOICES, lettered
from projections.reading.paging import BY_VERSION, ask_page
from projections.reading.pair import Page, Pair
from projections.reading.reasons import reasons

ALLOCATIONS_MAX: Final = 100
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


def invoice_meant(connection: Connection[Any], ledger: str, name: str, at: Pair) -> str | None:
    """The invoice that is there at the pair and that a name with another letter, or none, means."""
    others = lettered(name, INVOICES)
    return next((other for other in others if invoice(connection, ledger, other, at)), None)


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
    name: str | None = None,
    state: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> Page:
    """Receipts in order of version, with what the bank said and what each was allocated to.

    Of the allocations of each the first hundred, and how many more there are.
    """
    asked = {**at.asked(ledger), "contract": contract, "funder": funder, "state": state}
    asked |= {"name": name, "allocations_max": ALLOCATIONS_MAX}
    rows, following = ask_page(
        connection, "claims.receipts", asked, by=BY_VERSION, limit=limit, after=after
    )
    said = reasons(connection, ledger, [row["version"] for row in rows])
    items = [
        {
            **shown(row),
            "reference": said[row["version"]].get("reference"),
            "open_minor": row["amount_minor"] - row["allocated_minor"],
        }
        for row in rows
    ]
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
    asked = {**at.asked(ledger), **dict.fromkeys(FILTERS), **filters, "kind": kind}
    rows, following = ask_page(
        connection, "claims.invoices", asked, by=BY_VERSION, limit=limit, after=after
    )
    return Page([_shown(row, kind) for row in rows], following)


def _shown(row: dict[str, Any], kind: str) -> dict[str, Any]:
    settled = ("allocated_minor", "credited_minor", "written_off_minor")
    used = {name: row.pop(name) for name in ("applied_minor", "refunded_minor")}
    parts = {name: row.pop(name) for name in settled}
    if kind == "credit_note":
        del row["due_on"]
        parts = used
    left = row["amount_minor"] - sum(parts.values())
    state = "open" if left else "settled"
    return shown({kind: row.pop("name"), **row, **parts, "open_minor": left, "state": state})
