"""Findings sheets: written, filled in as people type, read back, judged."""

import csv
import io
from fractions import Fraction

import openpyxl
import pytest

from projections.sampling.concluding import sentence_of
from projections.sampling.evaluating import Finding
from projections.sampling.judging import Judged, Standard, judged
from projections.sampling.sheet import (
    SheetUnreadable,
    findings_of,
    parameters_of,
    pence,
    read_sheet,
    sheet_csv,
    sheet_workbook,
)

STANDARD = Standard(Fraction(95, 100), Fraction(3, 100))
SAMPLE = {
    "of": "receipts",
    "method": "monetary_unit",
    "contract": None,
    "from": None,
    "to": "2020-12-31",
    "seed": "spring audit",
    "frozen": {"as_of": None, "version": 90, "root": "ab" * 32},
    "population": {"items": 40, "amount_minor": 1_000_000},
    "planned": {"confidence": "95", "tolerable": "3", "expected": "0", "table": "poisson"},
    "size": 100,
    "items": [
        {
            "place": place, "item": name, "version": 40 + place, "effective_on": "2020-01-06",
            "contract": "lcf", "with_whom": None, "amount_minor": amount, "drawn_by": place * 10,
            "hits": 1, "why": f"/v1/ledgers/wlz/receipts/{name}/why?known_at=90",
        }
        for place, name, amount in ((1, "-r1", 5_000), (2, "r2", 20_000), (3, "r3", 1))
    ],
}  # fmt: skip


def filled(*audited):
    """The sheet with audited values in the order of its items, as text."""
    rows = list(csv.DictReader(io.StringIO("".join(sheet_csv(SAMPLE, "wlz")))))
    for row, value in zip(rows, audited, strict=True):
        row["audited_value"] = value
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def test_a_sheet_is_read_back_as_it_was_written():
    text = "\ufeff" + filled("50.00", "1,000", " \u00a30.01 ")
    sheet = read_sheet(text)
    assert sheet.parameters == parameters_of(SAMPLE, "wlz")
    assert findings_of(sheet) == {
        "-r1": Finding(5_000, 5_000), "r2": Finding(20_000, 100_000), "r3": Finding(1, 1),
    }  # fmt: skip


def test_a_workbook_that_was_saved_as_csv_is_read_as_the_sheet_it_was():
    target = io.BytesIO()
    sheet_workbook(target, SAMPLE, "wlz", {"-r1": 4_000, "r2": 20_000, "r3": 1})
    text = io.StringIO(newline="")
    values = openpyxl.load_workbook(target, data_only=True)["findings"].values
    csv.writer(text).writerows(values)
    sheet = read_sheet(text.getvalue())
    assert sheet.parameters == parameters_of(SAMPLE, "wlz")
    assert findings_of(sheet) == {
        "-r1": Finding(5_000, 4_000), "r2": Finding(20_000, 20_000), "r3": Finding(1, 1),
    }  # fmt: skip


