"""Settlements in the read tables and in the books: what the events say, at any pair."""

from itertools import count

import psycopg
import pytest
from hypothesis import given

from ledger.events.cash import FeeDisputed, FeeDisputeWithdrawn, FeeInvoiced, FeePaid
from ledger.events.settlements import (
    SettlementDrafted,
    SettlementWithdrawn,
)
from projections.audit.verify import verify
from projections.reading.balances import balances
from projections.reading.events import events
from projections.reading.journal import journal_lines
from projections.reading.pair import Pair
from projections.reading.partners import partner, partners
from projections.reading.remittances import remittance
from projections.reading.settlements import settlement, settlements
from projections.reading.trial_balance import trial_balance
from projections.runner import Runner
from tests.projections.history import CONTRACT, LEDGER, History, day
from tests.projections.two_funds import (
    by_fund,
    drafted,
    held,
    partner_of_two_funds,
    returned,
    run,
)
from tests.properties.looking import looking_at
from tests.properties.settling import settling_histories
from tests.properties.world import World

FEW = looking_at(8)
NUMBERS = count(1)


@pytest.fixture
def history():
    return partner_of_two_funds()


def test_a_payment_is_posted_in_the_fund_of_each_order(read, history):
    history.add(FeeInvoiced(CONTRACT, "p1", "i1", 8_500, "o1"), "2019-12-01")
    history.add(FeeInvoiced(CONTRACT, "p1", "i2", 3_000, "o2"), "2019-12-01")
    run(history)
    assert by_fund(read, "assets:bank:main") == {"restricted": -8_500, "general": -3_000}
    for account in ("liabilities:payable:p1", "liabilities:accrued-fees:p1"):
        assert by_fund(read, account) == {}
    for fund in ("restricted", "general"):
        assert read(trial_balance, fund=fund)["total_minor"] == 0


def test_a_fund_that_paid_too_much_has_its_money_back_in_the_bank(read, history):
    """The invoice of the first order was overpaid by 15.00 before the run."""
    history.add(FeeInvoiced(CONTRACT, "p1", "i1", 10_000, "o1"), "2019-12-01")
    history.add(FeePaid(CONTRACT, "p1", 10_000, "i1"), "2019-12-02")
    run(history)
    shown = read(settlement, "s1")["partners"][0]
    assert (shown["brought_minor"], shown["pay_minor"]) == (-10_000, 1_500)
    assert shown["funds"] == [
        {"fund": "general", "amount_minor": 3_000},
        {"fund": "restricted", "amount_minor": -1_500},
    ]
    assert by_fund(read, "assets:bank:main") == {"restricted": -8_500, "general": -3_000}
    assert read(partner, "p1")["owed_minor"] == 0


def test_what_a_partner_was_paid_counts_settlements_and_all_else(read, history):
    history.add(FeePaid(CONTRACT, "p1", 500), "2019-12-02")
    run(history)
    shown = read(partner, "p1")
    assert (shown["paid_minor"], shown["settled_minor"]) == (11_500, 11_000)
    before = read(partner, "p1", as_of="2020-01-14")
    assert (before["paid_minor"], before["owed_minor"]) == (500, 11_000)


def test_a_dispute_that_is_given_up_is_in_dispute_no_more(read, history):
    history.add(FeeInvoiced(CONTRACT, "p1", "i1", 9_000), "2019-12-01")
    history.add(FeeDisputed(CONTRACT, "p1", "i1", 700, "late"), "2019-12-02")
    over = FeeDisputeWithdrawn(CONTRACT, "p1", "i1", 600, "seen")
    history.add(over, "2019-12-05")
    assert read(partner, "p1")["disputed_minor"] == 100
    assert read(partner, "p1", as_of="2019-12-04")["disputed_minor"] == 700


def test_the_feed_of_a_partner_has_the_settlements_that_concern_it(read, history):
    run(history)
    kinds = [event["type"] for event in read(events, partner="p1", limit=100).items]
    assert kinds[-2:] == ["settlement.collected", "partner.settled"]
    assert {"partner.bank_set", "partner.bank_confirmed"} <= set(kinds)
    named = SettlementDrafted(CONTRACT, "s2", day("2019-12-31"), partners=("p1",))
    held(history, "o1", "2019-11-06")
    history.add(named, "2020-01-20")
    kinds = [event["type"] for event in read(events, partner="p1", limit=100).items]
    assert kinds[-2:] == ["settlement.drafted", "settlement.collected"]


