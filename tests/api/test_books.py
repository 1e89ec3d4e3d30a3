"""The books over HTTP: the same figures by every door, pages with links, files of the books."""

import csv
import io
import re
from typing import Any

import openpyxl
import pytest

from projections.exports import workbook
from tests.api.desk import Desk, fact
from tests.api.test_claims import claimed


@pytest.fixture
def told(desk: Desk) -> Desk:
    """One sign-up, claimed and invoiced; one funder has paid too much, and a partner is owed."""
    desk.with_child()
    invoices = claimed(desk)
    owed = desk.read(f"/invoices/{invoices['lbhf']}")["amount_minor"]
    desk.appended("finance", fact("receipt.recorded", receipt="r-1", amount_minor=owed + 500))
    paid = {"receipt": "r-1", "invoice": invoices["lbhf"], "amount_minor": owed}
    desk.appended("finance", fact("receipt.allocated", **paid))
    desk.appended(
        "recorder",
        fact("register.submitted", expected=["c-0001"], attended=["c-0001"], engaged=None),
    )
    return desk


def everything(desk: Desk, path: str, named: str) -> list[dict[str, Any]]:
    """Follow the links of a list, one item a page."""
    joiner = "&" if "?" in path else "?"
    following = f"{path}{joiner}limit=1&min_version={desk.version()}"
    items: list[dict[str, Any]] = []
    while following:
        answer = desk.get(following)
        assert answer.status_code == 200, answer.text
        items += answer.json()[named]
        link = re.fullmatch(r'<[^?]*(\?.*)>; rel="next"', answer.headers.get("link", ""))
        assert bool(link) is (answer.json()["next"] is not None)
        following = path.partition("?")[0] + link[1] if link else ""
    return items


def test_a_statement_is_read_page_by_page(told: Desk) -> None:
    found = told.read("/statements/funders/lbhf")
    assert everything(told, "/statements/funders/lbhf", "movements") == found["movements"]
    kinds = [movement["movement"] for movement in found["movements"]]
    assert sorted(kinds) == ["allocated", "claimed", "invoiced", "received", "released"]
    assert found["closing"]["balance_minor"] == -500
    assert found["closing"] == {"balance_minor": -500, **CLOSING}
    [item] = found["open_items"]
    assert (item["item"], item["open_minor"]) == ("unallocated_credit", -500)
    assert (found["as_of"], found["version"]) == (None, told.version())


CLOSING = {
    "accrued_minor": 0, "claimed_minor": 31551, "outstanding_minor": 0, "unallocated_minor": 500,
}  # fmt: skip


def test_the_books_are_the_trial_balance(told: Desk) -> None:
    accounts = told.read("/trial-balance")["accounts"]

    def stands(kind: str) -> int:
        rows = [row for row in accounts if row["account"].startswith(kind)]
        return sum(int(row["balance_minor"]) for row in rows)

    debtors = told.read("/aged-debtors")
    assert debtors["totals"]["total_minor"] == stands("assets:receivable:") > 0
    assert everything(told, "/aged-debtors", "items") == debtors["items"]
    creditors = told.read("/aged-creditors")
    owed = -stands("liabilities:accrued-fees:") - stands("liabilities:payable:")
    assert creditors["totals"]["total_minor"] == owed > 0
    cash = told.read("/cash-book?bank_account=main")
    assert cash["accounts"][0]["closing_minor"] == stands("assets:bank:main")
    assert everything(told, "/cash-book", "entries") == cash["entries"]
    income = told.read("/accrued-income")["totals"]
    assert income["deferred_minor"] == -stands("liabilities:funder-credit:") == 500
    funds = told.read("/activities")["totals"]
    assert funds["carried_forward_minor"] == funds["net_assets_minor"]
    assert funds["income_minor"] == -stands("income:")


def test_a_span_that_ends_before_it_begins_is_refused(told: Desk) -> None:
    for path in ("/statements/funders/lbhf", "/cash-book", "/activities", "/exports/csv"):
        answer = told.get(f"{path}?from=2024-02-01&to=2024-01-31")
        assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
        assert answer.json()["errors"][0]["pointer"] == "/query/to"
        for day in ("1900-01-01", "2199-12-31"):
            assert told.get(f"{path}?from={day}&to={day}").status_code == 200


