"""The reports for readers outside: what is hidden, who may show more, JSON and sheets."""

import csv
import io
import re

import pytest

from tests.api.desk import Desk, House, Json, fact

PATHS = ("/reports/outcomes", "/reports/payments")
SHEET = {"Accept": "text/csv"}


def sign_up(desk: Desk, *, times: int, on: str = "2022-01-10", first: int = 0) -> None:
    facts = [
        fact("child.enrolled", child=f"c-{number:04}", on=on)
        for number in range(first, first + times)
    ]
    desk.appended("recorder", facts)


def ask(desk: Desk, path: str, *, role: str = "auditor", **query: object) -> Json:
    asked = "&".join(f"{name}={value}" for name, value in {"contract": "lcf", **query}.items())
    return desk.read(f"{path}?{asked}", role=role)


def sheet(desk: Desk, path: str, query: str = "") -> list[dict[str, str]]:
    desk.read("/contracts")  # what was appended is projected
    answer = desk.get(f"{path}?contract=lcf{query}", headers=SHEET)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["vary"] == "Accept"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize("path", PATHS)
def test_a_report_says_what_was_asked_and_at_which_pair(desk: Desk, path: str) -> None:
    desk.with_child()
    answer = ask(desk, path)
    assert (answer["contract"], answer["suppress_below"]) == ("lcf", 5)
    assert (answer["as_of"], answer["known_at"], answer["version"]) == (None, None, desk.version())
    old = ask(desk, path, as_of="2030-01-01", known_at=desk.version(), suppress_below=7)
    assert (old["as_of"], old["known_at"], old["suppress_below"]) == (
        "2030-01-01", desk.version(), 7,
    )  # fmt: skip


def test_a_hidden_number_is_null_and_named_in_its_row(desk: Desk) -> None:
    desk.with_terms()
    sign_up(desk, times=4)
    answer = ask(desk, "/reports/payments")
    hidden = ["count", "amount_minor", "unfunded_minor", "funders"]
    [item] = answer["items"]
    assert item["hidden"] == hidden
    assert [item[name] for name in hidden] == [None] * 4
    assert (item["period"], item["trigger"]) == ("2022-Q1", "SIGN_UP")
    assert answer["hidden_cells"] == 16
    sign_up(desk, times=1, first=4)
    [item] = ask(desk, "/reports/payments")["items"]
    assert (item["count"], item["amount_minor"], item["hidden"]) == (5, 5 * 168_000, [])


def test_an_erased_child_leaves_the_outcomes_and_few_of_them_are_not_counted_out(
    desk: Desk, house: House
) -> None:
    desk.with_terms()
    sign_up(desk, times=6)
    children = [f"c-{number:04}" for number in range(6)]
    for point, day, value in (("baseline", "2022-01-24", 6), ("end_point", "2023-07-18", 2)):
        measured = {"point": point, "on": day, "value": value}
        desk.appended(
            "recorder",
            [fact("measurement.recorded", child=child, **measured) for child in children],
        )
    verified = {"on": "2023-09-10", "trigger": None, "area": "sdq-peer"}
    desk.appended(
        "verifier", [fact("verification.recorded", child=child, **verified) for child in children]
    )
    before = ask(desk, "/reports/outcomes")["children"][-1]
    assert (before["at_least_1"], before["erased"], before["hidden"]) == (6, 0, [])
    with house.client(house.key(["admin"])) as second:
        for admin in (house.clients["admin"], second):
            url = f"{desk.path}/children/{children[0]}/erasure"
            assert admin.post(url, json={"basis": "consent_withdrawn"}).is_success
    after = ask(desk, "/reports/outcomes")["children"][-1]
    assert (after["at_least_1"], after["erased"], after["hidden"]) == (5, None, ["erased"])
    assert ask(desk, "/reports/payments")["total"]["hidden"] == []


def test_a_report_at_an_old_version_does_not_change(desk: Desk) -> None:
    desk.with_terms()
    sign_up(desk, times=6)
    version = desk.version()
    desk.read("/contracts")
    paths = [f"{path}?contract=lcf&known_at={version}" for path in PATHS]
    before = [desk.get(path).content for path in paths]
    sheets = [desk.get(path, headers=SHEET).content for path in paths]
    sign_up(desk, times=3, on="2022-01-11", first=10)
    desk.read("/contracts")
    assert [desk.get(path).content for path in paths] == before
    assert [desk.get(path, headers=SHEET).content for path in paths] == sheets


