"""Closing and reopening periods over HTTP: who may, what is stored, and that reports stay."""

import threading
from typing import Any

import httpx
import pytest

from tests.api.desk import Desk, Json, fact
from tests.api.ways import EVENTS

YEAR = {"from": "2021-09-01", "to": "2022-08-31"}
NEXT = {"from": "2022-09-01", "to": "2023-08-31"}
LATE = {"child": "c-0002", "consent_given_on": "2022-01-10"}
INCOME = "income:outcomes:lcf"


@pytest.fixture
def told(desk: Desk) -> Desk:
    return desk.with_child()


def ask(desk: Desk, step: str, /, *, role: str = "finance", **body: Any) -> httpx.Response:
    said = {"contract": "lcf", **body}
    said = {key: value for key, value in said.items() if value is not None}
    return desk.house.clients[role].post(f"{desk.path}/periods/{step}", json=said)


def close(desk: Desk, /, hardness: str = "soft", **body: Any) -> Json:
    """Close the year of the contract; the event."""
    answer = ask(desk, "close", hardness=hardness, **{**YEAR, **body})
    assert answer.status_code == 201, answer.text
    [result] = answer.json()["results"]
    return dict(result["event"])


def reopen(desk: Desk, **body: Any) -> httpx.Response:
    said = {"reason_code": "wrong_rate", **YEAR, **body}
    return ask(desk, "reopen", role="approver", **said)


def code_of(answer: httpx.Response) -> tuple[int, str]:
    problem = answer.json()
    assert answer.status_code == problem["status"], problem
    return problem["status"], problem["code"]


def posted(desk: Desk, day: str, account: str = INCOME) -> int:
    accounts = desk.read(f"/trial-balance?posted_upto={day}")["accounts"]
    return sum(row["balance_minor"] for row in accounts if row["account"] == account)


def test_a_closing_stores_the_trial_balance_and_the_root_of_the_ledger_as_it_stands(
    told: Desk,
) -> None:
    before = told.get().json()
    event = close(told)
    assert event["version"] == before["version"] + 1
    assert (event["actor"], event["type"]) == ("the-finance", "period.closed")
    stored = event["data"]
    assert (stored["at_version"], stored["root"]) == (before["version"], before["root"])
    assert stored["trial_balance"] == told.read("/trial-balance?contract=lcf")["accounts"]
    shown = told.read(f"/periods/{event['version']}")
    assert shown["accounts"] == stored["trial_balance"] != []
    assert (shown["state"], shown["total_minor"]) == ("closed", 0)


def test_a_late_fact_is_posted_behind_the_closed_year_and_its_report_is_the_same_to_the_byte(
    told: Desk,
) -> None:
    version = close(told)["version"]
    path = f"/periods/{version}/trial-balance"
    report = told.get(path).content
    upto = told.get(f"/trial-balance?posted_upto={YEAR['to']}&known_at={version}").content
    income = posted(told, YEAR["to"])
    told.appended("recorder", fact("child.enrolled", **LATE))
    lines = told.read("/journal?child=c-0002")["items"]
    assert {(line["effective_on"], line["posted_on"]) for line in lines} == {
        ("2022-01-10", "2022-09-01")
    }
    assert all(line["prior_period"] for line in lines)
    assert told.get(path).content == report
    assert told.get(f"/trial-balance?posted_upto={YEAR['to']}&known_at={version}").content == upto
    assert posted(told, YEAR["to"]) == income
    assert posted(told, NEXT["from"]) == 2 * income
    later = told.read(f"{path}?known_at={told.version()}")
    assert later["accounts"] == told.get(path).json()["accounts"]
    behind = told.read(f"/journal?posted_from={NEXT['from']}")["items"]
    assert behind == lines
    assert told.read(f"/journal?posted_upto={YEAR['to']}&child=c-0002")["items"] == []


def test_a_period_is_closed_by_finance_and_reopened_by_an_approver(told: Desk) -> None:
    answer = ask(told, "close", role="approver", hardness="soft", **YEAR)
    assert code_of(answer) == (403, "role_missing")
    close(told)
    answer = ask(told, "reopen", role="finance", reason_code="late", **YEAR)
    assert code_of(answer) == (403, "role_missing")
    assert reopen(told).status_code == 201
    assert code_of(reopen(told)) == (422, "unknown_period")


