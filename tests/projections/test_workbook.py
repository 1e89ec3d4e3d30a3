"""Every formula of the workbook comes to its value, and a spoilt copy does not read 0."""

import datetime
import io
from collections import Counter

import openpyxl
import pytest

from projections.exports import workbook
from projections.exports.amounts import decimal
from tests.projections.booked import ASKED
from tests.projections.finance import year_of_finance
from tests.projections.programs import (
    Recalculated,
)


@pytest.fixture
def history():
    return year_of_finance()


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
