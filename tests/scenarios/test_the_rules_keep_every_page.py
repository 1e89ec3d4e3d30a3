"""Every scenario page against the rules alone: facts in, decisions out, to the penny."""

import datetime
import json

import msgspec
import pytest

from ledger.book import Book
from ledger.deciding import decide
from ledger.events.codec import Fact, decode_fact, encode_event
from ledger.events.periods import PeriodClosed
from ledger.refusals import Refusal
from tests.scenarios.documents import Documents
from tests.scenarios.pages import Step, pages, rows_of

TODAY = datetime.date(2026, 1, 1)


def recorded(book, fact, by):
    events = decide(
        book,
        typed(book, fact),
        actor=by,
        today=TODAY,
        recorded_at="2026-01-01T00:00:00.000000Z",
    )
    return [msgspec.json.decode(encode_event(event)) for event in events[1:]]


def typed(book, fact):
    """Read the fact; a closing takes its trial balance and its root at a door of its own."""
    if fact["type"] != "period.closed":
        return decode_fact(json.dumps(fact).encode())
    stored = {"trial_balance": [], "at_version": book.version, "root": "0" * 64}
    content = msgspec.convert({**fact["data"], **stored}, PeriodClosed)
    return Fact(datetime.date.fromisoformat(fact["effective_on"]), content)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_the_decisions_are_those_of_the_page(page):
    book, documents = Book(), Documents()
    for step in rows_of(page):
        if not isinstance(step, Step):
            continue
        followed = []
        try:
            for fact in documents.facts_of(step.sentence, step.day):
                followed += recorded(book, fact, step.by)
            said = documents.told(followed)
        except Refusal as refusal:
            said = [f"refused {refusal.code}"]
        assert said == step.follows, f"{step.day} {step.sentence}"
