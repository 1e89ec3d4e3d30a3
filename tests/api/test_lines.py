"""Appending a stream of lines: a result line for each, committed as it goes, safe to send again."""

import itertools
import json
import time
from collections.abc import Iterable, Iterator

import httpx
import pytest

from api.http import lines
from tests.api.desk import Desk, fact

NDJSON = {"Content-Type": "application/x-ndjson"}


def as_lines(facts: Iterable[object]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in facts)


def visits(count: int, first: int = 0) -> list[object]:
    return [
        fact("interaction.recorded", fact_id=f"visit-{number}")
        for number in range(first, first + count)
    ]


def send(
    desk: Desk, body: bytes | Iterator[bytes], headers: dict[str, str] | None = None
) -> httpx.Response:
    return desk.house.clients["recorder"].post(
        f"{desk.path}/events", content=body, headers={**NDJSON, **(headers or {})}
    )


def results(answer: httpx.Response) -> list[dict[str, object]]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_each_line_gets_a_result_line_in_its_order(desk: Desk) -> None:
    desk.with_child()
    body = as_lines(visits(2)) + b'{"no":"fact"}\nnot json\n\n' + as_lines(visits(1, 5))
    answered = results(send(desk, body))
    assert [line["line"] for line in answered] == [1, 2, 3, 4, 5, 6]
    assert [line["status"] for line in answered] == [
        "recorded", "recorded", "refused", "refused", "refused", "recorded",
    ]  # fmt: skip
    codes = [line["problem"]["code"] for line in answered[2:5]]  # type: ignore[index]
    assert codes == ["shape_invalid", "malformed_json", "malformed_json"]


def test_a_last_line_needs_no_line_end(desk: Desk) -> None:
    desk.with_child()
    assert len(results(send(desk, as_lines(visits(3)).rstrip(b"\n")))) == 3


def test_a_stream_is_longer_than_a_chunk_and_a_batch(desk: Desk) -> None:
    desk.with_child()
    before = desk.version()
    count = lines.CHUNK_LINES * 2 + 7
    answered = results(send(desk, as_lines(visits(count))))
    assert [line["line"] for line in answered] == list(range(1, count + 1))
    assert desk.version() == before + count


def test_a_stream_sent_again_records_only_what_is_new(desk: Desk) -> None:
    desk.with_child()
    assert len(results(send(desk, as_lines(visits(1_200))))) == 1_200
    before = desk.version()
    answered = results(send(desk, as_lines(visits(1_300))))
    counted = {
        status: len(list(group))
        for status, group in itertools.groupby(line["status"] for line in answered)
    }
    assert counted == {"replayed": 1_200, "recorded": 100}
    assert desk.version() == before + 100


def test_an_upload_that_breaks_off_keeps_its_whole_lines_and_drops_the_half_one(
    desk: Desk,
) -> None:
    desk.with_child()
    before = desk.version()

    def broken() -> Iterator[bytes]:
        yield as_lines(visits(10))
        yield as_lines(visits(1, 50))[:40]
        time.sleep(lines.PAUSE_S * 6)
        raise httpx.WriteError("the line went dead")

    with pytest.raises(httpx.WriteError):
        send(desk, broken())
    for _ in range(100):
        if desk.version() == before + 10:
            break
        time.sleep(0.02)
    assert desk.version() == before + 10
    answered = results(send(desk, as_lines(visits(11))))
    assert [line["status"] for line in answered] == ["replayed"] * 10 + ["recorded"]


def test_a_client_that_reads_nothing_before_the_end_is_served(desk: Desk) -> None:
    desk.with_child()
    padding = " " * 2_000
    body = b"".join(json.dumps(one).encode() + padding.encode() + b"\n" for one in visits(3_000))
    assert len(results(send(desk, body))) == 3_000


def test_a_client_that_waits_for_each_answer_is_answered_while_it_sends(desk: Desk) -> None:
    desk.with_child()
    host, port = desk.house.url.removeprefix("http://").split(":")
    import socket  # noqa: PLC0415 (a bare connection, because clients read late)

    authorization = desk.house.clients["recorder"].headers["authorization"]
    head = (
        f"POST {desk.path}/events HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\n"
        "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        wire.sendall(head.encode())
        received = b""
        for number in range(3):
            line = as_lines(visits(1, number))
            wire.sendall(b"%x\r\n%b\r\n" % (len(line), line))
            while received.count(b'"line":') < number + 1:
                part = wire.recv(65_536)
                assert part
                received += part
        wire.sendall(b"0\r\n\r\n")
        while not received.endswith(b"0\r\n\r\n"):
            received += wire.recv(65_536)
    assert received.count(b'"status":"recorded"') == 3


def test_a_stream_under_a_key_is_replayed_whole(desk: Desk) -> None:
    desk.with_child()
    key = {"Idempotency-Key": "stream-1"}
    body = as_lines([fact("interaction.recorded")] * 1_100)
    first = send(desk, body, key)
    before = desk.version()
    again = send(desk, body, key)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    assert desk.version() == before
    other = send(desk, as_lines(visits(1)), key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_a_stream_begins_at_the_version_demanded_and_may_go_on(desk: Desk) -> None:
    desk.with_child()
    moved = send(desk, as_lines(visits(1)), {"If-Match": '"1"'})
    assert (moved.status_code, moved.json()["code"]) == (412, "ledger_moved")
    here = {"If-Match": f'"{desk.version()}"'}
    answered = results(send(desk, as_lines(visits(1_500)), here))
    assert {line["status"] for line in answered} == {"recorded"}


def test_a_line_beyond_the_limit_is_refused_and_the_next_one_taken(desk: Desk) -> None:
    desk.with_child()
    long = b'{"x":"' + b"y" * lines.LINE_MAX_BYTES * 3 + b'"}\n'
    answered = results(send(desk, long + as_lines(visits(1))))
    assert answered[0]["problem"]["code"] == "body_too_large"  # type: ignore[index]
    assert answered[1]["status"] == "recorded"


def test_a_stream_cannot_be_tried(desk: Desk) -> None:
    answer = desk.house.clients["recorder"].post(
        f"{desk.path}/events?dry_run=true", content=as_lines(visits(1)), headers=NDJSON
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")


def test_an_empty_stream_has_no_results(desk: Desk) -> None:
    assert results(send(desk, b"")) == []


def test_a_line_that_needs_another_role_is_refused_alone(desk: Desk) -> None:
    desk.with_child()
    answered = results(send(desk, as_lines([fact("contract.signed"), *visits(1)])))
    assert answered[0]["problem"]["code"] == "role_missing"  # type: ignore[index]
    assert answered[1]["status"] == "recorded"
