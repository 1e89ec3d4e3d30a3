"""Why an invoice or a credit note: a claim's lines of one funder, less what came off them."""

from typing import Any, Final

from psycopg import Connection

from ledger.events.claims import ClaimReduced, CreditNoteIssued, InvoiceIssued
from ledger.events.codec import AnyEvent
from ledger.events.sealed import FindKeys, no_keys
from projections.reading.asking import shown
from projections.reading.invoices import credit_notes, invoice
from projections.reading.paging import BY_VERSION, ask_page
from projections.reading.pair import Pair
from projections.tracing.entry import entry_of
from projections.tracing.invoice_again import invoices_again
from projections.tracing.logged import Trail, more_behind
from projections.tracing.recompute import cause_of
from projections.tracing.story import terms_before
from projections.tracing.to_cash import invoiced

INVOICE_LINES: Final = "to_cash.lines_of_funder"
Document = dict[str, Any]


def invoice_why(  # noqa: PLR0913 (a pair, a name, a page, and how it is answered)
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
    """The whole way of an invoice or a credit note with a page of its lines; None: there is none.

    The shape is that of `GET /invoices/{invoice}/why` (`INTERFACE.md`), amounts in pence; 100 lines
    where no `limit` is given, 1,000 at most. Raises `CursorUnreadable`.
    """
    row = invoice(connection, ledger, name, at)
    if row is None:
        notes = credit_notes(connection, ledger, at, name=name).items
        row = notes[0] if notes else None
    if row is None:
        return None
    trail = Trail(connection, ledger, at, find_keys)
    found = invoice_document(trail, row, recompute=recompute, limit=limit, after=after)
    return trail.told(found)


def invoice_document(
    trail: Trail,
    row: Document,
    *,
    recompute: bool,
    limit: int | None = None,
    after: str | None = None,
) -> Document:
    """The why-document of a document of a funder that is there (`domain.md` 6).

    `steps` add its lines and adjustments up, less what was rejected or deducted, to its amount in
    pence: of all lines, whatever page of them is shown. Raises `CursorUnreadable`.
    """
    issued = trail.event(row["version"])
    asked = {name: row[name] for name in ("contract", "claim", "funder")}
    [papers] = trail.ask("to_cash.papers_of_claim", **asked)
    reductions = trail.events(papers["reductions"])
    lines, following = ask_page(
        trail.connection, INVOICE_LINES, {**trail.at.asked(trail.ledger), **asked},
        by=BY_VERSION, limit=limit, after=after,
    )  # fmt: skip
    [sums] = trail.ask("to_cash.sums_of_funder", **asked)
    content: InvoiceIssued | CreditNoteIssued = issued.data
    return {
        "about": "invoice",
        "name": row.get("invoice") or row.get("credit_note"),
        "invoice": row,
        "decision": trail.node(issued.version, "invoice"),
        "cause": trail.node(cause_of(issued), "cause"),
        "steps": _steps(content, sums, reductions),
        "claim": _claim(trail, row["claim"], papers),
        "settled": invoiced(trail, issued.version)["settled"],
        "entry": entry_of(trail, [issued.version]),
        "contract": _contract(trail, content, issued.version),
        "items": [{**shown(line), "why": _why(trail, line["payment"])} for line in lines],
        "next": following,
        "more": more_behind(trail, "to_cash.lines_behind", lines, following, **asked),
        "recompute": invoices_again(trail, papers, issued).shown() if recompute else None,
    }


def _claim(trail: Trail, name: str, papers: Document) -> Document:
    """The claim that the document follows from, by its steps that are about no single line."""
    return {
        "claim": name,
        "collected": trail.node(papers["collected"], "claim"),
        "steps": trail.nodes(papers["steps"], "claim"),
        "reductions": trail.nodes(papers["reductions"], "deduction"),
    }


def _why(trail: Trail, payment: str) -> str:
    return f"/v1/ledgers/{trail.ledger}/payments/{payment}/why"


def _contract(trail: Trail, issued: InvoiceIssued | CreditNoteIssued, version: int) -> Document:
    """The contract, and the terms on which the funder joined it."""
    types = ("contract.signed", "funder.joined")
    terms = trail.events(terms_before(trail, issued.contract, version, types))
    joined = [e.version for e in terms if getattr(e.data, "funder", None) == issued.funder]
    return {
        "contract": trail.node(terms[0].version, "contract"),
        "funders": trail.nodes(joined, "funder"),
    }


def _steps(
    issued: InvoiceIssued | CreditNoteIssued, sums: Document, reductions: list[AnyEvent]
) -> list[Document]:
    """From the lines to the amount of the document."""
    rejected: list[int] = []
    sampled: list[int] = []
    for event in reductions:
        reduced: ClaimReduced = event.data
        own = [x.amount_minor for x in reduced.funders if x.funder == issued.funder]
        (sampled if reduced.payment is None else rejected).append(sum(own))
    parts = [
        ("lines", sums["lines"], sums["lines_minor"]),
        ("adjustments", sums["adjustments"], sums["adjustments_minor"]),
        ("rejected", len(rejected), sum(rejected)),
        ("deducted_by_samples", len(sampled), sum(sampled)),
    ]
    total = sum(amount for _, _, amount in parts)
    sign = 1 if isinstance(issued, InvoiceIssued) else -1
    steps: list[Document] = [
        {"step": name, "count": count, "amount_minor": amount} for name, count, amount in parts
    ]
    last: Document = {"step": "sum", "amount_minor": total, "document_minor": issued.amount_minor}
    return [*steps, {**last, "holds": total == sign * issued.amount_minor}]