def test_a_closing_comes_through_its_own_door_alone(told: Desk) -> None:
    data = {"contract": "lcf", **YEAR, "hardness": "soft"}
    stored = {"trial_balance": [], "at_version": told.version(), "root": "0" * 64}
    sent = {"type": "period.closed", "effective_on": "2022-09-05", "data": {**data, **stored}}
    for role in ("finance", "approver"):
        assert code_of(told.append(role, sent)) == (422, "shape_invalid")


def by_its_door(client: httpx.Client, path: str, sent: Json) -> Json:
    return dict(client.post(f"{path}/periods/reopen", json=sent["data"]).json())


@pytest.mark.parametrize("hardness", ["soft", "hard"])
def test_one_key_with_both_roles_reopens_by_no_path_what_it_closed(
    told: Desk, hardness: str
) -> None:
    opening = fact("period.reopened", contract="lcf", **YEAR, reason_code="late")
    with told.house.client(told.house.key(["finance", "approver"])) as both:
        body = {"contract": "lcf", **YEAR, "hardness": hardness}
        assert both.post(f"{told.path}/periods/close", json=body).status_code == 201
        before = told.version()
        for way in (*EVENTS, by_its_door):
            assert way(both, told.path, opening)["code"] == "closer_cannot_reopen", way
    assert told.version() == before
    assert told.append("approver", opening).status_code == 201


def test_whoever_closed_a_period_softly_or_hard_does_not_reopen_it(told: Desk) -> None:
    opening = fact("period.reopened", contract="lcf", **YEAR, reason_code="late")
    with told.house.client(told.house.key(["finance", "approver"])) as both:
        body = {"contract": "lcf", **YEAR, "hardness": "soft"}
        assert both.post(f"{told.path}/periods/close", json=body).status_code == 201
        close(told, "hard")
        assert by_its_door(both, told.path, opening)["code"] == "closer_cannot_reopen"
    assert reopen(told).status_code == 201


def test_periods_are_closed_in_order_and_once(told: Desk) -> None:
    close(told)
    assert code_of(ask(told, "close", hardness="soft", **YEAR)) == (409, "already_closed")
    overlap = {"from": "2022-08-01", "to": "2022-09-30"}
    assert code_of(ask(told, "close", hardness="soft", **overlap)) == (422, "period_overlaps")
    gap = {"from": "2022-10-01", "to": "2022-10-31"}
    assert code_of(ask(told, "close", hardness="soft", **gap)) == (422, "period_gap")
    hard = ask(told, "close", hardness="hard", **NEXT)
    assert code_of(hard) == (422, "earlier_period_soft")
    close(told, **NEXT)
    assert code_of(reopen(told)) == (422, "later_period_closed")
    close(told, contract=None)
    assert reopen(told, **NEXT).status_code == 201
    assert code_of(reopen(told)) == (422, "ledger_closed")
    assert reopen(told, contract=None).status_code == 201
    assert reopen(told).status_code == 201


def test_only_a_period_that_is_over_is_closed_and_only_of_a_contract_that_is_known(
    told: Desk,
) -> None:
    ahead = ask(told, "close", hardness="soft", **{"from": "2022-09-01", "to": "2199-08-31"})
    assert code_of(ahead) == (422, "period_not_over")
    unknown = ask(told, "close", hardness="soft", contract="x", **YEAR)
    assert code_of(unknown) == (422, "unknown_contract")


@pytest.mark.parametrize(
    "body",
    [
        {**YEAR, "hardness": "softish"},
        {**YEAR, "hardness": None},
        {**YEAR, "hardness": "soft", "trial_balance": []},
        {"from": "2022-09-01", "to": "2022-08-31", "hardness": "soft"},
        {"from": "1022-09-01", "to": "2022-08-31", "hardness": "soft"},
        {**YEAR, "hardness": "soft", "effective_on": "1022-09-01"},
    ],
)
def test_a_body_of_another_shape_closes_nothing(told: Desk, body: Json) -> None:
    assert code_of(ask(told, "close", **body)) == (422, "shape_invalid")
    assert told.read("/periods")["items"] == []


@pytest.mark.parametrize("reason", [None, "", "because the rate was wrong"])
def test_a_reopening_needs_a_reason(told: Desk, reason: str | None) -> None:
    close(told)
    assert code_of(reopen(told, reason_code=reason)) == (422, "shape_invalid")


