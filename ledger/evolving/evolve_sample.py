"""`evolve` for verification samples: which event changes what."""

from typing import assert_never

from ledger.contract import Contract
from ledger.events.catalogue import SampleData
from ledger.events.codec import AnyEvent
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged, SampleSelected
from ledger.evolving import samples
from ledger.state import Book


def evolve_sample(book: Book, contract: Contract, event: AnyEvent) -> None:
    """Apply an event about a verification sample."""
    content: SampleData | SampleSelected = event.data
    match content:
        case SampleDrawn():
            pass  # what is drawn is a decision
        case SampleSelected():
            samples.sample_is_selected(book, contract, event, content)
        case SampleJudged():
            samples.item_is_judged(book, contract, event, content)
        case SampleClosed():
            samples.sample_is_closed(book, contract, event, contract.samples[content.sample])
        case _:
            assert_never(content)
