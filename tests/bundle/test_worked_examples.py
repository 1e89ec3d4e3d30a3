"""The worked examples of the trade's description, and every other page: bundled and verified."""

import datetime

import msgspec
import pytest

from ledger.book import Book
from ledger.deciding import decide
from ledger.events.codec import Fact, encode_event
from ledger.events.periods import PeriodClosed
from ledger.refusals import Refusal
from tests.bundle.bundled import bundled, verdict
from tests.properties.accountant import Accountant
from tests.scenarios.documents import Documents
from tests.scenarios.pages import Step, pages, rows_of
from tests.scenarios.test_the_rules_keep_every_page import TODAY, typed

FIRST = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def read(book, fact, accountant):
    """A fact of a page; a closing says what the accountant's books say."""
    if fact["type"] != "period.closed":
        return typed(book, fact)
    said = fact["data"]
    upto = datetime.date.fromisoformat(said["to"])
    stored = {
        "trial_balance": accountant.trial_balance(said.get("contract"), upto),
        "at_version": accountant.frontier.size,
        "root": accountant.frontier.root().hex(),
    }
    content = msgspec.convert({**said, **stored}, PeriodClosed)
    return Fact(datetime.date.fromisoformat(fact["effective_on"]), content)


def happened(page):
    """The events of a page."""
    book, documents, accountant, events = Book(), Documents(), Accountant(), []
    for step in rows_of(page):
        if not isinstance(step, Step):
            continue
        for fact in documents.facts_of(step.sentence, step.day):
            moment = FIRST + datetime.timedelta(seconds=len(events))
            recorded_at = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
            read_fact = read(book, fact, accountant)
            try:
                decided = decide(
                    book, read_fact, actor=step.by, today=TODAY, recorded_at=recorded_at
                )
            except Refusal:
                break
            documents.told([msgspec.json.decode(encode_event(one)) for one in decided[1:]])
            accountant.read_all(decided)
            events += decided
    return events


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_bundle_of_every_page_is_sound_and_performed_again(page, tmp_path):
    events = happened(page)
    bundled(events, tmp_path / "wlz")
    said = verdict(tmp_path / "wlz")
    assert said.faults == []
    assert said.code == 0
    assert said.document["checked"]["events"] == len(events) > 5