def test_the_same_closing_under_one_key_is_one_closing(told: Desk) -> None:
    client, headers = told.house.clients["finance"], {"Idempotency-Key": "year-end"}
    body = {"contract": "lcf", **YEAR, "hardness": "soft"}
    first = client.post(f"{told.path}/periods/close", json=body, headers=headers)
    told.appended("recorder", fact("child.enrolled", **LATE))
    again = client.post(f"{told.path}/periods/close", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.post(f"{told.path}/periods/close", json={**body, **NEXT}, headers=headers)
    assert code_of(other) == (422, "idempotency_key_reused")
    stale = {"If-Match": '"1"'}
    moved = client.post(f"{told.path}/periods/close", json={**body, **NEXT}, headers=stale)
    assert code_of(moved) == (412, "ledger_moved")


def test_a_period_can_be_closed_while_others_append(told: Desk) -> None:
    def append() -> None:
        for number in range(12):
            told.appended("recorder", fact("child.enrolled", **{**LATE, "child": f"c-1{number}"}))

    others = threading.Thread(target=append)
    others.start()
    event = close(told)
    others.join()
    again = told.read(f"/periods/{event['version']}/trial-balance?known_at={told.version()}")
    assert again["accounts"] == event["data"]["trial_balance"]


def test_a_closing_that_others_do_not_let_in_may_be_asked_for_again_and_closes_nothing(
    told: Desk,
) -> None:
    done, tried = threading.Event(), 0

    def append() -> None:
        while not done.is_set():
            told.append("finance", fact("receipt.recorded", receipt=f"r-{told.version()}"))

    others = [threading.Thread(target=append) for _ in range(3)]
    for other in others:
        other.start()
    answer = ask(told, "close", hardness="soft", **YEAR)
    while answer.status_code == 201 and (tried := tried + 1) < 20:
        assert reopen(told).status_code == 201
        answer = ask(told, "close", hardness="soft", **YEAR)
    done.set()
    for other in others:
        other.join()
    assert code_of(answer) == (503, "period_moved")
    assert answer.headers["Retry-After"] == "1"
    assert {row["state"] for row in told.read("/periods")["items"]} <= {"reopened"}
    close(told)


def test_closings_are_listed_with_what_became_of_them(told: Desk) -> None:
    soft, hard = close(told)["version"], close(told, "hard")["version"]
    opened = reopen(told, effective_on="2022-10-02").json()["version"]
    of_ledger = close(told, contract=None, effective_on="2022-10-03")["version"]
    rows = told.read("/periods")["items"]
    told_of = [(row["closing"], row["state"], row["hardness"], row["contract"]) for row in rows]
    assert told_of == [
        (of_ledger, "closed", "soft", None),
        (hard, "reopened", "hard", "lcf"),
        (soft, "reopened", "soft", "lcf"),
    ]
    assert rows[1]["reopened_version"] == opened
    assert (rows[1]["reopened_on"], rows[1]["reason_code"]) == ("2022-10-02", "wrong_rate")
    assert rows[0]["closed_on"] == "2022-10-03"
    then = told.read(f"/periods?contract=lcf&known_at={hard}")["items"]
    assert [(row["closing"], row["state"]) for row in then] == [
        (hard, "closed"),
        (soft, "made_hard"),
    ]


@pytest.mark.parametrize("path", ["/periods/1", "/periods/1/trial-balance", "/periods/9999"])
def test_a_version_at_which_nothing_was_closed_is_unknown(told: Desk, path: str) -> None:
    assert code_of(told.get(path)) == (404, "unknown_closing")


def test_a_trial_balance_takes_the_effective_day_and_the_day_of_posting(told: Desk) -> None:
    close(told)
    told.appended("recorder", fact("child.enrolled", on="2022-01-10", **LATE))
    assert posted(told, "2022-08-31&as_of=2022-08-31") == -168000
    assert posted(told, "2022-09-01&as_of=2022-08-31") == -336000
    assert posted(told, "2022-09-01&as_of=2022-01-09") == 0


def test_what_is_no_version_or_has_two_days_is_refused(told: Desk) -> None:
    version = close(told)["version"]
    assert code_of(told.get("/periods/last")) == (404, "unknown_closing")
    two_days = told.get(f"/periods/{version}/trial-balance?as_of=2022-08-31")
    assert code_of(two_days) == (422, "shape_invalid")
