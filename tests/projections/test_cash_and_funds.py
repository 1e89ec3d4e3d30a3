"""The cash book, activities by fund and accrued income are the accounts at every pair."""

import pytest

from projections.reading.accrued_income import accrued_income
from projections.reading.activities import activities
from projections.reading.aged import aged_creditors, aged_debtors
from projections.reading.cash_book import cash_book
from projections.reading.pair import CursorUnreadable, cursor_of
from projections.reading.span import Span
from projections.reading.statements import funder_statement
from tests.projections.booked import FUNDERS, SPANS, TODAY, account, whole
from tests.projections.finance import SECOND, year_of_finance
from tests.projections.history import CONTRACT, day


@pytest.fixture
def history():
    return year_of_finance()


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_the_cash_book_runs_from_opening_to_closing_at_every_pair(read, pairs, span):
    for pair in pairs[::4]:
        entries, first = whole(read, cash_book, named="entries", span=span, **pair)
        balances = {a["bank_account"]: a["opening_minor"] for a in first["accounts"]}
        for entry in entries:
            balances[entry["bank_account"]] += entry["amount_minor"]
            assert entry["balance_minor"] == balances[entry["bank_account"]], (pair, entry)
            assert sum(part["amount_minor"] for part in entry["funds"]) == entry["amount_minor"]
        for one in first["accounts"]:
            assert balances[one["bank_account"]] == one["closing_minor"]
            moved = one["in_minor"] - one["out_minor"]
            assert one["opening_minor"] + moved == one["closing_minor"]


def test_the_cash_book_is_the_bank_in_the_trial_balance(read, pairs):
    for pair in pairs:
        accounts = read(cash_book, **pair)["accounts"]
        assert sum(a["closing_minor"] for a in accounts) == account(read, "assets:bank:", **pair)
    found = read(cash_book, bank_account="deposit")
    assert [a["bank_account"] for a in found["accounts"]] == ["deposit"]
    kinds = [(e["reason"]["event"], e["funder"], e["partner"]) for e in found["entries"]]
    assert kinds == [
        ("receipt.recorded", "la", None),
        ("fee.paid", None, "p2"),
        ("refund.paid", "la", None),
        ("credit.refunded", "phil", None),
        ("partner.settled", None, "p1"),
        ("partner.unsettled", None, "p1"),
        ("partner.settled", None, "p1"),
    ]
    settled = [(e["amount_minor"], e["reason"]["settlement"]) for e in found["entries"][-3:]]
    assert settled == [(-45_000, "t1"), (45_000, "t1"), (-45_000, "t2")]
    for entry in found["entries"][-3:]:
        assert {part["fund"] for part in entry["funds"]} == {"general", "restricted"}
    assert found["entries"][0]["reason"]["reference"] == "BACS 17"
    assert read(cash_book, bank_account="deposit", contract=SECOND)["accounts"] == []


def test_a_cursor_of_another_list_is_no_place_in_the_books(read):
    for cursor in (cursor_of("x"), cursor_of("assets:bank:main", 0, 1), cursor_of("a", 10**9, 1)):
        with pytest.raises(CursorUnreadable):
            read(cash_book, after=cursor)
    beyond = Span(day("2020-01-01"), day("2020-01-31"))
    for ordinal in (1, day("2030-01-01").toordinal()):
        cursor = cursor_of("assets:bank:main", ordinal, 1)
        assert isinstance(read(cash_book, span=beyond, after=cursor)["entries"], list)


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_funds_carried_forward_are_net_assets_at_every_pair(read, pairs, span):
    for pair in pairs[::3]:
        found = read(activities, span=span, **pair)
        for fund in found["funds"]:
            assert fund["income_minor"] == sum(line["amount_minor"] for line in fund["income"])
            spent = sum(line["amount_minor"] for line in fund["expenditure"])
            assert fund["expenditure_minor"] == spent
            assert fund["net_movement_minor"] == fund["income_minor"] - spent
            assert fund["carried_forward_minor"] == fund["net_assets_minor"], (pair, fund)
        carried = sum(fund["carried_forward_minor"] for fund in found["funds"])
        assert found["totals"]["carried_forward_minor"] == carried


def test_what_is_carried_forward_is_brought_forward(read):
    first = read(activities, span=Span(None, day("2020-03-31")))
    second = read(activities, span=Span(day("2020-04-01"), None))
    carried = {fund["fund"]: fund["carried_forward_minor"] for fund in first["funds"]}
    assert {f["fund"]: f["brought_forward_minor"] for f in second["funds"]} == carried


def test_income_stands_under_the_class_of_its_contract(read):
    found = read(activities)
    lines = {
        (fund["fund"], line["contract"]): (line["income_class"], line["heading"])
        for fund in found["funds"]
        for line in fund["income"]
    }
    assert lines == {
        ("exchange", SECOND): ("exchange", "charitable_activities"),
        ("general", CONTRACT): ("performance_grant", "charitable_activities"),
        ("restricted", CONTRACT): ("performance_grant", "charitable_activities"),
    }
    kinds = {line["kind"] for fund in found["funds"] for line in fund["expenditure"]}
    assert kinds == {"partner_fees", "write_offs"}
    assert [f["fund"] for f in read(activities, contract=SECOND)["funds"]] == ["exchange"]


def test_accrued_and_deferred_income_are_their_accounts_at_every_pair(read, pairs):
    for pair in pairs:
        items, first = whole(read, accrued_income, **pair)
        assert first["totals"] == {
            "accrued_minor": account(read, "assets:accrued-income:", **pair),
            "deferred_minor": -account(read, "liabilities:funder-credit:", **pair),
        }
        for figure in first["totals"]:
            assert sum(row[figure] for row in items) == first["totals"][figure]
    held = {row["funder"]: row["deferred_minor"] for row in read(accrued_income)["items"]}
    assert held == {"dcms": 0, "la": 15_000, "phil": 0, "sch": 99}


def test_an_answer_of_the_books_never_changes(read, history):
    """The same pair before and after more was told, also of days that are over."""
    asked = {"known_at": history.version, "as_of": "2020-07-31", "span": SPANS[1]}
    aged = {"known_at": history.version, "as_of": "2020-07-31", "today": TODAY}

    def books():
        return [
            *(read(funder_statement, funder, **asked) for funder in FUNDERS),
            *(read(question, **asked) for question in (cash_book, activities)),
            *(read(question, **aged) for question in (aged_debtors, aged_creditors)),
        ]

    then = books()
    for event in history.events[:40]:
        if event.type == "register.submitted":
            history.add(event.data, "2020-02-04")
    assert books() == then
