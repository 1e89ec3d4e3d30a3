"""`accept` for claims, their samples, and write-offs: which question each fact must answer."""

from typing import assert_never

from ledger.accepting import claims
from ledger.accepting.accept_sample import accept_sample
from ledger.events.catalogue import ClaimData
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimLineRejected,
    ClaimSubmitted,
    ClaimWithdrawn,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged
from ledger.state import Book


def accept_claim(book: Book, content: ClaimData, actor: str) -> None:
    """Refuse what cannot be in the state that things are in; amounts come later."""
    match content:
        case ClaimDrafted():
            claims.may_draft(book, content)
        case ClaimSubmitted():
            claims.may_submit(book, content)
        case ClaimWithdrawn():
            claims.may_withdraw(book, content)
        case ClaimLineQueried() | ClaimLineCleared() | ClaimLineRejected():
            claims.may_mark(book, content)
        case ClaimApproved():
            claims.may_approve(book, content, actor)
        case SampleDrawn() | SampleJudged() | SampleClosed():
            accept_sample(book, content, actor)
        case WriteOffRequested():
            claims.may_ask_to_write_off(book, content)
        case WriteOffApproved():
            claims.may_write_off(book, content, actor)
        case _:
            assert_never(content)
