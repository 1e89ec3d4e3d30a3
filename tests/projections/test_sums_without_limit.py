"""A sum of amounts has no limit: accounts beyond 2^63 pence are read like all others."""

import pytest

from ledger.events.cash import ReceiptRecorded, RefundPaid
from ledger.events.claims import InvoiceIssued
from ledger.events.words import MONEY_MAX_MINOR
from projections.reading.accrued_income import accrued_income
from projections.reading.aged import aged_debtors
from projections.reading.cash_book import cash_book
from projections.reading.funders import funder
from projections.reading.pair import cursor_of
from projections.reading.statements import funder_statement
from projections.reading.trial_balance import trial_balance
from tests.projections import given
from tests.projections.history import CONTRACT, History, day

MANY = 2**63 // MONEY_MAX_MINOR + 1
TOTAL = MANY * MONEY_MAX_MINOR
TODAY = day("2020-08-31")


@pytest.fixture
def history():
    """As much as a bigint cannot say is invoiced, and received, and a half of it paid back."""
    told = History()
    given.terms(told)
    due = day("2020-02-05")
    for number in range(MANY):
        paid = ReceiptRecorded(CONTRACT, "sch", f"r{number}", MONEY_MAX_MINOR)
        told.add(paid, "2020-01-06")
        asked = f"I{number}", MONEY_MAX_MINOR, "RF18I1", due, 1
        told.add(InvoiceIssued(CONTRACT, "q1", "sch", *asked), "2020-01-06")
        told.add(RefundPaid(CONTRACT, "sch", MONEY_MAX_MINOR), "2020-01-07")
    return told


def test_every_book_of_more_than_a_bigint_is_read(read):
    assert TOTAL > 2**63
    found = read(cash_book, limit=1)
    assert found["accounts"] == [
        {
            "bank_account": "main", "opening_minor": 0, "in_minor": TOTAL, "out_minor": TOTAL,
            "closing_minor": 0,
        }
    ]  # fmt: skip
    behind = cursor_of("assets:bank:main", day("2020-01-06").toordinal(), 2**40)
    [entry] = read(cash_book, limit=1, after=behind)["entries"]
    assert entry["balance_minor"] == TOTAL - MONEY_MAX_MINOR
    early = read(cash_book, limit=1, as_of="2020-01-06")["accounts"]
    assert early[0]["closing_minor"] == TOTAL
    aged = read(aged_debtors, today=TODAY)["totals"]
    assert aged["over_90_minor"] == aged["total_minor"] == TOTAL
    deferred = read(accrued_income, as_of="2020-01-06")["totals"]["deferred_minor"]
    assert deferred == TOTAL
    row = read(funder, "sch")
    assert (row["received_minor"], row["refunded_minor"]) == (TOTAL, TOTAL)
    stated = read(funder_statement, "sch", limit=1)
    assert stated["closing"]["outstanding_minor"] == TOTAL
    assert sum(item["open_minor"] for item in stated["open_items"]) == TOTAL
    assert read(trial_balance)["total_minor"] == 0
