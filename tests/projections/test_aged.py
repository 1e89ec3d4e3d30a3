"""Aged debtors and creditors are the accounts at every pair; ages count from the right day."""

from collections import Counter

import pytest

from projections.reading.aged import CREDITORS, DEBTORS, aged_creditors, aged_debtors
from projections.reading.partners import partners
from tests.projections.booked import TODAY, account, whole
from tests.projections.finance import year_of_finance
from tests.projections.history import CONTRACT, day


@pytest.fixture
def history():
    return year_of_finance()


def test_aged_debtors_are_the_receivable_accounts_at_every_pair(read, pairs):
    for pair in pairs:
        items, first = whole(read, aged_debtors, today=TODAY, **pair)
        receivable = account(read, "assets:receivable:", **pair)
        assert first["totals"]["total_minor"] == first["totals"]["receivable_minor"] == receivable
        for name in DEBTORS:
            assert sum(row[name] for row in items) == first["totals"][name]
        for row in items:
            assert sum(row[name] for name in DEBTORS[:-1]) == row["total_minor"]


@pytest.mark.parametrize(
    "as_of, bucket",
    [
        ("2020-02-05", "not_due_minor"),
        ("2020-02-06", "days_1_to_30_minor"),
        ("2020-03-06", "days_1_to_30_minor"),
        ("2020-03-07", "days_31_to_60_minor"),
        ("2020-04-05", "days_31_to_60_minor"),
        ("2020-04-06", "days_61_to_90_minor"),
        ("2020-05-05", "days_61_to_90_minor"),
        ("2020-05-06", "over_90_minor"),
    ],
)
def test_an_invoice_is_aged_from_the_day_it_was_due(read, as_of, bucket):
    """Claimed on 6 January with 30 days to pay: due on 5 February."""
    rows = read(aged_debtors, today=TODAY, as_of=as_of, contract=CONTRACT)["items"]
    [row] = [row for row in rows if row["funder"] == "phil"]
    assert row[bucket] == 1_234


def test_without_a_day_debts_are_as_old_as_today(read):
    found = read(aged_debtors, today=day("2020-02-05"), known_at=80)
    assert found["aged_on"] == "2020-02-05"
    assert found["totals"]["days_1_to_30_minor"] == 0
    later = read(aged_debtors, today=day("2020-02-06"), known_at=80)
    assert later["totals"]["days_1_to_30_minor"] == found["totals"]["not_due_minor"] > 0


def test_aged_creditors_are_what_partners_are_owed_at_every_pair(read, pairs):
    for pair in pairs:
        items, first = whole(read, aged_creditors, today=TODAY, **pair)
        totals = first["totals"]
        assert totals["total_minor"] == totals["accrued_fees_minor"] + totals["payable_minor"]
        owed = {
            (r["contract"], r["partner"]): r["owed_minor"] for r in read(partners, **pair).items
        }
        for row in items:
            assert sum(row[name] for name in CREDITORS[:-1]) == row["total_minor"]
            assert row["total_minor"] == owed[row["contract"], row["partner"]]
            assert all(row[name] >= 0 for name in CREDITORS[:4])
        for name in CREDITORS:
            assert sum(row[name] for row in items) == totals[name]


def test_payments_settle_the_oldest_fees_first(read, history):
    """340.00 was paid before the settlement of 6 August: the oldest fees, one by one."""
    as_of = day("2020-08-05")
    rows = read(aged_creditors, today=TODAY, as_of=as_of.isoformat())["items"]
    [row] = [row for row in rows if row["partner"] == "p1"]
    fees = sorted(
        (event.effective_on, event.data.amount_minor)
        for event in history.events
        if event.type == "fee.accrued" and event.data.partner == "p1"
        if event.effective_on <= as_of
    )
    for event in history.events:
        if event.type == "fee.reversed":
            fees.remove((event.effective_on, -event.data.amount_minor))
    paid, unpaid = 34_000, Counter()
    for on, amount in fees:
        settled = min(paid, amount)
        paid -= settled
        age = (as_of - on).days
        bucket = next(name for name, least in LEAST_AGES if age >= least)
        unpaid[bucket] += amount - settled
    assert {name: row[name] for name, _ in LEAST_AGES} == {n: unpaid[n] for n, _ in LEAST_AGES}
    assert sum(minor > 0 for minor in unpaid.values()) > 1
    assert row["total_minor"] == unpaid.total()


LEAST_AGES = (
    ("over_90_minor", 91),
    ("days_61_to_90_minor", 61),
    ("days_31_to_60_minor", 31),
    ("days_0_to_30_minor", 0),
)


def test_a_partner_that_was_paid_too_much_owes_us(read):
    rows = read(aged_creditors, today=TODAY, as_of="2020-03-31")["items"]
    [row] = [row for row in rows if row["partner"] == "p2"]
    assert (row["in_advance_minor"], row["total_minor"]) == (-8_000, -8_000)
    assert row["over_90_minor"] == row["days_0_to_30_minor"] == 0
