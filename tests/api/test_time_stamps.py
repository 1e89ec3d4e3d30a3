"""Time stamps over HTTP: kept when they are of that checkpoint, and given out as they came."""

import base64
from typing import Any

import httpx
import pytest

from ledger.log.notes.note import Note
from ledger.log.signing.time_stamp import moment_in, must_be_signed, request_of
from tests.api.desk import Desk
from tests.api.test_periods import code_of
from tests.log.authority import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "here", "An authority")


def send(desk: Desk, size: int, response: bytes, **how: Any) -> httpx.Response:
    body = {"size": size, "response": base64.b64encode(response).decode()}
    return desk.house.clients["auditor"].post(f"{desk.path}/log/time-stamps", json=body, **how)


def test_a_time_stamp_is_kept_once_and_given_out_as_it_came(
    desk: Desk, authority: Authority
) -> None:
    desk.with_terms()
    text, size = Note.from_text(desk.get("/log/checkpoint").text).text, desk.version()
    response = authority.answer(request_of(text))
    kept = send(desk, size, response)
    assert kept.status_code == 201, kept.text
    assert (kept.json()["size"], kept.json()["status"]) == (size, "kept")
    assert send(desk, size, response).json() == {**kept.json(), "status": "known"}
    [item] = desk.get(f"/log/time-stamps?size={size}").json()["items"]
    given = base64.b64decode(item["response"])
    must_be_signed(given, text, [authority.root.read_bytes()])
    assert item["stamped_at"] == kept.json()["stamped_at"]
    assert moment_in(given, text).isoformat().replace("+00:00", "Z") == item["stamped_at"]
    assert desk.get("/log/time-stamps").json()["items"] == [item]
    assert desk.get("/log/time-stamps?size=1").json()["items"] == []


def test_what_is_no_time_stamp_of_this_checkpoint_is_refused(
    desk: Desk, authority: Authority
) -> None:
    desk.with_terms()
    text, size = Note.from_text(desk.get("/log/checkpoint").text).text, desk.version()
    response = authority.answer(request_of(text))
    other = authority.answer(request_of(text + "x"))
    assert code_of(send(desk, size, other)) == (422, "time_stamp_wrong")
    assert code_of(send(desk, size, b"nothing")) == (422, "time_stamp_wrong")
    assert code_of(send(desk, size + 1, response)) == (422, "unknown_checkpoint")
    body = {"size": size, "response": "not base64"}
    url = f"{desk.path}/log/time-stamps"
    refused = desk.house.clients["finance"].post(url, json=body)
    assert code_of(refused) == (422, "shape_invalid")
    assert desk.get("/log/time-stamps").json()["items"] == []
