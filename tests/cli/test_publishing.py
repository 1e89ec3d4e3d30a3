"""`report`: tables with stars, a sheet in a file, and one clear line when it cannot."""

import csv
import json

import pytest

HIDES = ("report", "payments", "--contract", "lcf", "--suppress-below", "60")


def test_hidden_numbers_are_stars_and_a_line_below_says_so(demonstration, type_in):
    told = type_in(*HIDES, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    rows = [line.split() for line in told.out.splitlines()]
    assert ["2019-Q3", "SIGN_UP", "*", "*", "*"] in rows
    assert ["2020-Q3", "COVID_CLAIM", "1", "600,225.00", "0.00"] in rows
    assert ["all", "SIGN_UP", "2191", "3,680,880.00", "0.00"] in rows
    assert "numbers are hidden: groups below 60, and what would give them away." in told.out


def test_the_reference_contract_has_no_small_groups(demonstration, type_in):
    told = type_in("report", "outcomes", "--contract", "lcf", folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    rows = [line.split() for line in told.out.splitlines()]
    assert ["2019", "400", "372", "333", "287", "0", "0"] in rows
    assert ["peer", "all", "323", "293", "197", "67.2"] in rows
    assert "No number is hidden: no group is below 5." in told.out


def test_json_is_the_report_at_the_pair_that_was_asked(demonstration, type_in):
    asked = (*HIDES, "--by", "year", "--as-of", "2020-01-31", "--known-at", "3000", "--json")
    answer = json.loads(type_in(*asked, folder=demonstration.folder).out)
    assert (answer["as_of"], answer["known_at"], answer["by"]) == ("2020-01-31", 3000, "year")
    assert answer["suppress_below"] == 60


def test_a_sheet_is_written_into_a_file(demonstration, type_in, tmp_path):
    file = tmp_path / "report.csv"
    told = type_in(*HIDES, "--csv", str(file), folder=demonstration.folder)
    assert told.out.strip() == f"The report on payments is in {file}"
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["suppress_below"] for row in rows} == {"60"}
    assert rows[0]["count"] == rows[0]["paid_by_brent_minor"] == "*"
    assert rows[-1]["row"] == "total"


@pytest.mark.parametrize(
    "words, code, said",
    [
        (("payments", "--contract", "nobody"), 1, "unknown_contract"),
        (("payments", "--contract", "lcf", "--by", "week"), 2, "shape_invalid"),
        (("outcomes", "--contract", "lcf", "--suppress-below", "4"), 1, "role_missing"),
        (("outcomes", "--contract", "lcf", "--suppress-below", "1001"), 2, "shape_invalid"),
        (("outcomes", "--contract", "nobody", "--csv", "never.csv"), 1, "unknown_contract"),
        (("outcomes", "--contract", "lcf", "--csv", "no/such/folder.csv"), 1, "cannot be written"),
    ],
    ids=lambda found: "-".join(found)[:30] if isinstance(found, tuple) else None,
)
def test_what_goes_wrong_is_one_line_and_an_exit_code(demonstration, type_in, words, code, said):
    told = type_in("report", *words, folder=demonstration.folder)
    assert told.code == code, told.err
    assert said in told.err
    assert told.err.count("\n") == 1
    assert not (demonstration.folder / "never.csv").exists()


def test_a_report_is_on_one_contract(type_in, tmp_path):
    told = type_in("report", "outcomes", folder=tmp_path)
    assert told.code == 2
    assert "--contract" in told.err


def test_an_approver_may_show_smaller_numbers(demonstration, type_in):
    asked = ("report", "outcomes", "--contract", "lcf", "--suppress-below", "1", "--as", "approver")
    told = type_in(*asked, folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
