"""Every scenario page against the rules alone: facts in, decisions out, to the penny."""

import datetime
import json

import msgspec
import pytest

from ledger.book import Book
from ledger.deciding import decide
from ledger.events.codec import decode_fact, encode_event
from ledger.refusals import Refusal
from tests.scenarios.documents import Documents
from tests.scenarios.pages import Step, pages, rows_of

TODAY = datetime.date(2026, 1, 1)


def recorded(book, fact, by):
    raw = json.dumps(fact).encode()
    events = decide(
        book,
        decode_fact(raw),
        actor=by,
        today=TODAY,
        recorded_at="2026-01-01T00:00:00.000000Z",
    )
    return [msgspec.json.decode(encode_event(event)) for event in events[1:]]


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
