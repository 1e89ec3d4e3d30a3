"""The rules of invoicing run again over a claim's lines."""

from typing import Any, Final

from ledger.claim import Claim, PaymentEntry
from ledger.claims import invoices_follow
from ledger.contract import Contract
from ledger.events.claims import ClaimCollected, ClaimReduced
from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentReversed
from ledger.invariants import ensure
from projections.tracing.logged import Trail
from projections.tracing.recompute import Again, cause_of
from projections.tracing.sparse_book import Standpoint
from projections.tracing.story import rules_before, terms_before

LINES_MAX: Final = 50_000


def invoices_again(trail: Trail, papers: dict[str, Any], issued: AnyEvent) -> Again:
    """Add the claim up again, and compare one of the documents that followed its approval.

    `papers` is a row of `papers_of_claim`; a claim of more than 50,000 lines cannot be run again,
    which is said (`domain.md` 6; 0033).
    """
    again = Again()
    collected: ClaimCollected = trail.event(papers["collected"]).data
    if len(collected.lines) + len(collected.adjustments) > LINES_MAX:
        again.could_not_do(issued.version, "the claim", "it has too many lines")
        return again
    place = Standpoint(collected.contract)
    types = ("contract.signed", "funder.joined")
    terms = terms_before(trail, collected.contract, issued.version, types)
    for event in trail.events((*terms, *rules_before(trail, issued.version))):
        place.take(event)
    contract = place.contract
    contract.claims[collected.claim] = _claim(trail, contract, papers, issued.version)
    approved = trail.event(cause_of(issued))
    due = invoices_follow(place.book, contract, approved, approved.data)
    documents = [v for v in papers["invoices"] if cause_of(trail.event(v)) == approved.version]
    for version in documents:
        place.as_before(version)
        decided = next(due, None)
        if version == issued.version:
            again.compare(issued, decided)
            break
    return again


def _claim(trail: Trail, contract: Contract, papers: dict[str, Any], before: int) -> Claim:
    """The claim as it was approved: its lines, what was rejected, what a sample deducted."""
    event = trail.event(papers["collected"])
    collected: ClaimCollected = event.data
    versions = sorted((*collected.lines, *collected.adjustments))
    for line in trail.events(versions):
        contract.payment_entries[line.version] = _entry(line)
    day = event.effective_on
    claim = Claim(collected, (event.actor,), drafted_on=day, last_on=day)
    claim.lines = dict.fromkeys(versions, "claimed")
    by_payment = {contract.payment_entries[version].payment: version for version in versions}
    for reduction in trail.events(v for v in papers["reductions"] if v < before):
        reduced: ClaimReduced = reduction.data
        if reduced.payment is None:
            claim.deducted = reduced.funders
        else:
            claim.lines[by_payment[reduced.payment]] = "rejected"
    return claim


def _entry(event: AnyEvent) -> PaymentEntry:
    content: PaymentReleased | PaymentReversed = event.data
    ensure(isinstance(content, PaymentReleased | PaymentReversed), "a line is of a payment")
    return PaymentEntry(
        version=event.version,
        effective_on=event.effective_on,
        waits_from=event.effective_on,
        amount_minor=content.amount_minor,
        split=content.split,
        reverses=content.reversed_version if isinstance(content, PaymentReversed) else None,
    )
