"""Operating: health without a key, counters with one, and a way of saying no on every path."""

import pytest

from tests.api.desk import Desk, House, fact


def test_health_and_version_need_no_key(house: House) -> None:
    assert house.nobody.get("/livez").json() == {"status": "alive"}
    ready = house.nobody.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    assert set(ready.json()["checks"]) == {
        "database", "writers", "migrations", "projections",
    }  # fmt: skip
    assert house.nobody.get("/version").json()["name"] == "outcomes-ledger"
    assert house.nobody.get("/docs").status_code == 200


def test_metrics_count_requests_and_facts_and_name_no_child(desk: Desk) -> None:
    desk.with_child()
    text = desk.house.clients["admin"].get("/metrics").text
    assert 'outcomes_ledger_requests_total{route="append_events",status="201"}' in text
    assert 'outcomes_ledger_facts_total{status="recorded"}' in text
    assert f'outcomes_ledger_version{{ledger="{desk.ledger}"}}' in text
    assert "c-0001" not in text


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/ledgers/", "/nothing", "/v1/keys/a/b"])
def test_a_path_that_leads_nowhere_is_a_problem(house: House, path: str) -> None:
    answer = house.nobody.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_a_method_that_a_path_does_not_have_is_a_problem(house: House, method: str) -> None:
    answer = house.nobody.request(method, "/v1/ledgers")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert "POST" in answer.headers["allow"]


def test_an_answer_carries_the_request_id_that_was_sent(house: House) -> None:
    answer = house.nobody.get("/nothing", headers={"X-Request-Id": "upload-17"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "upload-17"
    assert len(house.nobody.get("/livez").headers["x-request-id"]) > 10
    forged = house.nobody.get("/nothing", headers={"X-Request-Id": "a b<script>"})
    assert forged.json()["request_id"] != "a b<script>"


def test_a_failure_of_the_code_is_a_problem_without_its_words(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("select secret from children where child = 'c-0001'")

    monkeypatch.setattr(desk.house.service, "head", fail)
    answer = desk.get()
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_a_database_that_does_not_answer_is_503(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ledger.log.refusals import LogUnavailable  # noqa: PLC0415 (next to its use)

    def fail(*_: object) -> None:
        raise LogUnavailable

    monkeypatch.setattr(desk.house.service.log, "head", fail)
    answer = desk.get()
    assert (answer.status_code, answer.json()["code"]) == (503, "log_unavailable")
    assert answer.headers["retry-after"] == "1"
    monkeypatch.undo()
    desk.appended("finance", fact("contract.signed"))


def test_a_service_is_not_ready_while_its_database_does_not_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house.service, "answers", lambda: False)
    answer = house.nobody.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert house.nobody.get("/livez").status_code == 200
