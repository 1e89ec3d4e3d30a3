"""A payment of a settlement that came back, in the books: the opposite, on its own day."""

import pytest

from ledger.events.cash import FeeInvoiced
from ledger.events.settlements import PartnerBankConfirmed
from projections.reading.aged import aged_creditors
from projections.reading.cash_book import cash_book
from projections.reading.events import events
from projections.reading.partners import partner
from projections.reading.remittances import remittance
from projections.reading.settlements import settlement
from projections.reading.span import Span
from projections.reading.trial_balance import trial_balance
from tests.projections import given as told
from tests.projections.history import CONTRACT, day
from tests.projections.two_funds import ACCOUNT, by_fund, partner_of_two_funds, returned, run


@pytest.fixture
def history():
    return partner_of_two_funds()


def test_a_returned_payment_is_back_in_the_bank_and_owed_again_on_its_day(read, history):
    for number, (order, amount) in enumerate((("o1", 8_500), ("o2", 3_000))):
        history.add(FeeInvoiced(CONTRACT, "p1", f"i{number}", amount, order), "2019-12-01")
    run(history)
    returned(history)
    payable = "liabilities:payable:p1"
    for day_, bank, owed in (
        ("2020-01-14", {}, {"restricted": -8_500, "general": -3_000}),
        ("2020-01-19", {"restricted": -8_500, "general": -3_000}, {}),
        ("2020-01-20", {}, {"restricted": -8_500, "general": -3_000}),
    ):
        assert by_fund(read, "assets:bank:main", as_of=day_) == bank
        assert by_fund(read, payable, as_of=day_) == owed
        assert read(trial_balance, as_of=day_)["total_minor"] == 0
    shown = read(partner, "p1")
    assert (shown["paid_minor"], shown["settled_minor"]) == (0, 0)
    assert (shown["returned_minor"], shown["owed_minor"]) == (11_500, 11_500)
    before = read(partner, "p1", as_of="2020-01-19")
    assert (before["settled_minor"], before["returned_minor"]) == (11_500, 0)


def test_the_cash_book_shows_a_payment_that_went_out_and_came_back(read, history):
    run(history)
    returned(history)
    found = read(cash_book)
    [account] = found["accounts"]
    assert (account["out_minor"], account["in_minor"], account["closing_minor"]) == (
        *(11_500, 11_500),
        0,
    )
    out, back = found["entries"]
    assert (out["amount_minor"], back["amount_minor"]) == (-11_500, 11_500)
    assert back["funds"] == [
        {"fund": part["fund"], "amount_minor": -part["amount_minor"]} for part in out["funds"]
    ]
    assert (back["posted_on"], back["partner"]) == ("2020-01-20", "p1")
    named = {"event": "partner.unsettled", "settlement": "s1", "reference": "BACS 1"}
    assert named.items() <= back["reason"].items()


def test_creditors_are_as_old_as_their_fees_when_the_money_comes_back(read, history):
    run(history)
    returned(history)
    today = day("2020-01-25")
    [row] = read(aged_creditors, today=today)["items"]
    assert (row["days_61_to_90_minor"], row["total_minor"]) == (11_500, 11_500)
    assert read(aged_creditors, today=today, as_of="2020-01-19")["items"] == []


def test_an_advice_says_that_its_payment_came_back_from_that_day_on(read, history):
    run(history)
    before = read(remittance, "s1", "p1")
    returned(history)
    after = read(remittance, "s1", "p1")
    said = {"returned_on": "2020-01-20", "return_reason_code": "account_closed"}
    assert (before["returned_on"], before["return_reason_code"]) == (None, None)
    assert after == before | said
    assert read(remittance, "s1", "p1", as_of="2020-01-19")["returned_on"] is None
    shown = read(settlement, "s1")
    assert (shown["state"], shown["returned_minor"]) == ("paid", 11_500)
    assert said.items() <= shown["partners"][0].items()
    assert read(settlement, "s1", as_of="2020-01-19")["returned_minor"] == 0


def test_details_are_unconfirmed_from_the_day_on_which_the_payment_came_back(read, history):
    run(history)
    returned(history)
    assert read(partner, "p1")["bank"]["confirmed_by"] is None
    assert read(partner, "p1", as_of="2020-01-19")["bank"]["confirmed_by"] == "anna"
    history.add(PartnerBankConfirmed("p1", ACCOUNT), "2020-01-22", actor="bert")
    bank = read(partner, "p1")["bank"]
    assert (bank["confirmed_by"], bank["confirmed_on"]) == ("bert", "2020-01-22")
    assert read(partner, "p1", as_of="2020-01-21")["bank"]["confirmed_by"] is None


def test_a_returned_payment_concerns_its_partner(read, history):
    run(history)
    returned(history)
    kinds = [event["type"] for event in read(events, partner="p1", limit=100).items]
    assert kinds[-2:] == ["settlement.returned", "partner.unsettled"]


def test_a_return_into_a_closed_period_keeps_its_day_and_posts_into_the_first_open_one(
    read, history
):
    run(history)
    told.close(history, "2019-09-01", "2020-01-31")
    january = Span(None, day("2020-01-31"))
    before = read(cash_book, span=january)
    returned(history)
    assert read(cash_book, span=january) == before
    out, back = read(cash_book)["entries"]
    assert (back["posted_on"], back["effective_on"]) == ("2020-02-01", "2020-01-20")
    assert (out["posted_on"], back["balance_minor"]) == ("2020-01-15", 0)
    assert read(partner, "p1", as_of="2020-01-19")["owed_minor"] == 0
    assert read(partner, "p1", as_of="2020-01-20")["owed_minor"] == 11_500
    assert read(trial_balance)["total_minor"] == 0