QUESTIONS = {
    "as_of": ("/aged-debtors", "/aged-creditors", "/exports/beancount", "/funders"),
    "posted_upto": ("/aged-debtors", "/aged-creditors", "/accrued-income", "/trial-balance"),
    "from": ("/cash-book", "/activities", "/exports/beancount", "/exports/hledger", "/payments"),
    "to": ("/cash-book", "/activities", "/exports/beancount", "/exports/hledger", "/payments"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_book_is_read_on_every_day_of_the_calendar_and_on_none_outside(
    told: Desk, name: str
) -> None:
    """An export asserts balances on the day behind, aged balances look months back."""
    for path in QUESTIONS[name]:
        for day in ("1900-01-01", "2199-12-31"):
            assert told.get(f"{path}?{name}={day}").status_code == 200, path
        for day in ("0001-01-01", "1899-12-31", "2200-01-01", "9999-12-31"):
            answer = told.get(f"{path}?{name}={day}")
            assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid"), path
            assert answer.json()["errors"][0]["pointer"] == f"/query/{name}"


@pytest.mark.parametrize("day", ["1900-01-01", "1900-03-01", "2199-12-31"])
def test_books_of_the_first_and_the_last_day_of_the_calendar_are_answered(
    told: Desk, day: str
) -> None:
    for path in ("/aged-debtors", "/aged-creditors", "/accrued-income", "/trial-balance"):
        assert told.get(f"{path}?posted_upto={day}").status_code == 200, path
    for kind in ("hledger", "beancount", "csv", "xlsx"):
        for span in (f"from={day}", f"to={day}", f"from={day}&to={day}"):
            assert told.get(f"/exports/{kind}?{span}").status_code == 200, (kind, span)


def test_a_funder_that_has_not_joined_has_no_statement(told: Desk) -> None:
    for name in ("nobody", "no funder"):
        answer = told.get(f"/statements/funders/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_funder")


@pytest.mark.parametrize(
    "kind, media_type, suffix",
    [
        ("hledger", "text/plain; charset=utf-8", "journal"),
        ("beancount", "text/plain; charset=utf-8", "beancount"),
        ("csv", "text/csv; charset=utf-8", "csv"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ],
)
def test_an_export_is_a_file_named_after_its_version(
    told: Desk, kind: str, media_type: str, suffix: str
) -> None:
    version = told.version()
    answer = told.get(f"/exports/{kind}?known_at={version}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    name = f'attachment; filename="{told.ledger}-{version}.{suffix}"'
    assert answer.headers["content-disposition"] == name
    assert answer.headers["etag"] == f'"{version}"'
    assert told.get(f"/exports/{kind}?known_at={version}").content == answer.content
    root = told.get().json()["root"]
    if kind != "xlsx":
        assert f" root: {root}" in answer.text
        return
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["parameters"]
    assert ("root", root) in {row[:2] for row in sheet.values}


def test_an_export_echoes_what_it_was_asked(told: Desk) -> None:
    query = "contract=lcf&from=2024-09-01&to=2024-12-31&as_of=2024-11-30&known_at=9"
    said = dict(
        re.findall(r"^# (\w+): (.*)\r$", told.get(f"/exports/csv?{query}").text, re.MULTILINE)
    )
    asked = ("contract", "from", "to", "as_of", "known_at", "version")
    told_back = [said[name] for name in asked]
    assert told_back == ["lcf", "2024-09-01", "2024-12-31", "2024-11-30", "9", "9"]


def test_comma_separated_values_come_as_either_table(told: Desk) -> None:
    text = told.get(f"/exports/csv?table=trial_balance&min_version={told.version()}").text
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    assert rows[0][:3] == ["contract", "account", "fund"]
    assert rows[-1][-1] == "0.00"


def test_children_are_in_an_export_only_when_it_is_asked_for(told: Desk) -> None:
    asked = f"/exports/hledger?min_version={told.version()}"
    assert "c-0001" not in told.get(asked).text
    assert "child:c-0001" in told.get(f"{asked}&with_children=true").text


def test_there_is_no_export_of_another_kind(told: Desk) -> None:
    answer = told.get("/exports/pdf")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_export")


def test_a_journal_that_no_sheet_can_hold_is_refused(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "ROWS_MAX", 3)
    answer = told.get("/exports/xlsx")
    assert (answer.status_code, answer.json()["code"]) == (422, "export_too_large")