@pytest.mark.parametrize(("separator", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_fields_that_are_not_separated_by_commas_are_refused_by_what_separates_them(
    separator, name
):
    text = io.StringIO(newline="")
    rows = csv.reader(io.StringIO("".join(sheet_csv(SAMPLE, "wlz"))))
    csv.writer(text, delimiter=separator).writerows(rows)
    said = f"^its fields are separated by {name}; separate them by commas$"
    with pytest.raises(SheetUnreadable, match=said):
        read_sheet(text.getvalue())


def test_a_reference_is_never_run_as_a_formula():
    assert ",'-r1," in "".join(sheet_csv(SAMPLE, "wlz"))


@pytest.mark.parametrize(
    ("text", "minor"), [("1680", 168_000), ("1,680.5", 168_050), ("-3.01", -301), ("0", 0)]
)
def test_an_amount_is_read_as_people_type_it(text, minor):
    assert pence(text, "here") == minor


@pytest.mark.parametrize("text", ["", "1.234", "1e3", "12,5x", "NaN", "--1", "9" * 16])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(SheetUnreadable, match=r"^here: not an amount"):
        pence(text, "here")


def test_an_item_that_is_there_twice_is_refused():
    text = filled("50", "200", "0.01")
    sheet = read_sheet(text + text.splitlines(keepends=True)[1])
    with pytest.raises(SheetUnreadable, match="twice"):
        findings_of(sheet)


def test_findings_stand_beside_their_items():
    audited = {"-r1": 4_000, "r2": 20_000, "r3": 3}
    rows = list(csv.DictReader(io.StringIO("".join(sheet_csv(SAMPLE, "wlz", audited)))))
    assert [(row["difference"], row["taint"]) for row in rows] == [
        ("10.00", "0.200000"), ("0.00", "0.000000"), ("-0.02", "-2.000000"),
    ]  # fmt: skip
    target = io.BytesIO()
    sheet_workbook(target, SAMPLE, "wlz", audited)
    values = openpyxl.load_workbook(target, data_only=True)["findings"]
    assert [values[f"K{at}"].value for at in (2, 3, 4)] == [10, 0, -0.02]
    assert [values[f"L{at}"].value for at in (2, 3, 4)] == [0.2, 0, -2]
    live = openpyxl.load_workbook(target)["findings"]
    assert live["K2"].value == "=IF(ISNUMBER(J2),ROUND(I2-J2,2),0)"


def test_a_sample_in_money_is_judged_by_its_limit():
    """The interval is 100.00: the first item stands for it, the second for itself."""
    found = {"-r1": Finding(5_000, 4_000), "r2": Finding(20_000, 19_000), "r3": Finding(1, 1)}
    sample = Judged("monetary_unit", 100, 1_000_000, found)
    said = judged(sample, STANDARD)
    assert (said["interval"], said["tolerable_minor"], said["deviations"]) == ("10000", 30_000, 2)
    over = said["overstatements"]
    assert (over["found"], over["projected_minor"]) == (2, 2_000 + 1_000)
    assert over["basic_precision_minor"] == 29_958
    assert over["incremental_minor"] == 1_497  # 2,000 x (4.743865 - 2.995732 - 1), rounded up
    assert said["conclusion"] == "above_tolerable"
    assert said["proposal"] == {
        "known_minor": 2_000, "extrapolated_minor": 1_000, "projected_minor": 3_000,
    }  # fmt: skip
    assert [one["taint"] for one in said["findings"]] == ["0.200000", "0.050000"]
    clean = judged(sample._replace(findings={"r3": Finding(1, 1)}), STANDARD)
    assert clean["conclusion"] == "below_tolerable"


def test_an_understatement_above_its_book_value_has_no_limit():
    found = {"r1": Finding(100, 201)}
    said = judged(Judged("monetary_unit", 100, 1_000_000, found), STANDARD)
    assert said["conclusion"] == "not_bounded"
    assert said["understatements"]["upper_limit_minor"] is None
    assert said["overstatements"]["upper_limit_minor"] == 29_958


@pytest.mark.parametrize(
    ("audited", "sides"),
    [
        ((-500, 100), "overstated"),
        ((201, 100), "understated"),
        ((-500, 201), "overstated, another understated"),
    ],
)
def test_where_there_is_no_limit_the_side_is_said(audited, sides):
    """Audited at -5.00, an item of 1.00 is overstated by more than that."""
    found = {f"r{place}": Finding(100, minor) for place, minor in enumerate(audited)}
    said = judged(Judged("monetary_unit", 100, 1_000_000, found), STANDARD)
    assert said["conclusion"] == "not_bounded"
    assert sentence_of(said) == (
        f"An item is {sides} by more than its book value: there is no limit."
    )


def test_items_are_judged_by_how_many_differ():
    right = {f"P{n}": Finding(100, 100) for n in range(58)}
    said = judged(Judged("random", 60, 1_000_000, right), STANDARD._replace(tolerable=Fraction(1)))
    assert (said["conclusion"], said["deviations"]) == ("below_tolerable", 0)
    wrong = {**right, "a": Finding(100, 50), "b": Finding(100, 100)}
    said = judged(Judged("systematic", 60, 1_000_000, wrong), STANDARD)
    assert (said["conclusion"], said["deviations"]) == ("above_tolerable", 1)
    assert said["upper_rate_percent"].startswith("7.6")
    assert said["proposal"] == {
        "known_minor": 50, "extrapolated_minor": 8_283, "projected_minor": 8_333,
    }  # fmt: skip


def judged_sheet(sample, said):
    text = "".join(sheet_csv(sample, "wlz", {"-r1": 4_000, "r2": 20_000, "r3": 1}, said))
    return text, list(csv.DictReader(io.StringIO(text)))


def test_the_conclusion_stands_in_every_row_of_the_findings():
    found = {"-r1": Finding(5_000, 4_000), "r2": Finding(20_000, 20_000), "r3": Finding(1, 1)}
    said = judged(Judged("monetary_unit", 100, 1_000_000, found), STANDARD)
    text, rows = judged_sheet(SAMPLE, said)
    names = list(rows[0])[-11:]
    assert [[row[name] for name in names] for row in rows] == 3 * [
        [
            "above_tolerable", "What may be wrong is above what is tolerable.", "95%", "3%",
            "300.00", "1", "10.00", "20.00", "334.54", "299.58", "",
        ]
    ]  # fmt: skip
    over = said["overstatements"]["upper_limit_minor"]
    assert rows[0]["overstated_at_most"] == f"{over // 100}.{over % 100:02}"
    assert read_sheet(text).parameters == parameters_of(SAMPLE, "wlz")


def test_the_conclusion_is_a_sheet_of_the_workbook():
    right = {name: Finding(amount, amount) for name, amount in (("-r1", 5_000), ("r2", 20_000))}
    said = judged(Judged("random", 2, 1_000_000, right), STANDARD)
    target = io.BytesIO()
    sheet_workbook(target, SAMPLE, "wlz", None, said)
    told = dict(openpyxl.load_workbook(target, data_only=True)["conclusion"].values)
    assert told == {
        "conclusion": "above_tolerable",
        "concluded": "What may be wrong is above what is tolerable.",
        "at confidence": "95%",
        "against tolerable": "3%",
        "tolerable amount": 300,
        "deviations": 0,
        "difference found": 0,
        "projected": 0,
        "overstated at most": None,
        "understated at most": None,
        "deviating at most percent": said["upper_rate_percent"],
    }


def test_a_sheet_that_nobody_judged_has_no_conclusion():
    assert "conclusion" not in "".join(sheet_csv(SAMPLE, "wlz"))
    target = io.BytesIO()
    sheet_workbook(target, SAMPLE, "wlz")
    assert openpyxl.load_workbook(target).sheetnames == ["findings"]
