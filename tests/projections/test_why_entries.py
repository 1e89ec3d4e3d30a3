"""What stands behind each entry of a year of finance, and what a changed journal cannot hide."""

import psycopg
import pytest

from api.tracing.outline import outline
from projections.folds.posting_rules import RULES
from projections.reading.pair import Pair
from projections.runner import Runner
from projections.tracing.behind import BEHIND
from projections.tracing.journal_entry import entry_why
from projections.tracing.receipt import receipt_why
from tests.projections.finance import year_of_finance
from tests.projections.history import History

EARLIER = 166
"""Behind the payment of a settlement, and before much of the rest."""
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


def test_what_stood_behind_an_entry_stays_as_it_was_whatever_comes_later(read, year, second_dsn):
    earlier = History()
    earlier.events = year.events[:EARLIER]
    at = Pair(None, earlier.store(second_dsn))
    Runner(second_dsn).catch_up(earlier.ledger)
    with psycopg.connect(second_dsn, autocommit=True) as connection:
        for version in range(1, EARLIER, 2):
            then = entry_why(connection, earlier.ledger, version, at, recompute=True)
            assert read(entry_why, version, known_at=EARLIER, recompute=True) == then


COLUMNS = {
    "account": ("series", "account = account || ':x'"),
    "contract": ("series", "contract = 'other'"),
    "fund": ("series", "fund = 'other'"),
    "funder": ("series", "funder = 'nobody'"),
    "partner": ("series", "partner = 'nobody'"),
    "detail": ("series", "detail = 'other'"),
    "amount_minor": ("postings", "amount_minor = amount_minor + 1"),
    "effective_on": ("postings", "effective_on = effective_on - 1"),
    "posted_on": ("postings", "posted_on = effective_on + 1"),
    "child": ("postings", "child = 'nobody'"),
}


@pytest.fixture
def changed(read):
    """The fields that differ when the entry of an event is made again beside changed rows."""

    def fields(version, table, assignment, question=entry_why, name=None):
        def asked(connection, ledger, at):
            of = " and version = %(version)s" if table != "series" else ""
            with connection.transaction(force_rollback=True):
                connection.execute(
                    f"update projections.{table} set {assignment} where ledger = %(ledger)s{of}",  # noqa: S608 (the names are in COLUMNS)
                    {"ledger": ledger, "version": version},
                )
                return question(connection, ledger, name or version, at, recompute=True)

        again = read(asked)["recompute"]
        assert again["agrees"] is False
        return {one["field"] for one in again["differences"]}

    return fields


def test_an_entry_made_again_differs_by_whatever_column_of_it_was_changed(year, changed):
    paid = next(event for event in year.events if event.type == "payment.released")
    for column, (table, assignment) in COLUMNS.items():
        assert f"lines.1.{column}" in changed(paid.version, table, assignment), column


def test_the_row_of_a_cash_fact_is_compared_with_the_fact(year, changed):
    refund = next(event for event in year.events if event.type == "refund.paid")
    for column, assignment in (
        ("bank_account", "bank_account = 'other'"),
        ("amount_minor", "amount_minor = amount_minor - 1"),
        ("effective_on", "effective_on = effective_on + 1"),
    ):
        assert f"cash.{column}" in changed(refund.version, "cash", assignment)


def test_the_row_of_a_receipt_is_compared_with_the_receipt(year, changed):
    receipt = next(event for event in year.events if event.type == "receipt.recorded")
    about = (receipt_why, receipt.data.receipt)
    assert changed(receipt.version, "cash", "bank_account = 'other'", *about) == {"bank_account"}
    assert "received_on" in changed(receipt.version, "cash", "effective_on = '2020-02-02'", *about)
