"""From a payment to the bank: claims that held it, their invoices, and what paid those."""

from collections.abc import Mapping
from typing import Any, Final

from projections.tracing.logged import Node, Trail

CLAIMS_MAX: Final = 20
SETTLED_MAX: Final = 100
SAMPLES_MAX: Final = 100
Document = dict[str, Any]


def claims_of(
    trail: Trail, payment: str, lines: list[int], parts: Mapping[str, int]
) -> list[Document]:
    """Every claim that held a release or a reversal, with all that came of it.

    `parts` is what each funder pays of the payment, in pence: only their documents are shown, and
    a reversal is negative in them. 20 claims at most, and 100 of each thing below one (a cut is
    said).
    """
    asked = {"payment": payment, "versions": lines}
    rows = trail.ask_few("claims", "to_cash.claims_of_line", CLAIMS_MAX, **asked)
    samples = trail.ask_few("samples", "to_cash.samples_of", SAMPLES_MAX, payment=payment)
    return [
        {
            "claim": row["claim"],
            "line": row["line"],
            "holds": trail.node(row["version"], "claim"),
            "steps": trail.nodes(row["steps"], "claim"),
            "samples": [
                {
                    "sample": sample["sample"],
                    "drawn": trail.node(sample["version"], "sample"),
                    "steps": trail.nodes(sample["steps"], "sample"),
                }
                for sample in samples
                if _is_of(trail, sample, row)
            ],
            "reductions": _reductions(trail, row, payment),
            "invoices": [
                {**invoiced(trail, version), "of_this_payment_minor": part}
                for version in row["invoices"]
                for part in (_part(trail, version, parts, row["line"] != lines[0]),)
                if part is not None
            ],
        }
        for row in rows
    ]


def _part(trail: Trail, version: int, parts: Mapping[str, int], reversed_: bool) -> int | None:  # noqa: FBT001 (which line it is)
    """What a document holds of the payment; None when it is another funder's."""
    part = parts.get(trail.event(version).data.funder)
    return -part if part is not None and reversed_ else part


def _is_of(trail: Trail, sample: Document, row: Document) -> bool:
    return bool(
        trail.event(sample["version"]).data.claim == row["claim"]
        and sample["contract"] == row["contract"]
    )


def _reductions(trail: Trail, row: Document, payment: str) -> list[Node]:
    """What came off the claim for this line, or for a sample of it."""
    asked = {"contract": row["contract"], "claim": row["claim"], "payment": payment}
    rows = trail.ask_few("reductions", "to_cash.reductions", SETTLED_MAX, **asked)
    return trail.nodes((found["version"] for found in rows), "deduction")


def invoiced(trail: Trail, version: int) -> Document:
    """An invoice or a credit note, and what settled it, down to the bank line.

    `{document, funder, amount_minor, issued, settled}`, in pence; 100 settlements of it at most.
    """
    issued = trail.event(version).data
    name = getattr(issued, "invoice", None) or issued.credit_note
    asked = {"invoice": name, "source": name, "after": 0}
    rows = trail.ask_few("settled", "to_cash.settled_by", SETTLED_MAX, **asked)
    return {
        "document": name,
        "funder": issued.funder,
        "amount_minor": issued.amount_minor,
        "issued": trail.node(version, "invoice"),
        "settled": [settled(trail, row, issued.funder) for row in rows],
    }


def settled(trail: Trail, row: Document, funder: str) -> Document:
    """One thing set against an invoice; a receipt is a bank line.

    `{change, source, amount_minor, allocation, bank_lines}`, in pence; what was taken back is
    negative.
    """
    receipts: list[Document] = []
    if row["change"] == "allocated":
        receipts = trail.ask("to_cash.receipts_named", names=[row["source"]], funder=funder)
    return {
        "change": row["change"],
        "source": row["source"],
        "amount_minor": row["amount_minor"],
        "allocation": trail.node(row["version"], "allocation"),
        "bank_lines": trail.nodes((found["version"] for found in receipts[-1:]), "bank_line"),
    }
