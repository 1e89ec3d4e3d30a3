"""Bodies that are too large, dates of other ages, and headers that are no headers."""

import socket
import time
from collections.abc import Iterator

import pytest

from api.http.bodies import BODY_MAX_BYTES
from tests.api.desk import Desk, Json, fact
from tests.hostile.test_bytes import is_a_problem

HUNDRED_MB = 100 * 1024 * 1024
JSON = {"Content-Type": "application/json"}


def chunks(size: int, part: bytes = b" " * 1_048_576) -> Iterator[bytes]:
    for _ in range(size // len(part)):
        yield part


@pytest.mark.parametrize("announced", ["announced", "unannounced"])
def test_a_body_of_a_hundred_megabytes_is_413_and_stores_nothing(
    desk: Desk, announced: str
) -> None:
    headers = {**JSON, "Content-Length": str(HUNDRED_MB)} if announced == "announced" else JSON
    began = time.monotonic()
    answer = desk.house.clients["finance"].post(
        f"{desk.path}/events", content=chunks(HUNDRED_MB), headers=headers
    )
    assert is_a_problem(answer, 413, "body_too_large")
    assert time.monotonic() - began < 20
    assert desk.version() == 0


@pytest.mark.parametrize("door", ["/v1/keys", "/v1/ledgers"])
def test_the_other_doors_have_the_same_limit(desk: Desk, door: str) -> None:
    answer = desk.house.clients["admin"].post(
        door, content=chunks(BODY_MAX_BYTES + 1_048_576), headers=JSON
    )
    assert is_a_problem(answer, 413, "body_too_large")


def test_a_body_at_the_limit_is_read(desk: Desk) -> None:
    answer = desk.house.clients["finance"].post(
        f"{desk.path}/events", content=chunks(BODY_MAX_BYTES), headers=JSON
    )
    assert is_a_problem(answer, 400, "malformed_json")


def test_a_client_that_waits_for_a_word_is_told_at_once_that_the_body_is_too_large(
    desk: Desk,
) -> None:
    authorization = desk.house.clients["finance"].headers["authorization"]
    head = (
        f"POST {desk.path}/events HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {HUNDRED_MB}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    host, port = desk.house.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(head.encode())
        assert wire.recv(65_536).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "sent",
    [
        fact("receipt.recorded", on="0001-01-01"),
        fact("receipt.recorded", on="1899-12-31"),
        fact("receipt.recorded", on="9999-12-31"),
        fact("receipt.recorded", on="2200-01-01"),
        fact("receipt.recorded", on="2023-02-29"),
        fact("receipt.recorded", on="2023-2-9"),
        fact("receipt.recorded", on="20230209"),
        fact("receipt.recorded", on="2023-02-09T00:00:00Z"),
        fact("receipt.recorded", on="+2023-02-09"),
        fact("receipt.recorded", on=""),
        {**fact("receipt.recorded"), "effective_on": 1_700_000_000},
        {**fact("receipt.recorded"), "effective_on": None},
        {**fact("receipt.recorded"), "received_on": "0001-01-01"},
        {**fact("receipt.recorded"), "received_on": "9999-12-31"},
        fact("contract.signed", contract="b", starts_on="0001-01-01"),
        fact("contract.signed", contract="b", ends_on="9999-12-31"),
        fact("child.enrolled", consent_given_on="0001-01-01"),
        fact("cohort.opened", cohort="b", long_stop_on="9999-12-31"),
    ],
    ids=lambda sent: f"{sent['type']}-{sent['effective_on']}",
)
def test_a_date_of_another_age_is_refused(desk: Desk, sent: Json) -> None:
    desk.with_terms()
    before = desk.version()
    role = "recorder" if sent["type"].startswith("child") else "finance"
    assert is_a_problem(desk.append(role, sent), 422, "shape_invalid")
    assert desk.version() == before


@pytest.mark.parametrize("field", ["effective_on", "received_on"])
def test_what_has_not_happened_yet_is_refused(desk: Desk, field: str) -> None:
    desk.with_terms()
    before = desk.version()
    sent = {**fact("receipt.recorded"), field: "2199-12-31"}
    assert is_a_problem(desk.append("finance", sent), 422, "future_date")
    assert desk.version() == before


def test_terms_may_lie_ahead(desk: Desk) -> None:
    answer = desk.append("finance", fact("contract.signed", on="2199-01-01"))
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "name, value",
    [
        ("If-Match", '"' + "9" * 40 + '"'),
        ("Idempotency-Key", "x" * 300),
        ("Authorization", "Bearer " + "x" * 5_000),
        ("Authorization", "Bearer \u00e9"),
        ("X-Request-Id", "x" * 5_000),
    ],
)
def test_a_header_that_makes_no_sense_never_breaks_the_service(
    desk: Desk, name: str, value: str
) -> None:
    answer = desk.house.clients["finance"].post(
        f"{desk.path}/events",
        json=fact("contract.signed"),
        headers={name.encode(): value.encode("latin-1")},
    )
    assert answer.status_code in {201, 401, 422}
    if answer.status_code != 201:
        assert is_a_problem(answer, answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    "path",
    [
        "/events/%00", "/children/%00", "/children/a%00b", "/payments/%F0%9F%92%A9",
        "/children/..%2F..%2Fetc", "/funders/'; drop table ledger.events; --", "/contracts/%FF",
    ],
)  # fmt: skip
def test_a_hostile_path_is_404(desk: Desk, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 404
    assert is_a_problem(answer, 404, answer.json()["code"])


@pytest.mark.parametrize(
    "query",
    ["contract=%00", "contract=%FF", "school='%20or%201=1", "stage=gone", "after=" + "A" * 600],
)
def test_a_hostile_query_is_422(desk: Desk, query: str) -> None:
    assert is_a_problem(desk.get(f"/children?{query}"), 422, "shape_invalid")


@pytest.mark.parametrize("number", ["1_0", "%201", "%2B1", "1.0", "1e1", "٣", "0x1", "", "9" * 30])
@pytest.mark.parametrize("query", ["children?limit=", "log/checkpoint?size=", "events?after="])
def test_a_number_in_a_query_is_written_in_digits(desk: Desk, query: str, number: str) -> None:
    assert is_a_problem(desk.get(f"/{query}{number}"), 422, "shape_invalid")
