"""The statement of a funder adds up at every pair, and says why each of its lines is there."""

from collections import Counter

import psycopg
import pytest

from ledger.events.cash import ReceiptAllocated, ReceiptRecorded
from ledger.events.claims import InvoiceIssued
from projections.reading.funders import funders
from projections.reading.pair import Pair
from projections.reading.statements import FIGURES, MOVEMENTS, funder_statement
from projections.runner import Runner
from tests.projections import given
from tests.projections.booked import FUNDERS, SPANS, whole
from tests.projections.finance import SECOND, open_of, year_of_finance
from tests.projections.history import CONTRACT, History, day


@pytest.fixture
def history():
    return year_of_finance()


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
            credited -= to_date["credit_refunded_minor"]
            allocated = to_date["allocated_minor"] - to_date["allocation_reversed_minor"]
            outstanding = to_date["invoiced_minor"] - credited - allocated
            assert closing["outstanding_minor"] == outstanding
            assert to_date["received_minor"] == (
                allocated + closing["unallocated_minor"] + to_date["refunded_minor"]
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
        ("claimed", "claim.reduced"): {"claim"},
        ("claimed", "claim.withdrawn"): {"claim"},
        ("deducted", "claim.reduced"): {"claim", "sample"},
        ("deducted", "claim.withdrawn"): {"claim"},
        ("invoiced", "invoice.issued"): {"claim", "invoice", "reference"},
        ("credited", "credit_note.issued"): {"claim", "credit_note", "reference"},
        ("written_off", "invoice.written_off"): {"invoice", "write_off"},
        ("received", "receipt.recorded"): {"receipt"},
        ("received", "fact.voided"): {"receipt", "voided"},
        ("allocated", "receipt.allocated"): {"receipt", "invoice"},
        ("allocation_reversed", "receipt.unallocated"): {"receipt", "invoice"},
        ("refunded", "refund.paid"): set(),
        ("credit_refunded", "credit.refunded"): {"credit_note", "reference"},
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


def test_what_settles_an_invoice_before_its_day_is_open_with_the_invoice(dsn):
    """The rules refuse it (0023); a statement holds for any journal."""
    history = History()
    given.terms(history)
    due = day("2020-02-05")
    history.add(InvoiceIssued(CONTRACT, "q1", "sch", "I1", 500, "RF18I1", due, 1), "2020-01-06")
    history.add(ReceiptRecorded(CONTRACT, "sch", "r1", 400), "2019-12-20")
    history.add(ReceiptAllocated("r1", "I1", 400), "2019-12-20")
    history.store(dsn)
    Runner(dsn).catch_up(history.ledger)
    at = Pair(day("2019-12-31"), history.version)
    with psycopg.connect(dsn) as connection:
        early = funder_statement(connection, history.ledger, "sch", at)
    assert early["closing"]["outstanding_minor"] == -400
    [item] = early["open_items"]
    assert (item["item"], item["open_minor"]) == ("invoice", -400)


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
