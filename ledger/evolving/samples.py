"""Verification samples enter the book."""

from ledger.contract import Contract
from ledger.events.codec import AnyEvent
from ledger.events.samples import SampleJudged, SampleSelected
from ledger.evolving.claims import claim_is_shaped, step_is_taken
from ledger.sample import ItemVerdict, Sample
from ledger.state import Book


def sample_is_selected(
    book: Book, contract: Contract, event: AnyEvent, terms: SampleSelected
) -> None:
    """The claim waits until its items are judged."""
    sample = Sample(event.version, event.actor, terms)
    book.changes.put(contract.samples, terms.sample, sample)
    claim = contract.claims[terms.claim]
    book.changes.assign(claim, "open_sample", terms.sample)
    claim_is_shaped(book, claim, event)


def item_is_judged(book: Book, contract: Contract, event: AnyEvent, terms: SampleJudged) -> None:
    """The latest verdict on an item counts."""
    sample = contract.samples[terms.sample]
    book.changes.put(sample.verdicts, terms.payment, ItemVerdict(event.version, terms.passed))
    step_is_taken(book, contract.claims[sample.terms.claim], event)


def sample_is_closed(book: Book, contract: Contract, event: AnyEvent, sample: Sample) -> None:
    """What failed is rejected, whatever was asked about it; the claim goes on."""
    claim = contract.claims[sample.terms.claim]
    failed = set(sample.failed())
    for version in list(claim.lines):
        if contract.payment_entries[version].payment in failed:
            book.changes.put(claim.lines, version, "rejected")
    book.changes.assign(sample, "closed", True)  # noqa: FBT003 (the attribute's value)
    book.changes.assign(claim, "open_sample", None)
    claim_is_shaped(book, claim, event)
