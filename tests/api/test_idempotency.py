"""Idempotency keys: one answer a request, however often it is sent, on every door that writes."""

import json
import threading

import httpx
import psycopg
import pytest

from api.http.once import SQL
from tests.api.desk import Desk, House, fact

KEY = {"Idempotency-Key": "tuesday-upload-1"}


def test_the_same_request_under_a_key_gets_the_first_answer_again(desk: Desk) -> None:
    first = desk.append("finance", fact("contract.signed"), headers=KEY)
    again = desk.append("finance", fact("contract.signed"), headers=KEY)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert desk.version() == 1


def test_another_request_under_a_key_is_refused(desk: Desk) -> None:
    desk.appended("finance", fact("contract.signed"), headers=KEY)
    other = desk.append("finance", fact("contract.signed", contract="b"), headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_key_is_free_again_after_a_refusal(desk: Desk) -> None:
    refused = desk.append("finance", fact("funder.joined"), headers=KEY)
    assert refused.status_code == 422
    assert desk.append("finance", fact("contract.signed"), headers=KEY).status_code == 201


def test_a_key_keeps_the_refused_items_of_an_independent_batch(desk: Desk) -> None:
    batch = {"mode": "independent", "events": [fact("contract.signed"), {"no": "fact"}]}
    first = desk.append("finance", batch, headers=KEY)
    again = desk.append("finance", batch, headers=KEY)
    assert (first.status_code, again.status_code) == (207, 207)
    assert again.json()["results"] == first.json()["results"]
    other = {"mode": "independent", "events": [fact("contract.signed"), {"other": "fact"}]}
    assert desk.append("finance", other, headers=KEY).json()["code"] == "idempotency_key_reused"


def test_two_people_may_use_the_same_key(desk: Desk) -> None:
    desk.appended("finance", fact("contract.signed"), headers=KEY)
    answer = desk.append("approver", fact("fact.voided", version=1), headers=KEY)
    assert answer.json()["code"] != "idempotency_key_reused"


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
def test_a_key_is_visible_ascii(desk: Desk, key: str) -> None:
    answer = desk.append(
        "finance", fact("contract.signed"), headers={b"Idempotency-Key": key.encode("latin-1")}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert answer.json()["errors"][0]["pointer"] == "/headers/Idempotency-Key"


def test_a_key_made_twice_under_one_idempotency_key_is_shown_once(house: House) -> None:
    admin = house.clients["admin"]
    asked = {"name": "made-once", "roles": ["auditor"]}
    first = admin.post("/v1/keys", json=asked, headers=KEY)
    again = admin.post("/v1/keys", json=asked, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    shown = first.json()
    assert shown.pop("key").startswith("olk_")
    assert again.json() == shown
    assert again.headers["idempotency-replayed"] == "true"
    other = admin.post("/v1/keys", json={**asked, "name": "another"}, headers=KEY)
    assert other.json()["code"] == "idempotency_key_reused"


def test_a_ledger_opened_twice_under_one_idempotency_key_is_opened_once(house: House) -> None:
    admin = house.clients["admin"]
    headers = {"Idempotency-Key": "open-the-zone"}
    asked = {"ledger": "opened-once", "name": "Z", "currency": "GBP", "timezone": "Europe/London"}
    first = admin.post("/v1/ledgers", json=asked, headers=headers)
    again = admin.post("/v1/ledgers", json=asked, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert admin.post("/v1/ledgers", json=asked).status_code == 409


def test_a_deletion_sent_again_under_its_key_is_answered_again(house: House) -> None:
    house.key(["auditor"], name="to-delete")
    admin = house.clients["admin"]
    headers = {"Idempotency-Key": "delete-it"}
    assert admin.delete("/v1/keys/to-delete", headers=headers).status_code == 204
    again = admin.delete("/v1/keys/to-delete", headers=headers)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (204, "true")
    assert admin.delete("/v1/keys/to-delete").status_code == 404


def test_a_second_request_under_a_key_is_refused_while_the_first_one_runs(house: House) -> None:
    names = {"actor": "admin", "idempotency_key": "slow"}
    with psycopg.connect(house.service.dsn) as first:
        first.execute(SQL["try_lock"], names)
        second = house.clients["admin"].post(
            "/v1/keys",
            json={"name": "slow-key", "roles": ["auditor"]},
            headers={"Idempotency-Key": "slow"},
        )
    assert (second.status_code, second.json()["code"]) == (409, "idempotency_key_running")


def test_a_ledger_whose_opening_was_cut_off_is_answered_when_it_is_asked_again(
    house: House,
) -> None:
    asked = {"ledger": "cut-off", "name": "Z", "currency": "GBP", "timezone": "Europe/London"}
    headers = {"Idempotency-Key": "cut-off"}
    admin = house.clients["admin"]
    first = admin.post("/v1/ledgers", json=asked, headers=headers)
    with psycopg.connect(house.service.dsn) as connection:  # as if the answer was never kept
        connection.execute(
            "update api.kept_answers set status = null, answer = null"
            " where idempotency_key = 'cut-off'"
        )
    again = admin.post("/v1/ledgers", json=asked, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())


def test_one_fact_sent_by_many_at_once_under_one_key_is_recorded_once(desk: Desk) -> None:
    desk.appended("finance", fact("contract.signed"))
    statuses: list[int] = []

    def send() -> None:
        answer: httpx.Response = desk.append("finance", fact("funder.joined"), headers=KEY)
        statuses.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert desk.version() == 2


def test_a_key_serves_one_request_whether_json_or_lines(desk: Desk) -> None:
    key = {"Idempotency-Key": "same"}
    desk.appended("finance", fact("contract.signed"), headers=key)
    line = json.dumps(fact("contract.signed", contract="another")).encode()
    lines = {**key, "Content-Type": "application/x-ndjson"}
    answer = desk.house.clients["finance"].post(f"{desk.path}/events", content=line, headers=lines)
    assert b"idempotency_key_reused" in answer.content
    assert desk.version() == 1
