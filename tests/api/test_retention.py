"""What is due over HTTP: who may ask, on which day, and what the answer says."""

import pytest

from tests.api.desk import Desk, fact

DUE_ON = "2023-08-31"


@pytest.fixture
def ruled(desk: Desk) -> Desk:
    """Two children whose cohort ended on 31 July 2023, and a rule of one month."""
    desk.with_child()
    desk.appended("recorder", fact("child.enrolled", child="c-0002"))
    desk.appended("finance", fact("retention.set", months=1))
    return desk


def test_what_is_due_is_listed_with_the_day_and_the_rule(ruled: Desk) -> None:
    before = ruled.read("/retention/due?on=2023-08-30")
    assert (before["items"], before["next"], before["on"]) == ([], None, "2023-08-30")
    due = ruled.read(f"/retention/due?on={DUE_ON}&limit=1")
    [item] = due["items"]
    assert (item["child"], item["kind"], item["due_on"], item["state"]) == (
        "c-0001", "scores", DUE_ON, "due",
    )  # fmt: skip
    assert item["contracts"][0]["counted_from"] == "2023-07-31"
    assert due["version"] == ruled.version()
    rest = ruled.read(f"/retention/due?on={DUE_ON}&limit=1&after={due['next']}")
    assert [item["child"] for item in rest["items"]] == ["c-0002"]


def test_a_page_links_to_the_next_one(ruled: Desk) -> None:
    answer = ruled.get(f"/retention/due?limit=1&min_version={ruled.version()}")
    assert answer.headers["link"].endswith('; rel="next"')


def test_without_a_day_it_is_about_today(ruled: Desk) -> None:
    due = ruled.read("/retention/due")
    assert due["on"] == due["today"]
    assert [item["child"] for item in due["items"]] == ["c-0001", "c-0002"]
    assert due["without_rule"] == [
        {"contract": "lcf", "kind": "financial_records"},
        {"contract": "lcf", "kind": "identity"},
    ]


@pytest.mark.parametrize("role", ["admin", "verifier", "finance", "approver", "auditor"])
def test_business_and_administrators_may_ask(ruled: Desk, role: str) -> None:
    assert len(ruled.read("/retention/due?kind=scores&contract=lcf", role=role)["items"]) == 2


def test_finance_sets_a_rule_and_the_contract_shows_it(ruled: Desk) -> None:
    refused = ruled.append("recorder", fact("retention.set"))
    assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
    [rule] = ruled.read("/contracts/lcf")["retention"]
    assert rule == {
        "effective_on": "2019-09-01",
        "kind": "scores",
        "months": 1,
        "after": "left_programme",
    }


@pytest.mark.parametrize(
    "query",
    [
        "on=2023-02-30",
        "on=1899-12-31",
        "on=2200-01-01",
        "kind=names",
        "state=erased",
        "limit=0",
        "after=nonsense",
        "child=c-0001",
    ],
)
def test_a_question_that_is_written_wrongly_is_refused(ruled: Desk, query: str) -> None:
    answer = ruled.get(f"/retention/due?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")


def test_financial_records_are_not_counted_from_a_child(ruled: Desk) -> None:
    answer = ruled.append("finance", fact("retention.set", kind="financial_records"))
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    ruled.appended(
        "finance", fact("retention.set", kind="financial_records", months=84, after="last_payment")
    )
    [item] = ruled.read("/retention/due?on=2031-09-30&kind=financial_records")["items"]
    assert (item["child"], item["state"]) == (None, "reported")
    assert item["due_on"] == "2029-01-10"  # seven years after the only sign-up, and it has ended
