"""What stands behind each entry of a year of finance, and what a changed journal cannot hide."""

import pytest

from api.tracing.outline import outline
from projections.folds.posting_rules import RULES
from projections.tracing.behind import BEHIND
from projections.tracing.journal_entry import entry_why
from tests.projections.finance import year_of_finance

ABOUT = {
    "payment.released": "payment",
    "payment.reversed": "payment",
    "claim.reduced": "claim",
    "claim.withdrawn": "claim",
    "invoice.issued": "invoice",
    "invoice.written_off": "invoice",
    "credit_note.issued": "invoice",
    "credit.refunded": "invoice",
    "receipt.recorded": "receipt",
    "receipt.allocated": "receipt",
    "receipt.unallocated": "receipt",
    "refund.paid": "account",
    "fee.accrued": "fee",
    "fee.reversed": "fee",
    "fee.invoiced": "account",
    "fee.credited": "account",
    "fee.paid": "account",
    "partner.settled": "settlement",
    "partner.unsettled": "settlement",
    "fact.voided": "entry",
}


@pytest.fixture
def year(history):
    decided = year_of_finance()
    history.events = decided.events
    return history


def test_every_type_of_event_that_posts_has_its_cause():
    assert set(BEHIND) == {*RULES, "claim.withdrawn"}
    assert set(ABOUT) == {*BEHIND, "fact.voided"}


def test_something_stands_behind_every_entry_or_it_is_said_why_nothing_does(read, year):
    met, nothing = set(), []
    for event in year.events:
        document = read(entry_why, event.version, recompute=True)
        if document is None:
            continue
        assert document["recompute"]["agrees"] is True, document["recompute"]
        behind = document["behind"]
        assert (behind is None) == (document["nothing_behind"] is not None)
        if behind is None:
            nothing.append((event.type, document["nothing_behind"]))
            continue
        assert behind["about"] == ABOUT[event.type]
        assert all(step.get("holds", True) for step in behind.get("steps", [])), behind["steps"]
        again = behind["recompute"]
        assert again is None or again["agrees"] is True
        drawn = [branch.words for branch in outline(document).below]
        assert any(words.startswith(f"behind: {behind['about']}") for words in drawn)
        met.add(event.type)
    assert met == set(ABOUT)
    assert nothing == [("receipt.recorded", "voided")]
