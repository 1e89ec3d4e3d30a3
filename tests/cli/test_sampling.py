"""Samples on the command line: drawn, filled in, judged; and journal tests."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

MONETARY = (
    "audit", "sample", "payments", "--method", "monetary_unit", "--seed", "spring audit",
    "--confidence", "95", "--tolerable", "3", "--known-at", "61000",
)  # fmt: skip


@pytest.fixture(scope="module")
def sheet(demonstration, type_in, tmp_path_factory):
    """The rows of a sheet, and a way to write them down as filled in."""
    folder = tmp_path_factory.mktemp("sheets")
    empty = folder / "empty.csv"
    told = type_in(*MONETARY, "--out", str(empty), folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(empty.read_text(encoding="utf-8"))))

    def filled(name, **audited):
        changed = [
            {**row, "audited_value": audited.get(row["item"], row["book_value"])} for row in rows
        ]
        return written(name, changed)

    def written(name, changed):
        path = folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(changed)
        return str(path)

    return rows, filled, written


def judged(type_in, demonstration, path, *more):
    told = type_in("audit", "evaluate", path, "--json", *more, folder=demonstration.folder)
    assert told.err == ""
    return told.code, json.loads(told.out)


def test_a_sample_is_told_in_tables(demonstration, type_in):
    told = type_in(*MONETARY, "--limit", "5", folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert "monetary_unit sample of payments by the words `spring audit`" in told.out
    assert "frozen at version 61000, root " in told.out
    assert "There are more, ask with --after " in told.out
    assert type_in(*MONETARY, "--limit", "5", folder=demonstration.folder).out == told.out


def test_words_that_are_no_text_are_refused_before_anything_is_asked(
    demonstration, type_in, tmp_path
):
    words = ["spring \udcff" if word == "spring audit" else word for word in MONETARY]
    for more in ((), ("--out", str(tmp_path / "sheet.csv"))):
        told = type_in(*words, *more, folder=demonstration.folder)
        assert (told.code, told.out) == (2, "")
        assert told.err == "outcomes-ledger: seed holds what is no character: '\\udcff'\n"
    assert list(tmp_path.iterdir()) == []
    told = type_in(*MONETARY, "--ledger", "w\udcffz", folder=demonstration.folder)
    assert (told.code, "the path holds what is no character" in told.err) == (2, True)


def test_a_clean_sample_leaves_the_basic_precision(demonstration, type_in, sheet):
    rows, filled, _ = sheet
    code, answer = judged(type_in, demonstration, filled("clean.csv"))
    assert (code, answer["conclusion"], answer["drawn_again"]) == (0, "below_tolerable", True)
    assert answer["items"] == len(rows)
    over = answer["overstatements"]
    assert over["upper_limit_minor"] == over["basic_precision_minor"] < answer["tolerable_minor"]
    assert answer["proposal"] == {
        "known_minor": 0, "extrapolated_minor": 0, "projected_minor": 0,
    }  # fmt: skip


def test_misstatements_are_bounded_and_the_findings_written(
    demonstration, type_in, sheet, tmp_path
):
    rows, filled, _ = sheet
    first, second = rows[0]["item"], rows[3]["item"]
    path = filled("wrong.csv", **{first: "0", second: "1,000.00"})
    findings = tmp_path / "findings.csv"
    code, answer = judged(type_in, demonstration, path, "--out", str(findings))
    assert (code, answer["conclusion"]) == (1, "above_tolerable")
    assert [one["item"] for one in answer["findings"]] == [first, second]
    book = answer["findings"][0]["book_minor"]
    assert (answer["findings"][0]["difference_minor"], answer["findings"][0]["taint"]) == (
        book, "1.000000",
    )  # fmt: skip
    told = {
        row["item"]: row
        for row in csv.DictReader(io.StringIO(findings.read_text(encoding="utf-8")))
    }
    assert (told[first]["audited_value"], told[first]["taint"]) == ("0.00", "1.000000")
    assert {row["conclusion"] for row in told.values()} == {"above_tolerable"}
    workbook = tmp_path / "findings.xlsx"
    judged(type_in, demonstration, path, "--out", str(workbook))
    read = openpyxl.load_workbook(workbook, data_only=True)
    heads, *cells = read["findings"].values
    assert next(read["conclusion"].values)[:2] == ("conclusion", "above_tolerable")
    row = dict(zip(heads, cells[0], strict=True))
    assert (row["item"], row["audited value"], row["taint"]) == (first, 0, 1)
    assert row["difference"] == row["book value"]
    in_tables = type_in("audit", "evaluate", path, folder=demonstration.folder)
    assert "What may be wrong is above what is tolerable." in in_tables.out


@pytest.mark.parametrize("name", ["sample.csv", "sample.xlsx"])
def test_a_population_without_items_is_said_and_no_sheet_is_written(
    demonstration, type_in, tmp_path, name
):
    nobody = "There is nothing to draw from: the population of payments has no item"
    words = (*MONETARY, "--from", "1999-01-01", "--to", "1999-01-31")
    told = type_in(*words, "--out", str(tmp_path / name), folder=demonstration.folder)
    assert told.err == ""
    assert (told.code, told.out) == (0, f"{nobody}; {tmp_path / name} is not written\n")
    assert list(tmp_path.iterdir()) == []
    in_tables = type_in(*words, folder=demonstration.folder)
    assert (in_tables.code, f"\n{nobody}\n" in in_tables.out) == (0, True)


def test_a_workbook_is_saved_as_csv_before_it_is_judged(demonstration, type_in, tmp_path):
    path = tmp_path / "sample.xlsx"
    told = type_in(*MONETARY, "--out", str(path), folder=demonstration.folder)
    to_do = f"save its findings as CSV (UTF-8), then `audit evaluate {path.with_suffix('.csv')}`"
    assert told.out == f"The sample is in {path}; fill in audited value, {to_do}\n"
    judged = type_in("audit", "evaluate", str(path), folder=demonstration.folder)
    assert (judged.code, judged.out) == (2, "")
    assert judged.err == f"outcomes-ledger: {path} is a workbook; {to_do}\n"


def test_a_sheet_that_is_there_is_never_written_over(demonstration, type_in, sheet):
    rows, filled, _ = sheet
    path = filled("kept.csv", **{rows[0]["item"]: "0"})
    before = Path(path).read_bytes()
    evaluate = ("audit", "evaluate", path, "--out", path)
    for words in ((*MONETARY, "--out", path), evaluate, (*evaluate, "--json")):
        told = type_in(*words, folder=demonstration.folder)
        assert (told.code, told.out) == (2, "")
        assert told.err == f"outcomes-ledger: {path} is there already\n"
    assert Path(path).read_bytes() == before


def test_a_sheet_is_judged_without_a_service(type_in, sheet, tmp_path):
    _, filled, _ = sheet
    asked = ("audit", "evaluate", filled("alone.csv"), "--offline", "--json")
    told = type_in(*asked, folder=tmp_path)
    assert (told.code, json.loads(told.out)["drawn_again"]) == (0, False)
    assert type_in(*asked, "--out", "x.csv", folder=tmp_path).code == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"book_value": "1.00"}, "the sheet is not what was drawn: P"),
        ({"item": "P999999"}, "the sheet is not what was drawn: P"),
        ({"audited_value": ""}, "1 items have no audited value, first P"),
        ({"audited_value": "many"}, "row 2, audited_value: not an amount"),
        ({"book_value": "0.00"}, "row 2, book_value: not above nothing"),
        ({"seed": "other words"}, "row 3 is of another sample"),
    ],
)
def test_a_sheet_that_was_changed_is_refused(demonstration, type_in, sheet, change, said):
    rows, _, written = sheet
    changed = [{**row, "audited_value": row["book_value"]} for row in rows]
    changed[0] |= change
    path = written("changed.csv", changed)
    told = type_in("audit", "evaluate", path, folder=demonstration.folder)
    assert told.code == 1
    assert said in told.err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("root", "0" * 64, "the sheet is not what was drawn: root"),
        ("population_amount", "1000.00", "the sheet is not what was drawn: population_amount"),
        ("population_items", "7", "the sheet is not what was drawn: population_items"),
        ("population_amount", "much", "population_amount: not an amount"),
        ("size", "0", "size: no sample is drawn like that"),
        ("size", "many", "size: no sample is drawn like that"),
        ("method", "by hand", "method: no sample is drawn like that"),
    ],
)
def test_a_sheet_of_another_sample_is_refused(demonstration, type_in, sheet, name, value, said):
    rows, _, written = sheet
    changed = [{**row, "audited_value": row["book_value"], name: value} for row in rows]
    path = written("another.csv", changed)
    told = type_in("audit", "evaluate", path, folder=demonstration.folder)
    assert (told.code, told.err.count("\n"), said in told.err) == (1, 1, True)


def test_what_is_no_sheet_is_said(demonstration, type_in, sheet, tmp_path):
    _, _, written = sheet
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    long = tmp_path / "long.csv"
    long.write_text("a" * 200_000, encoding="utf-8")
    odd = tmp_path / "odd.csv"
    odd.write_bytes("£".encode("cp1252"))
    for path, code, said in (
        (str(other), 1, "the sheet has no column place"),
        (str(long), 1, "no comma-separated values: field larger than"),
        (written("none.csv", []), 1, "the sheet has no items"),
        (str(tmp_path / "nowhere.csv"), 2, "nowhere.csv is not there"),
        (str(tmp_path), 2, "cannot be read: Is a directory"),
        (str(odd), 2, "odd.csv is not in UTF-8; save its findings as CSV (UTF-8), then"),
    ):
        told = type_in("audit", "evaluate", path, folder=demonstration.folder)
        assert (told.code, told.err.count("\n")) == (code, 1)
        assert said in told.err
    told = type_in(*MONETARY, "--out", "sample.pdf", folder=demonstration.folder)
    assert (told.code, "ends in .csv or .xlsx" in told.err) == (2, True)


def test_items_drawn_with_equal_chance_are_judged_by_their_rate(
    demonstration, type_in, sheet, tmp_path
):
    path = tmp_path / "fees.csv"
    asked = ("audit", "sample", "fees", "--method", "random", "--seed", "x", "--size", "60")
    type_in(*asked, "--out", str(path), folder=demonstration.folder)
    text = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    _, _, written = sheet
    filled = written("fees.csv", [{**row, "audited_value": row["book_value"]} for row in rows])
    needed = type_in("audit", "evaluate", filled, folder=demonstration.folder)
    assert (needed.code, "--confidence is needed" in needed.err) == (2, True)
    rates = ("--confidence", "95", "--tolerable", "5")
    code, answer = judged(type_in, demonstration, filled, *rates)
    assert (code, answer["upper_rate_percent"]) == (0, "4.8703")
    told = type_in("audit", "evaluate", filled, *rates, folder=demonstration.folder)
    assert "at most" in told.out


def test_the_journal_is_tested(demonstration, type_in):
    told = type_in("audit", "journal-tests", folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert "Journal tests" in told.out
    assert "office_from 08:00, office_to 18:00, workdays 12345" in told.out
    asked = ("audit", "journal-tests", "--known-at", "61000", "--json")
    answer = json.loads(type_in(*asked, folder=demonstration.folder).out)
    found = {test["test"]: test for test in answer["tests"]}
    checked = found["same_maker_checker"]
    assert (checked["count"], checked["examined"] > 20) == (0, True)
    assert found["closed_period"]["count"] > 0
    one = type_in(
        *asked[:4], "--test", "closed_period", "--limit", "1", folder=demonstration.folder
    )
    after = one.out.rpartition("ask with --after ")[2].strip()
    more = type_in(
        *asked[:2], "--json", "--test", "closed_period", "--limit", "1", "--after", after,
        *asked[2:4], folder=demonstration.folder,
    )  # fmt: skip
    [test] = json.loads(more.out)["tests"]
    assert test["items"] == found["closed_period"]["items"][1:2]
    assert "fee." in one.out


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def test_odd_hours_are_told_with_the_name_of_the_day(demonstration, type_in):
    asked = ("audit", "journal-tests", "--test", "odd_hours", "--limit", "3")
    asked += ("--office-from", "23:58", "--office-to", "23:59")
    said = json.loads(type_in(*asked, "--json", folder=demonstration.folder).out)
    days = [DAYS[item["weekday"] - 1] for item in said["tests"][0]["items"]]
    told = type_in(*asked, folder=demonstration.folder).out.splitlines()
    lines = [line for line in told if "payment.released" in line]
    assert len(days) == len(lines) == 3
    assert all(day in line for day, line in zip(days, lines, strict=True))
