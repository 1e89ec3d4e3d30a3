"""Why something came off a claim, or came back onto it: what it held, its steps, its documents."""

from typing import Any

from ledger.events.claims import ClaimCollected, ClaimReduced, ClaimWithdrawn
from ledger.events.codec import AnyEvent
from projections.reading.claims import claim
from projections.tracing.logged import Trail
from projections.tracing.recompute import Again
from projections.tracing.story import terms_before

Document = dict[str, Any]


def claim_document(trail: Trail, event: AnyEvent, *, recompute: bool) -> Document | None:
    """The why-document of the claim that an event is about, or None: it is not there at the pair.

    `steps` lead in pence from what was collected, less what came off, to the claim as it stands.
    """
    content: ClaimReduced | ClaimWithdrawn = event.data
    named = {"contract": content.contract, "claim": content.claim}
    row = claim(trail.connection, trail.ledger, content.claim, trail.at, contract=content.contract)
    if row is None:
        return None
    [papers] = trail.ask("to_cash.papers_of_claim", **named)
    collected = trail.event(papers["collected"])
    reductions = [
        found for found in trail.events(papers["reductions"]) if found.effective_on <= trail.at.day
    ]
    steps = _steps(collected.data, reductions, row["amount_minor"])
    terms = terms_before(trail, content.contract, collected.version, ("contract.signed",))
    return {
        "about": "claim",
        "name": content.claim,
        "claim": row,
        "decision": trail.node(collected.version, "claim"),
        "steps": steps,
        "acts": trail.nodes(papers["steps"], "claim"),
        "reductions": trail.nodes((found.version for found in reductions), "deduction"),
        "contract": {"contract": trail.node(terms[0], "contract")},
        "recompute": _again(collected.version, steps[-1]).shown() if recompute else None,
    }


def _steps(
    collected: ClaimCollected, reductions: list[AnyEvent], stands_minor: int
) -> list[Document]:
    off = sum(found.data.amount_minor for found in reductions)
    count = len(collected.lines) + len(collected.adjustments)
    total = collected.amount_minor + off
    last: Document = {"step": "sum", "amount_minor": total, "document_minor": stands_minor}
    return [
        {"step": "collected", "count": count, "amount_minor": collected.amount_minor},
        {"step": "came_off", "count": len(reductions), "amount_minor": off},
        {**last, "holds": total == stands_minor},
    ]


def _again(version: int, last: Document) -> Again:
    """What a claim held was decided when it was drafted; what is added up again is what is left."""
    again = Again()
    again.performed.append({"version": version, "type": "claim"})
    if not last["holds"]:
        again.differ(version, "amount_minor", last["amount_minor"], last["document_minor"])
    return again
