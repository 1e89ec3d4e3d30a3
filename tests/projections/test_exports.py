"""Exports say what they are, carry what they are about, and never change."""

import csv
import datetime
import io
import re
from collections import Counter

import openpyxl
import psycopg
import pytest

from ledger.events.codec import encode_event
from ledger.invariants import InvariantBroken
from ledger.log.tree import Frontier, leaf_hash
from projections.exports.amounts import written
from projections.exports.spreadsheets import guarded
from tests.projections.booked import ASKED, FIRST_QUARTER
from tests.projections.finance import year_of_finance
from tests.projections.history import CONTRACT
from tests.projections.programs import (
    Recalculated,
    bean_check,
    hledger,
)


@pytest.fixture
def history():
    return year_of_finance()


@pytest.mark.parametrize("kind", ["hledger", "beancount", "csv", "trial_balance_csv"])
def test_an_export_says_what_it_is(export, history, kind):
    text = export(kind, span=FIRST_QUARTER, contract=CONTRACT, as_of="2020-03-01").decode()
    said = dict(re.findall(r"^[;#] (\w+): (.*?)\r?$", text, re.MULTILINE))
    assert said["ledger"] == "wlz"
    assert (said["contract"], said["currency"]) == (CONTRACT, "GBP")
    assert (said["from"], said["to"], said["as_of"]) == ("2020-01-01", "2020-03-31", "2020-03-01")
    assert (said["version"], said["known_at"]) == (str(history.version), "now")
    assert said["root"] == history._frontier.root().hex()
    assert said["debits"] == said["credits"]
    assert said["children"] == "left out"
    assert int(said["lines"]) > int(said["entries"]) > 15


def test_the_counts_and_control_totals_are_those_of_the_lines(export):
    rows = list(csv.DictReader(_body(export("csv", span=FIRST_QUARTER))))
    said = _said(export("csv", span=FIRST_QUARTER))
    posted = [row for row in rows if row["version"] != "0"]
    assert len(posted) == int(said["lines"])
    assert len({row["version"] for row in posted}) == int(said["entries"])
    for side in ("debit", "credit"):
        total = sum(int(row[side].replace(".", "")) for row in posted)
        assert written(total) == said[f"{side}s"]
    opened = [row for row in rows if row["version"] == "0"]
    assert {row["event"] for row in opened} == {"opening balances"}


def _said(exported):
    return dict(re.findall(r"^# (\w+): (.*)\r$", exported.decode(), re.MULTILINE))


def _body(exported):
    return io.StringIO("".join(re.findall(r"^[^#].*\n", exported.decode(), re.MULTILINE)))


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_the_two_tables_as_csv_are_the_same_books(export, ours, asked):
    lines = list(csv.DictReader(_body(export("csv", **asked))))
    *accounts, total = csv.DictReader(_body(export("trial_balance_csv", **asked)))
    sums = Counter()
    for line in lines:
        key = (line["contract"], line["account"], line["fund"])
        sums[key] += _pence(line["debit"]) - _pence(line["credit"])
    for row in accounts:
        key = (row["contract"], row["account"], row["fund"])
        assert _pence(row["closing"]) == sums.pop(key, 0)
    assert not sums
    assert (total["contract"], total["closing"]) == ("total", "0.00")
    by_account = Counter()
    for row in accounts:
        by_account[row["account"]] += _pence(row["closing"])
    assert {account: minor for account, minor in by_account.items() if minor} == ours(
        datetime.date.max, **asked
    )


def _pence(amount):
    return int(amount.replace(".", ""))


def test_entries_carry_what_they_are_about(export, history):
    rows = list(csv.DictReader(_body(export("csv"))))
    for row in rows:
        event = history.events[int(row["version"]) - 1]
        assert row["event"] == event.type
        if row["event"] != "fact.voided":
            assert row["effective_on"] == event.effective_on.isoformat()
    named = {
        row["event"]: {name for name, value in row.items() if value and name in NAMED}
        for row in rows
    }
    assert named["payment.released"] == {"payment", "contract", "fund", "funder"}
    assert named["receipt.allocated"] == {"receipt", "invoice", "contract", "fund", "funder"}
    assert named["fee.accrued"] == {"order", "contract", "fund", "partner"}
    assert named["invoice.written_off"] == {"invoice", "write_off", "contract", "fund", "funder"}


NAMED = {
    *("payment", "claim", "invoice", "credit_note", "receipt", "write_off", "order"),
    *("contract", "fund", "funder", "partner"),
}


@pytest.mark.parametrize("kind", ["hledger", "beancount", "csv", "xlsx"])
def test_children_are_named_when_it_is_asked_for_and_not_else(export, tmp_path, kind):
    def text(exported):
        if kind != "xlsx":
            return exported.decode()
        return str(list(openpyxl.load_workbook(io.BytesIO(exported))["journal"].values))

    assert not re.search(r"\bc[0-9]\b", text(export(kind)))
    named = export(kind, with_children=True)
    assert set(re.findall(r"\bc[0-9]\b", text(named))) == {f"c{n}" for n in range(10)}
    if kind == "hledger":
        assert hledger(named, "check", "--strict").returncode == 0
    if kind == "beancount":
        assert bean_check(named, tmp_path).returncode == 0


@pytest.mark.parametrize("kind", ["hledger", "beancount", "csv", "trial_balance_csv", "xlsx"])
def test_an_export_never_changes_once_its_version_is_over(export, history, kind):
    asked = {"known_at": history.version, "span": FIRST_QUARTER}
    then = export(kind, **asked)
    for event in history.events[:40]:
        if event.type == "register.submitted":
            history.add(event.data, "2020-02-04")
    assert export(kind, **asked) == then


@pytest.mark.parametrize("kind", ["hledger", "beancount", "csv", "trial_balance_csv", "xlsx"])
def test_an_export_of_nothing_is_an_export(export, tmp_path, kind):
    exported = export(kind, known_at=1)
    if kind == "hledger":
        assert hledger(exported, "check", "--strict").returncode == 0
    if kind == "beancount":
        assert bean_check(exported, tmp_path).returncode == 0
    if kind == "xlsx":
        book = Recalculated(openpyxl.load_workbook(io.BytesIO(exported)))
        assert book.value("parameters", "B1") == 0


def test_the_root_is_that_of_the_version_also_inside_of_a_commit(export, history):
    leaves = [leaf_hash(encode_event(event)) for event in history.events]
    for version in (1, 57, history.version):
        said = _said(export("csv", known_at=version))
        assert said["root"] == Frontier().extend(leaves[:version]).root().hex()


def test_a_reference_is_never_a_formula():
    assert guarded("-1") == "'-1"
    assert guarded("=SUM(A1)") == "'=SUM(A1)"
    assert guarded("assets:bank:main") == "assets:bank:main"


def test_a_book_that_does_not_add_up_is_not_exported(export, dsn):
    export("csv")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "update projections.postings set amount_minor = amount_minor + 1"
            " where (series, n) = (select min(series), 1 from projections.postings)"
        )
    with pytest.raises(InvariantBroken):
        export("csv")