@pytest.mark.parametrize("path", PATHS)
def test_only_an_approver_shows_numbers_below_the_usual_threshold(desk: Desk, path: str) -> None:
    desk.with_terms()
    sign_up(desk, times=4)
    for role in ("auditor", "finance", "verifier"):
        refused = desk.get(f"{path}?contract=lcf&suppress_below=4", role=role)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
        assert ask(desk, path, role=role, suppress_below=1_000)["suppress_below"] == 1_000
    assert ask(desk, path, role="approver", suppress_below=1)["hidden_cells"] == 0
    assert desk.get(f"{path}?contract=lcf", role="recorder").status_code == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "query",
    ["", "contract=lcf&suppress_below=0", "contract=lcf&suppress_below=1001", "contract=a%00b",
     "contract=lcf&suppress_below=x", "contract=lcf&cohort=2021", "contract=lcf&contract=lcf"],
)  # fmt: skip
def test_a_report_that_is_asked_for_wrongly_is_refused(desk: Desk, path: str, query: str) -> None:
    answer = desk.get(f"{path}?{query}", role="approver")
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")


@pytest.mark.parametrize("path", PATHS)
def test_a_contract_that_is_not_signed_has_no_report(desk: Desk, path: str) -> None:
    desk.with_terms()
    answer = desk.get(f"{path}?contract=other&min_version={desk.version()}")
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_contract")
    early = desk.get(f"{path}?contract=lcf&known_at=0", headers=SHEET)
    assert (early.status_code, early.json()["code"]) == (422, "unknown_contract")


def test_a_sheet_says_in_every_row_what_was_asked(desk: Desk) -> None:
    desk.with_terms()
    sign_up(desk, times=6)
    rows = sheet(desk, "/reports/payments", "&by=year&suppress_below=6")
    assert [row["row"] for row in rows] == ["item", "period_total", "trigger_total", "total"]
    for row in rows:
        assert (row["report"], row["ledger"], row["contract"]) == ("payments", desk.ledger, "lcf")
        assert (row["by"], row["suppress_below"], row["hidden_cells"]) == ("year", "6", "0")
        assert (row["as_of"], row["known_at"], row["version"]) == ("", "", str(desk.version()))
        assert (row["count"], row["amount_minor"]) == ("6", str(6 * 168_000))
        assert row["paid_by_lbhf_minor"] == str(6 * 31_551)
    hidden = sheet(desk, "/reports/payments", "&suppress_below=7")
    assert {row["count"] for row in hidden} == {"*"}
    assert {row["hidden_cells"] for row in hidden} == {"16"}


def test_a_sheet_of_outcomes_has_areas_children_and_totals(desk: Desk) -> None:
    desk.with_terms()
    sign_up(desk, times=6)
    rows = sheet(desk, "/reports/outcomes")
    scopes = ["area_cohort", "area_total", "children_cohort", "children_total"]
    assert list(dict.fromkeys(row["row"] for row in rows)) == scopes
    assert {row["cohort"] for row in rows if row["row"].endswith("_cohort")} == {"2021"}
    assert {row["cohort"] for row in rows if row["row"].endswith("_total")} == {""}
    assert {row["measured"] for row in rows} == {"0"}
    assert {row["achieved_percent"] for row in rows} == {""}


def test_a_sheet_is_a_file_that_names_its_version(desk: Desk) -> None:
    desk.with_child()
    desk.read("/contracts")
    answer = desk.get("/reports/outcomes?contract=lcf", headers=SHEET)
    name = f'attachment; filename="outcomes-lcf-version-{desk.version()}.csv"'
    assert answer.headers["content-disposition"] == name
    assert answer.headers["etag"] == f'"{desk.version()}"'
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") > 1


def test_a_name_that_a_spreadsheet_would_reckon_with_is_made_a_text(desk: Desk) -> None:
    desk.with_terms()
    [area] = fact("rate_card.issued")["data"]["areas"]
    areas = [{**area, "area": "-1.5", "domain": "-x"}]
    desk.appended("finance", fact("cohort.opened", cohort="-2021"))
    desk.appended("finance", fact("rate_card.issued", cohorts=["-2021"], areas=areas))
    desk.appended("recorder", fact("child.enrolled", cohort="-2021"))
    rows = sheet(desk, "/reports/outcomes")
    [area] = [row for row in rows if row["row"] == "area_cohort"]
    assert (area["area"], area["domain"], area["cohort"]) == ("'-1.5", "'-x", "'-2021")
    text = desk.get("/reports/outcomes?contract=lcf", headers=SHEET).text
    assert not re.search(r"(^|,)[=+@-]", text, re.MULTILINE)


@pytest.mark.parametrize(
    "accept, kind",
    [
        ("", "json"), ("*/*", "json"), ("text/html", "json"), ("text/csv;q=0", "json"),
        ("application/json, text/csv;q=0.5", "json"), ("text/csv;q=0.8, */*", "json"),
        ("text/csv", "csv"), ("TEXT/CSV; header=present; q=1.000", "csv"),
        ("text/csv, application/json;q=0.9", "csv"), ("text/csv, */*;q=0.1", "csv"),
    ],
)  # fmt: skip
def test_a_sheet_is_sent_to_who_would_rather_have_one(desk: Desk, accept: str, kind: str) -> None:
    desk.with_terms()
    desk.read("/contracts")
    answer = desk.get("/reports/payments?contract=lcf", headers={"Accept": accept})
    assert answer.status_code == 200
    assert kind in answer.headers["content-type"]
