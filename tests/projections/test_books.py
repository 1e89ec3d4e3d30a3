"""The books add up at every pair: statements, aged debtors and creditors, cash book, activities."""

from collections import Counter

import pytest

from projections.reading.accrued_income import accrued_income
from projections.reading.activities import activities
from projections.reading.aged import CREDITORS, DEBTORS, aged_creditors, aged_debtors
from projections.reading.cash_book import cash_book
from projections.reading.funders import funders
from projections.reading.pair import CursorUnreadable, cursor_of
from projections.reading.partners import partners
from projections.reading.span import Span
from projections.reading.statements import FIGURES, MOVEMENTS, funder_statement
from projections.reading.trial_balance import trial_balance
from tests.projections.finance import SECOND, open_of, year_of_finance
from tests.projections.history import CONTRACT, day

TODAY = day("2020-08-31")
DAYS = (None, "2019-11-30", "2019-12-20", "2020-01-06", "2020-02-10", "2020-05-05", "2020-12-31")
SPANS = (
    Span(),
    Span(day("2020-01-01"), day("2020-03-31")),
    Span(None, day("2020-01-06")),
    Span(day("2020-02-05"), None),
)
FUNDERS = ("phil", "dcms", "la", "sch")


@pytest.fixture
def history():
    return year_of_finance()


@pytest.fixture
def pairs(history):
    """Every day at a few versions, and the last version on every day."""
    versions = (*range(20, history.version, 11), history.version)
    return [{"known_at": version, "as_of": on} for version in versions for on in DAYS]


def whole(read, question, *arguments, named="items", **asked):
    """Every page of an answer, two items a page, as one list; and the first page."""
    first = answer = read(question, *arguments, limit=2, **asked)
    items = list(answer[named])
    while answer["next"]:
        answer = read(question, *arguments, limit=2, after=answer["next"], **asked)
        items += answer[named]
    return items, first


def account(read, kind, **asked):
    rows = read(trial_balance, **asked)["accounts"]
    return sum(row["balance_minor"] for row in rows if row["account"].startswith(kind))


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_opening_and_movements_are_closing_at_every_pair(read, pairs, span):
    for pair in pairs[::3]:
        for funder in FUNDERS:
            found = read(funder_statement, funder, span=span, limit=1_000, **pair)
            assert found["next"] is None
            for figure in FIGURES:
                moved = sum(row[figure] for row in found["movements"])
                assert found["opening"][figure] + moved == found["closing"][figure], (pair, figure)
            counted = Counter()
            for row in found["movements"]:
                counted[f"{row['movement']}_minor"] += row["amount_minor"]
            assert {name: counted[name] for name in found["totals"]} == found["totals"]


def test_what_is_open_and_what_was_received_add_up_at_every_pair(read, pairs):
    for pair in pairs:
        for funder in FUNDERS:
            found = read(funder_statement, funder, **pair)
            to_date, closing = found["to_date"], found["closing"]
            credited = to_date["credited_minor"] + to_date["written_off_minor"]
            assert closing["outstanding_minor"] == (
                to_date["invoiced_minor"] - credited - to_date["allocated_minor"]
            )
            assert to_date["received_minor"] == (
                to_date["allocated_minor"]
                + closing["unallocated_minor"]
                + to_date["refunded_minor"]
            )
            items = sum(item["open_minor"] for item in found["open_items"])
            assert items == closing["balance_minor"], (pair, funder)


def test_a_statement_says_what_the_list_of_funders_says(read, pairs):
    same = ("claimed_minor", "outstanding_minor", "unallocated_minor")
    to_date = ("released_minor", "reversed_minor", "invoiced_minor", "received_minor")
    for pair in pairs[::4]:
        for row in read(funders, **pair).items:
            found = read(funder_statement, row["funder"], contract=row["contract"], **pair)
            assert {name: found["closing"][name] for name in same} == {n: row[n] for n in same}
            assert {n: found["to_date"][n] for n in to_date} == {n: row[n] for n in to_date}


