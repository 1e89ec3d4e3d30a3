"""Why a receipt: the bank line, and what it was set against, down to the claims of those."""

from typing import Any, Final

from psycopg import Connection

from ledger.events.sealed import FindKeys, no_keys
from projections.reading.invoices import receipts
from projections.reading.paging import BY_VERSION, ask_page
from projections.reading.pair import Pair
from projections.tracing.entry import entry_of
from projections.tracing.logged import Trail, more_behind
from projections.tracing.recompute import Again
from projections.tracing.story import terms_before

Document = dict[str, Any]
SAID: Final = ("receipt", "contract", "funder", "amount_minor", "bank_account", "reference")
"""What a receipt says itself, and its row in the read tables repeats."""


def receipt_why(  # noqa: PLR0913 (a pair, a name, a page, and how it is answered)
    connection: Connection[Any],
    ledger: str,
    name: str,
    at: Pair,
    *,
    find_keys: FindKeys = no_keys,
    recompute: bool = False,
    limit: int | None = None,
    after: str | None = None,
) -> Document | None:
    """The whole way of a receipt with a page of its allocations; None: no such receipt, or voided.

    The shape is that of `GET /receipts/{receipt}/why` (`INTERFACE.md`), amounts in pence; 100
    allocations where no `limit` is given, 1,000 at most. Raises `CursorUnreadable`.
    """
    found = receipts(connection, ledger, at, name=name).items
    if not found:
        return None
    trail = Trail(connection, ledger, at, find_keys)
    document = receipt_document(trail, found[0], recompute=recompute, limit=limit, after=after)
    return trail.told(document)


def receipt_document(
    trail: Trail,
    row: Document,
    *,
    recompute: bool,
    limit: int | None = None,
    after: str | None = None,
) -> Document:
    """The why-document of a receipt that is there; `row` is its row in the list of receipts.

    `steps` take all that it was set against off its amount, in pence. Raises `CursorUnreadable`.
    """
    del row["allocations"], row["allocations_more"]
    named = {"receipt": row["receipt"]}
    asked = {**trail.at.asked(trail.ledger), **named}
    rows, following = ask_page(
        trail.connection, "to_cash.allocations", asked, by=BY_VERSION, limit=limit, after=after
    )
    [allocated] = trail.ask("to_cash.sum_of_allocations", **named)
    steps = _steps(row, allocated)
    terms = terms_before(trail, row["contract"], row["version"], ("contract.signed",))
    return {
        "about": "receipt",
        "name": row["receipt"],
        "receipt": row,
        "decision": trail.node(row["version"], "bank_line"),
        "steps": steps,
        "entry": entry_of(trail, [row["version"]]),
        "contract": {"contract": trail.node(terms[0], "contract")},
        "items": [_allocation(trail, found) for found in rows],
        "next": following,
        "more": more_behind(trail, "to_cash.allocations_behind", rows, following, **named),
        "recompute": _again(trail, row, steps).shown() if recompute else None,
    }


def _steps(row: Document, allocated: Document) -> list[Document]:
    """Received less what was allocated, added up by itself, is what is open of it."""
    amount = int(allocated["amount_minor"])
    left = row["amount_minor"] - amount
    step = {"step": "allocated", "count": allocated["number"], "amount_minor": amount}
    last = {"step": "open", "received_minor": row["amount_minor"], "open_minor": left}
    return [step, {**last, "holds": left == row["open_minor"] and left >= 0}]


def _allocation(trail: Trail, row: Document) -> Document:
    path = f"/v1/ledgers/{trail.ledger}"
    return {
        "invoice": row["invoice"],
        "amount_minor": row["amount_minor"],
        "allocation": trail.node(row["version"], "allocation"),
        "issued": trail.node(row["invoice_version"], "invoice"),
        "claim": row["claim"],
        "entry": entry_of(trail, [row["version"]]),
        "why": f"{path}/invoices/{row['invoice']}/why",
    }


def _again(trail: Trail, row: Document, steps: list[Document]) -> Again:
    """A receipt is a fact: its row is compared with it, and what it was set against is added up."""
    again, version = Again(), row["version"]
    again.performed.append({"version": version, "type": "receipt.recorded"})
    event = trail.event(version)
    said = {name: getattr(event.data, name) for name in SAID}
    said["received_on"] = event.effective_on.isoformat()
    for name, fact in said.items():
        if fact != row[name]:
            again.differ(version, name, fact, row[name])
    for step in steps:
        if not step.get("holds", True):
            again.differ(version, "open_minor", step["open_minor"], row["open_minor"])
    return again