def test_the_journal_of_a_partner_shows_its_payments(read, history):
    version = paid_version(history)
    lines = [line for line in read(journal_lines, partner="p1").items if line["version"] > version]
    shown = [(line["account"], line["fund"], line["amount_minor"]) for line in lines]
    assert shown == [
        ("liabilities:payable:p1", "general", 3_000),
        ("assets:bank:main", "general", -3_000),
        ("liabilities:payable:p1", "restricted", 8_500),
        ("assets:bank:main", "restricted", -8_500),
    ]


def paid_version(history):
    return run(history)


def test_the_audit_re_performs_settlements_and_finds_what_was_changed(dsn, history):
    run(history)
    held(history, "o1", "2019-11-04", "cancelled_by_partner")
    drafted(history, "s2")
    history.add(SettlementWithdrawn(CONTRACT, "s2", "too_early"), "2020-01-20")
    returned(history)
    history.store(dsn)
    Runner(dsn).catch_up(LEDGER)
    report = verify(dsn, LEDGER)
    assert report.findings == []
    assert report.checked["rows of settlement_steps"] == 7
    assert report.checked["rows of partner_banks"] == 3
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("update projections.partner_banks set fingerprint = 'x'")
    assert {found.code for found in verify(dsn, LEDGER).findings} == {"projection_differs"}


def everything(connection, ledger, at):
    """Every read about partners and settlements at a pair."""
    runs = settlements(connection, ledger, at, limit=1000).items
    return {
        "settlements": runs,
        "partners": partners(connection, ledger, at).items,
        "trial balance": trial_balance(connection, ledger, at),
        "advice": [
            remittance(
                connection, ledger, held["settlement"], part["partner"], at,
                contract=held["contract"],
            )
            for held in runs
            for part in held["partners"]
        ],
    }  # fmt: skip


@FEW
@given(settling_histories)
def test_the_tables_say_of_partners_what_the_book_says_and_never_change(dsn, history):
    world, stored = World(), History(f"l{next(NUMBERS)}")
    with psycopg.connect(dsn, autocommit=True) as connection:
        answers = {}
        for part in (history[: len(history) // 2], history[len(history) // 2 :]):
            for sent in part:
                world.take(sent)
            stored.events = world.events
            stored.store(dsn)
            Runner(dsn).catch_up(stored.ledger)
            pairs = [Pair(None, stored.version), Pair(day("2020-11-30"), stored.version)]
            answers |= {at: everything(connection, stored.ledger, at) for at in pairs}
        for at, answer in answers.items():
            assert everything(connection, stored.ledger, at) == answer
        must_agree(world, connection, stored)
    assert verify(dsn, stored.ledger).findings == []


def must_agree(world, connection, stored):
    """The book's partners, fund by fund, and its settlements, as the tables have them."""
    at = Pair(None, stored.version)
    for contract, kept in world.book.contracts.items():
        for name, account in kept.partner_accounts.items():
            shown = partner(connection, stored.ledger, name, at, contract=contract)
            bank = world.book.banks.get(name)
            confirmed = (shown["bank"] or {}).get("confirmed_by") is not None
            assert confirmed == (bank is not None and bank.confirmed)
            assert shown["accrued_minor"] == account.accrued_minor
            assert shown["paid_minor"] == account.paid_minor
            for fund in ("general", "restricted"):
                owed = account.accrued.get(fund, 0) - account.paid.get(fund, 0)
                assert owed == -_liabilities(connection, stored.ledger, at, name, fund)
        states = {name: run.state for name, run in kept.settlements.items()}
        rows = settlements(connection, stored.ledger, at, contract=contract).items
        assert {row["settlement"]: row["state"] for row in rows} == states
        assert {row["settlement"]: returned_to(row) for row in rows} == {
            name: {whose for whose, payment in run.payments.items() if payment.returned}
            for name, run in kept.settlements.items()
        }


def returned_to(row):
    return {part["partner"] for part in row["partners"] if part["returned_on"] is not None}


def _liabilities(connection, ledger, at, name, fund):
    """What a fund owes a partner, whether it was invoiced or not; credit is negative."""
    found = balances(connection, ledger, at, book="journal", fund=fund, partners=[name])
    return sum(b.balance_minor for b in found if b.account.startswith("liabilities:"))
