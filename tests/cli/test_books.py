"""The books on the command line: tables, the answers as they are, and files for other programs."""

import hashlib
import io
import json
import re

import openpyxl
import pytest

from tests.projections.programs import hledger

TOLD = (
    (("statement", "brent", "--from", "2024-01-01"), "571,637.00"),
    (("books", "aged-debtors"), "days 31 to 60"),
    (("books", "aged-creditors"), "in advance"),
    (("books", "aged-creditors", "--posted-upto", "2021-08-31"), "partner-music"),
    (("books", "accrued-income", "--contract", "lcf"), "98.40"),
    (("books", "cash-book", "--to", "2021-12-31"), "receipt.recorded brent-2020-03"),
    (("books", "activities", "--from", "2021-04-01", "--to", "2022-03-31"), "4,023,502.50"),
)


@pytest.mark.parametrize(
    "words, answer", TOLD, ids=lambda found: found[1] if isinstance(found, tuple) else ""
)
def test_the_books_are_told_in_tables(demonstration, type_in, words, answer):
    told = type_in(*words, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert answer in told.out


@pytest.mark.parametrize("words", [words for words, _ in TOLD], ids=lambda words: words[1])
def test_the_books_are_told_as_the_service_answers(demonstration, type_in, words):
    asked = (*words, "--known-at", "3000", "--as-of", "2020-01-31", "--json")
    told = type_in(*asked, folder=demonstration.folder)
    answer = json.loads(told.out)
    assert (answer["known_at"], answer["as_of"]) == (3000, "2020-01-31")


def test_a_long_statement_says_that_there_is_more_and_adds_up(demonstration, type_in):
    told = type_in("statement", "brent", "--limit", "2", folder=demonstration.folder)
    assert "There are more than 2" in told.out
    rows = [re.findall(r"-?[0-9,]+\.[0-9]{2}", line)[-4:] for line in told.out.splitlines()[3:9]]
    *lines, closing = [[int(re.sub("[,.]", "", cell)) for cell in row] for row in rows if row]
    assert "further movements" in told.out
    assert (len(lines), [sum(figures) for figures in zip(*lines, strict=True)]) == (4, closing)


def test_the_books_are_written_for_other_programs(demonstration, type_in, tmp_path):
    exported = {}
    for kind in ("hledger", "xlsx"):
        file = tmp_path / f"books.{kind}"
        asked = ("books", "export", "--format", kind, "--out", str(file), "--to", "2019-12-31")
        told = type_in(*asked, folder=demonstration.folder)
        assert (told.code, told.err) == (0, "")
        exported[kind] = file.read_bytes()
        assert file.stat().st_mode & 0o077 == 0
    assert hledger(exported["hledger"], "check", "--strict").returncode == 0
    values = openpyxl.load_workbook(io.BytesIO(exported["xlsx"]), data_only=True)
    assert values["parameters"]["B1"].value == 0


def test_an_export_goes_to_standard_output(demonstration, type_in):
    asked = ("books", "export", "--format", "csv", "--table", "trial_balance", "--out", "-")
    told = type_in(*asked, folder=demonstration.folder)
    assert told.out.startswith("# format: 1")
    assert told.out.rstrip().endswith(",0.00")


def test_an_export_says_as_json_what_it_wrote(demonstration, type_in, tmp_path):
    file = tmp_path / "books.journal"
    asked = ("books", "export", "--format", "hledger", "--to", "2019-12-31", "--json")
    told = type_in(*asked, "--out", str(file), folder=demonstration.folder)
    content = file.read_bytes()
    assert json.loads(told.out) == {
        "ledger": "wlz",
        "format": "hledger",
        "file": str(file),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    mixed = type_in(*asked, "--out", "-", folder=demonstration.folder)
    assert (mixed.code, mixed.out, mixed.err.count("\n")) == (2, "", 1)


def test_a_refused_export_leaves_no_file(demonstration, type_in, tmp_path):
    asked = ("books", "export", "--format", "pdf", "--out", str(tmp_path / "books.pdf"))
    told = type_in(*asked, folder=demonstration.folder)
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert "unknown_export" in told.err
    assert list(tmp_path.iterdir()) == []
    nowhere = ("books", "export", "--format", "csv", "--out", str(tmp_path / "no" / "where"))
    assert "cannot be written" in type_in(*nowhere, folder=demonstration.folder).err
