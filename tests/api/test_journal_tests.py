"""Journal tests over HTTP: all at once, or one page by page, with parameters that are said back."""

import pytest

from projections.audit.journal_tests import TESTS
from tests.api.desk import Desk, fact
from tests.api.settling import bank, delivered, settled
from tests.api.test_books import everything

PATH = "/audit/journal-tests"


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Sign-ups, one of them voided; sessions, settled today to an account of some years ago."""
    desk.with_child()
    for number in range(2, 5):
        enrolled = desk.appended("recorder", fact("child.enrolled", child=f"c-000{number}"))
    version = enrolled["results"][0]["event"]["version"]
    desk.appended("approver", fact("fact.voided", version=version))
    desk.appended("recorder", delivered(1, 3))
    bank(desk)
    settled(desk)
    return desk


def test_all_tests_are_answered_at_once(told: Desk) -> None:
    answer = told.read(f"{PATH}?bank_days=5000")
    found = {test["test"]: test for test in answer["tests"]}
    assert list(found) == list(TESTS)
    assert (answer["timezone"], answer["next"]) == ("Europe/London", None)
    entries = {line["version"] for line in told.read("/journal?limit=1000")["items"]}
    assert found["round_sums"]["examined"] == len(entries)
    assert found["odd_hours"]["parameters"] == {
        "office_from": "08:00", "office_to": "18:00", "workdays": [1, 2, 3, 4, 5],
    }  # fmt: skip
    assert (found["reversed_in_period"]["count"], found["new_bank_details"]["count"]) == (1, 1)
    checked = found["same_maker_checker"]
    assert (checked["examined"], checked["count"], checked["items"]) == (3, 0, [])


def test_one_test_is_read_page_by_page(told: Desk) -> None:
    path = f"{PATH}?test=back_dated&back_dated_days=30"
    [whole] = told.read(f"{path}&limit=1000")["tests"]
    pages = everything(told, path, "tests")
    items = [item for page in pages for item in page["items"]]
    assert items == whole["items"]
    assert len(items) == whole["count"] > 3
    assert whole["parameters"] == {"back_dated_days": 30}
    assert sum(item["amount_minor"] for item in items) == whole["amount_minor"]
    first = items[0]
    assert (first["event"], first["actor"]) == ("payment.released", "the-recorder")


def test_an_item_says_who_and_when_and_never_a_child(told: Desk) -> None:
    answer = told.read(f"{PATH}?limit=1000")
    items = [item for test in answer["tests"] for item in test["items"]]
    assert all(item["actor"].startswith("the-") and item["recorded_at"] for item in items)
    assert all("child" not in item for item in items)
    [paid] = told.read(f"{PATH}?test=new_bank_details&bank_days=5000")["tests"][0]["items"]
    assert (paid["event"], paid["partner"]) == ("partner.settled", "drama-club")


def test_a_test_does_not_change_at_a_version(told: Desk) -> None:
    path = f"{PATH}?known_at={told.version()}&limit=1000&round_minor=100"
    before = told.read(path)
    told.appended("recorder", fact("child.enrolled", child="c-0099"))
    assert told.read(path) == before


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ("office_from=10:00&office_to=09:00", "/query/office_to"),
        ("office_from=08:00Z", "/query/office_from"),
        ("after=WzFd", "/query/test"),
        ("test=odd_hours&after=e30", "/query/after"),
        ("from=2022-02-01&to=2022-01-01", "/query/to"),
        ("test=no_such", "/query/test"),
        ("workdays=8", "/query/workdays"),
    ],
)
def test_what_cannot_be_tested_is_refused(told: Desk, asked: str, pointer: str) -> None:
    answer = told.get(f"{PATH}?{asked}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert (error["code"], error["pointer"]) == ("shape_invalid", pointer)


def test_only_the_business_tests_the_journal(told: Desk) -> None:
    for role in ("verifier", "finance", "approver", "auditor"):
        assert told.get(PATH, role=role).status_code == 200
    assert told.get(PATH, role="recorder").json()["code"] == "role_missing"
