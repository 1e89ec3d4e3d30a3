"""Decisions about claims and their samples, read aloud."""

from typing import Any

from ledger.events.codec import AnyEvent
from tests.ledger.decision import Decision


def told_of_claim(event: AnyEvent) -> Decision:
    """Read a decision about a claim aloud: whose it is, what it is about, how much."""
    terms, day = event.data, event.effective_on.isoformat()
    match event.type:
        case "claim.collected":
            lines = f"{len(terms.lines)} and {len(terms.adjustments)}"
            amount, split = terms.amount_minor, _shares(terms)
            return Decision(event.type, terms.claim, lines, day, amount, split)
        case "claim.reduced":
            about, split = terms.payment or terms.sample, _shares(terms)
            return Decision(event.type, terms.claim, about, day, terms.amount_minor, split)
        case "sample.selected":
            return Decision(event.type, terms.sample, terms.claim, day, len(terms.payments),
                reason=f"of {terms.population}")  # fmt: skip
        case "invoice.written_off":
            about = terms.write_off
        case _:
            about = terms.claim
    due = getattr(terms, "due_on", None)
    reason = None if due is None else due.isoformat()
    return Decision(event.type, terms.funder, about, day, terms.amount_minor, reason=reason)


def _shares(terms: Any) -> dict[str, int]:
    return {share.funder: share.amount_minor for share in terms.funders}
