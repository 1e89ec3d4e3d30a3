"""Exports are accepted by the programs that they are for, and add up to our trial balance."""

import csv
import datetime
import io
import re
from collections import Counter, defaultdict

import openpyxl
import psycopg
import pytest
from beancount.core import data
from hypothesis import given as examples
from hypothesis import strategies as st

from ledger.events.codec import encode_event
from ledger.invariants import InvariantBroken
from ledger.log.tree import Frontier, leaf_hash
from projections.exports import workbook
from projections.exports.account_names import from_beancount, to_beancount
from projections.exports.amounts import decimal, written
from projections.exports.month_ends import month_end
from projections.exports.spreadsheets import guarded
from projections.exports.wanted import Wanted
from projections.exports.writing import write_export
from projections.reading.span import ONE_DAY, WHOLE, Span
from projections.reading.trial_balance import trial_balance
from tests.projections.finance import SECOND, year_of_finance
from tests.projections.history import CONTRACT, day
from tests.projections.programs import (
    Recalculated,
    balances_of_beancount,
    bean_check,
    hledger,
    month_ends_of_hledger,
    read_by_beancount,
)

FIRST_QUARTER = Span(day("2020-01-01"), day("2020-03-31"))
ASKED = (
    {},
    {"span": FIRST_QUARTER},
    {"as_of": "2020-02-14"},
    {"known_at": 90},
    {"known_at": 101, "as_of": "2020-05-05", "span": Span(day("2019-12-15"), None)},
    {"contract": SECOND},
    {"contract": CONTRACT, "span": Span(None, day("2020-06-10"))},
)


@pytest.fixture
def history():
    return year_of_finance()


@pytest.fixture
def export(read):
    """An export as bytes."""

    def exported(kind, **asked):
        target = io.BytesIO()
        read(_write, kind, target, **asked)
        return target.getvalue()

    return exported


def _write(connection, ledger, kind, target, at, **asked):
    write_export(connection, kind, Wanted(ledger, "GBP", at, **asked), target)


@pytest.fixture
def ours(read):
    """Our trial balance by account at the end of a day, without accounts that stand at nothing."""

    def told(upto, *, fund=None, contract=None, as_of=None, known_at=None, span=WHOLE):
        last = min(upto, span.ends_on, day(as_of) if as_of else datetime.date.max)
        found = read(
            trial_balance, as_of=last.isoformat(), known_at=known_at, contract=contract, fund=fund
        )
        sums = Counter()
        for row in found["accounts"]:
            sums[row["account"]] += row["balance_minor"]
        return {account: minor for account, minor in sums.items() if minor}

    return told


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_hledger_accepts_the_journal_and_adds_it_up_as_we_do(export, ours, asked):
    journal = export("hledger", **asked)
    checked = hledger(journal, "check", "--strict", "ordereddates")
    assert checked.returncode == 0, checked.stderr.decode()
    months = month_ends_of_hledger(journal)
    assert months
    for end, balances in months.items():
        assert balances == ours(end, **asked), end
    for fund in ("general", "restricted", "exchange"):
        months = month_ends_of_hledger(journal, f"tag:fund=^{fund}$")
        for end, balances in months.items():
            assert balances == ours(end, fund=fund, **asked), (fund, end)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_bean_check_accepts_the_journal_and_beancount_adds_it_up_as_we_do(
    export, ours, tmp_path, asked
):
    journal = export("beancount", **asked)
    checked = bean_check(journal, tmp_path)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    entries = read_by_beancount(journal)
    ends = {entry.date - ONE_DAY for entry in entries if isinstance(entry, data.Balance)}
    assert ends
    for end in ends:
        assert balances_of_beancount(entries, end) == ours(end, **asked), end
        held = balances_of_beancount(entries, end, fund="restricted")
        assert held == ours(end, fund="restricted", **asked), end


def test_every_account_is_asserted_at_every_month_end(export, ours):
    """Also at the end of months in which nothing was posted, and on the last day asked for."""
    asked = {"as_of": "2020-11-14"}
    journal = export("hledger", **asked).decode()
    asserted = defaultdict(dict)
    for block in journal.split("\n\n"):
        if "assertion:" in block:
            for line in block.splitlines()[1:]:
                account, _, amount = re.split(r"  +| = ", line.strip())
                asserted[block.strip()[:10]][account] = int(amount.split(".")[0].replace("-", ""))
    months = [f"{2019 + n // 12}-{n % 12 + 1:02}" for n in range(8, 23)]
    ends = [month_end(day(f"{month}-01")).isoformat() for month in months]
    assert list(asserted) == [*ends[:-1], "2020-11-14"]
    for end, accounts in asserted.items():
        assert set(ours(day(end), **asked)) <= set(accounts)
    assert len(asserted["2020-11-14"]) > 15


