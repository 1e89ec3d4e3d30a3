"""Questions about verification samples of a claim; who prepared or drew cannot judge."""

from ledger.accepting.claims import claim_named, must_be
from ledger.accepting.known import contract_named
from ledger.claim import Claim
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged
from ledger.refusals import (
    AlreadyDeducted,
    AlreadyExists,
    NothingToSample,
    PreparerCannotJudge,
    SampleIncomplete,
    SampleNotOpen,
    SampleOpen,
    TooManyDecisions,
    UnknownItem,
    UnknownSample,
)
from ledger.sample import Sample
from ledger.samples import ITEMS_MAX, population_of
from ledger.state import Book


def may_draw(book: Book, terms: SampleDrawn) -> None:
    """A submitted claim has one sample at a time, not too large, and none after a deduction.

    What is drawn must be closed in one step, so it is counted before anybody judges it.
    """
    claim = claim_named(book, terms.contract, terms.claim)
    contract = book.contracts[terms.contract]
    if terms.sample in contract.samples:
        raise AlreadyExists(pointer="/data/sample")
    must_be(claim, "submitted")
    if claim.open_sample:
        raise SampleOpen(pointer="/data/claim")
    if claim.deducted:
        raise AlreadyDeducted(pointer="/data/claim")
    lines = len(population_of(contract, claim))
    if not lines:
        raise NothingToSample(pointer="/data/claim")
    if min(terms.size, lines) > ITEMS_MAX:
        raise TooManyDecisions(f"Draw at most {ITEMS_MAX} lines.", pointer="/data/size")


def may_judge(book: Book, terms: SampleJudged, actor: str) -> None:
    """An item of an open sample is judged by somebody who neither prepared nor drew."""
    sample, claim = _open_sample(book, terms)
    if terms.payment not in sample.terms.payments:
        raise UnknownItem(pointer="/data/payment")
    if actor in {*claim.preparers, sample.drawn_by}:
        raise PreparerCannotJudge


def may_close(book: Book, terms: SampleClosed) -> None:
    """A sample is closed once, when there is a verdict on every item."""
    sample, _ = _open_sample(book, terms)
    if not sample.is_judged:
        raise SampleIncomplete(pointer="/data/sample")


def _open_sample(book: Book, terms: SampleJudged | SampleClosed) -> tuple[Sample, Claim]:
    contract = contract_named(book, terms.contract)
    sample = contract.samples.get(terms.sample)
    if sample is None:
        raise UnknownSample(pointer="/data/sample")
    if sample.closed:
        raise SampleNotOpen(pointer="/data/sample")
    claim = contract.claims[sample.terms.claim]
    must_be(claim, "submitted")
    return sample, claim
