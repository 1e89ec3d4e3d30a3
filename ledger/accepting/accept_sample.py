"""`accept` for verification samples: which question each fact must answer."""

from typing import assert_never

from ledger.accepting import samples
from ledger.events.catalogue import SampleData
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged
from ledger.state import Book


def accept_sample(book: Book, content: SampleData, actor: str) -> None:
    """Refuse what cannot be in the state that the sample and its claim are in."""
    match content:
        case SampleDrawn():
            samples.may_draw(book, content)
        case SampleJudged():
            samples.may_judge(book, content, actor)
        case SampleClosed():
            samples.may_close(book, content)
        case _:
            assert_never(content)