@pytest.mark.parametrize("kind", ["hledger", "beancount"])
def test_a_penny_too_much_is_refused_by_the_program(export, tmp_path, kind):
    """The 1,234 pence that one funder left unpaid are asserted in every month."""
    journal = export(kind)
    spoilt = journal.replace(b" 12.34 ", b" 12.35 ", 1)
    assert spoilt != journal
    run = hledger(spoilt, "check") if kind == "hledger" else bean_check(spoilt, tmp_path)
    assert run.returncode == 1
    assert b"alance" in run.stderr


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
        assert Recalculated(openpyxl.load_workbook(io.BytesIO(exported))).value(*CHECK) == 0


def test_the_root_is_that_of_the_version_also_inside_of_a_commit(export, history):
    leaves = [leaf_hash(encode_event(event)) for event in history.events]
    for version in (1, 57, history.version):
        said = _said(export("csv", known_at=version))
        assert said["root"] == Frontier().extend(leaves[:version]).root().hex()


CHECK = ("parameters", "B1")


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_every_formula_of_the_workbook_comes_to_its_value(export, ours, asked):
    exported = export("xlsx", **asked)
    live = openpyxl.load_workbook(io.BytesIO(exported))
    values = openpyxl.load_workbook(io.BytesIO(exported), data_only=True)
    assert live.sheetnames == ["parameters", "journal", "trial balance", "by fund"]
    assert live.defined_names["check"].value == "parameters!$B$1"
    again = Recalculated(live)
    formulas = list(again.formulas())
    assert len(formulas) > 20
    for sheet, cell in formulas:
        assert again.value(sheet, cell) == decimal_of(values[sheet][cell].value), (sheet, cell)
    assert again.value(*CHECK) == 0
    head, *rows = values["trial balance"].values
    sums = Counter()
    for row in rows:
        account = dict(zip(head, row, strict=True))
        sums[account["account"]] += round(account["closing"] * 100)
    expected = ours(datetime.date.max, **asked)
    assert {account: minor for account, minor in sums.items() if minor} == expected


def decimal_of(value):
    return decimal(round(value * 100))


def test_the_funds_of_the_workbook_balance(export):
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx")), data_only=True)
    head, *rows = book["by fund"].values
    assert head[2:] == ("assets", "liabilities", "income", "expenses", "total", "off by")
    assert [row[1] for row in rows] == ["exchange", "general", "restricted"]
    assert {row[6] for row in rows} == {0}


@pytest.mark.parametrize(
    "sheet, column, row",
    [
        ("journal", "debit", 2),
        ("journal", "credit", 7),
        ("journal", "account number", 9),
        ("trial balance", "in the ledger", 3),
        ("trial balance", "fund number", 3),
        ("parameters", "in the ledger", 5),
    ],
)
def test_a_spoilt_workbook_does_not_read_nothing(export, sheet, column, row):
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx")))
    heads = [cell.value for cell in book[sheet][3 if sheet == "parameters" else 1]]
    cell = book[sheet].cell(row, heads.index(column) + 1)
    cell.value += 1
    assert Recalculated(book).value(*CHECK) != 0


def test_a_line_that_is_taken_out_is_missed(export):
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx")))
    for cell in book["journal"][4]:
        cell.value = None
    assert Recalculated(book).value(*CHECK) != 0


def test_a_workbook_has_as_many_rows_as_a_sheet_can_hold(export, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_MAX", 50)
    with pytest.raises(workbook.WorkbookTooLong):
        export("xlsx")


def test_a_reference_is_never_a_formula():
    assert guarded("-1") == "'-1"
    assert guarded("=SUM(A1)") == "'=SUM(A1)"
    assert guarded("assets:bank:main") == "assets:bank:main"


REFERENCES = st.from_regex(r"\A[A-Za-z0-9._-]{1,64}\Z")


@examples(first=REFERENCES, second=REFERENCES)
def test_no_two_accounts_have_one_name_in_beancount(first, second):
    names = [to_beancount(f"assets:accrued-income:{ref}") for ref in (first, second)]
    for ref, name in zip((first, second), names, strict=True):
        assert re.fullmatch(r"[A-Z][A-Za-z0-9-]*(:[A-Z0-9][A-Za-z0-9-]*)+", name)
        assert from_beancount(name) == f"assets:accrued-income:{ref}"
    assert (names[0] == names[1]) == (first == second)


def test_a_book_that_does_not_add_up_is_not_exported(export, dsn):
    export("csv")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(
            "update projections.postings set amount_minor = amount_minor + 1"
            " where (series, n) = (select min(series), 1 from projections.postings)"
        )
    with pytest.raises(InvariantBroken):
        export("csv")