def test_every_kind_of_movement_is_told_with_its_reason(read, history):
    told = {}
    for funder in FUNDERS:
        movements, _ = whole(read, funder_statement, funder, named="movements")
        assert [(m["posted_on"], m["version"]) for m in movements] == sorted(
            (m["posted_on"], m["version"]) for m in movements
        )
        told |= {(m["movement"], m["reason"]["event"]): m["reason"] for m in movements}
    assert {movement for movement, _ in told} == set(MOVEMENTS)
    named = {
        ("released", "payment.released"): {"payment"},
        ("reversed", "payment.reversed"): {"payment"},
        ("claimed", "claim.submitted"): {"claim"},
        ("claimed", "claim.reduced"): {"claim", "payment"},
        ("claimed", "claim.withdrawn"): {"claim"},
        ("invoiced", "invoice.issued"): {"claim", "invoice", "reference"},
        ("credited", "credit_note.issued"): {"claim", "credit_note", "reference"},
        ("written_off", "invoice.written_off"): {"invoice", "write_off"},
        ("received", "receipt.recorded"): {"receipt"},
        ("received", "fact.voided"): {"receipt", "voided"},
        ("allocated", "receipt.allocated"): {"receipt", "invoice"},
        ("refunded", "refund.paid"): set(),
    }
    for key, names in named.items():
        assert names <= set(told[key]), key
        assert "child" not in told[key]
    causes = told["reversed", "payment.reversed"]["causes"]
    assert {history.events[version - 1].type for version in causes} >= {"fact.voided"}


def test_open_items_are_those_of_the_rules(read, history):
    for funder in FUNDERS:
        found = read(funder_statement, funder)["open_items"]
        documents = {i["document"]: abs(i["open_minor"]) for i in found if "document" in i}
        held = [*history.book.invoices.values(), *history.book.credits.values()]
        expected = [
            getattr(one.terms, "invoice", None) or one.terms.credit_note
            for one in held
            if one.terms.funder == funder and one.open_minor
        ]
        assert documents == {name: open_of(history, name) for name in expected}
    [credit] = [i for i in read(funder_statement, "sch")["open_items"] if "fund" in i]
    assert credit == {
        "item": "unallocated_credit", "contract": CONTRACT, "fund": "general", "open_minor": -99,
    }  # fmt: skip


def test_what_pays_an_invoice_before_its_day_is_open_with_the_invoice(read):
    early = read(funder_statement, "sch", as_of="2019-12-31")
    assert early["closing"]["outstanding_minor"] == -40_000
    [item] = early["open_items"]
    assert (item["item"], item["open_minor"]) == ("invoice", -40_000)


def test_a_statement_of_one_contract_is_a_part_of_all(read):
    whole_of = read(funder_statement, "la")
    parts = [read(funder_statement, "la", contract=one) for one in (CONTRACT, SECOND)]
    for figure in FIGURES:
        assert sum(part["closing"][figure] for part in parts) == whole_of["closing"][figure]
    assert parts[1]["closing"]["outstanding_minor"] == 50_000
    assert read(funder_statement, "nobody") is None
    assert read(funder_statement, "sch", contract=SECOND) is None


def test_behind_many_documents_the_rest_is_one_figure(read, monkeypatch):
    monkeypatch.setattr("projections.reading.open_items.OPEN_ITEMS_MAX", 1)
    found = read(funder_statement, "dcms")
    kinds = [item["item"] for item in found["open_items"]]
    assert kinds == ["invoice", "further_documents"]
    total = sum(item["open_minor"] for item in found["open_items"])
    assert total == found["closing"]["balance_minor"]


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
    """Fees of 85.00 each; 340.00 was paid, which is four of them."""
    rows = read(aged_creditors, today=TODAY, as_of="2020-08-31")["items"]
    [row] = [row for row in rows if row["partner"] == "p1"]
    accrued = sorted(
        event.effective_on
        for event in history.events
        if event.type == "fee.accrued" and event.data.partner == "p1"
        if event.effective_on <= day("2020-08-31")
    )
    for event in history.events:
        if event.type == "fee.reversed":
            accrued.remove(event.effective_on)
    ages = [(day("2020-08-31") - on).days for on in accrued[4:]]
    assert row["over_90_minor"] == 8_500 * sum(age > 90 for age in ages) > 0
    assert row["days_0_to_30_minor"] == 8_500 * sum(age <= 30 for age in ages)
    assert row["total_minor"] == 8_500 * len(ages)


def test_a_partner_that_was_paid_too_much_owes_us(read):
    rows = read(aged_creditors, today=TODAY, as_of="2020-03-31")["items"]
    [row] = [row for row in rows if row["partner"] == "p2"]
    assert (row["in_advance_minor"], row["total_minor"]) == (-8_000, -8_000)
    assert row["over_90_minor"] == row["days_0_to_30_minor"] == 0


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
    ]
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
    assert held["sch"] == 99
    assert "la" not in held  # its credit is used up, and all that was released is invoiced


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
