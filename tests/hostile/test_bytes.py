"""Bytes that are no fact: each gets a problem document, and nothing is stored."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.api.desk import Desk, fact

RECEIPT = json.dumps(fact("receipt.recorded")).encode()
AMOUNT = b'"amount_minor": 200000'
DEEP = 100_000


def with_amount(literal: bytes) -> bytes:
    assert AMOUNT in RECEIPT
    return RECEIPT.replace(AMOUNT, b'"amount_minor": ' + literal)


def with_reference(literal: bytes) -> bytes:
    return RECEIPT.replace(b'"LCF autumn"', literal)


MALFORMED = {
    "nothing": b"",
    "white space": b" \n",
    "half a fact": RECEIPT[:-5],
    "two facts": RECEIPT + RECEIPT,
    "a byte order mark": b"\xef\xbb\xbf" + RECEIPT,
    "UTF-16": RECEIPT.decode().encode("utf-16"),
    "invalid UTF-8": with_reference(b'"\xff\xfe"'),
    "an overlong encoding": with_reference(b'"\xc0\xaf"'),
    "an encoded surrogate": with_reference(b'"\xed\xa0\x80"'),
    "a lone surrogate": with_reference(b'"\\ud800"'),
    "a raw control character": with_reference(b'"a\x00b"'),
    "a comment": RECEIPT + b"// all of it",
    "single quotes": RECEIPT.replace(b'"', b"'"),
    "a trailing comma": RECEIPT[:-1] + b",}",
    "NaN": with_amount(b"NaN"),
    "Infinity": with_amount(b"-Infinity"),
    "a leading zero": with_amount(b"01"),
    "a hexadecimal number": with_amount(b"0x10"),
    "deep arrays": b"[" * DEEP,
    "deep closed arrays": with_amount(b"[" * DEEP + b"]" * DEEP),
    "deep objects": b'{"a":' * DEEP,
    "a form": b"a=1&b=2",
    "NUL": b"\x00" * 100,
}
MISSHAPEN = {
    "null": b"null",
    "a number": b"1",
    "a text": b'"fact"',
    "an array": b"[]",
    "an empty object": b"{}",
    "an array of facts": b"[" + RECEIPT + b"]",
    "a float": with_amount(b"1.0"),
    "an exponent": with_amount(b"1e2"),
    "a number beyond every range": with_amount(b"1e400"),
    "a negative number beyond every range": with_amount(b"-1e400"),
    "a huge integer": with_amount(b"9" * 5_000),
    "a text of digits": with_amount(b'"200000"'),
    "a boolean for money": with_amount(b"true"),
    "null for money": with_amount(b"null"),
    "zero": with_amount(b"0"),
    "a negative amount": with_amount(b"-1"),
    "one penny above the limit": with_amount(b"1000000000000001"),
    "beyond 64 bits": with_amount(b"18446744073709551616"),
    "an escaped NUL": with_reference(b'"a\\u0000b"'),
    "a line end in a reference": RECEIPT.replace(b'"lbhf"', b'"lbhf\\n"'),
    "an unknown type": RECEIPT.replace(b"receipt.recorded", b"receipt.forged"),
    "a decision": RECEIPT.replace(b"receipt.recorded", b"payment.released"),
    "an unknown field": RECEIPT[:-1] + b',"actor":"somebody"}',
    "an unknown field of the data": with_reference(b'"x","version":7'),
    "an empty batch": b'{"events":[]}',
    "a batch of nothing": b'{"events":null}',
    "a batch of an unknown mode": b'{"mode":"some","events":[' + RECEIPT + b"]}",
    "a batch with another field": b'{"events":[' + RECEIPT + b'],"actor":"x"}',
    "a batch within a batch": b'{"events":[{"events":[' + RECEIPT + b"]}]}",
    "a title of a mebibyte": with_reference(b'"' + b"a" * 1_048_576 + b'"'),
}


@pytest.fixture
def abused(desk: Desk) -> Iterator[Desk]:
    """A ledger in which nothing is recorded by whatever is sent to it."""
    desk.with_terms()
    before = desk.get().json()
    yield desk
    assert desk.get().json() == before


def send(desk: Desk, body: bytes, kind: str = "application/json") -> httpx.Response:
    return desk.house.clients["finance"].post(
        f"{desk.path}/events", content=body, headers={"Content-Type": kind}
    )


def is_a_problem(answer: httpx.Response, status: int, code: str) -> bool:
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == answer.headers["x-request-id"]
    for trace in ("Traceback", ".py", "SELECT", "select ", "psycopg", "msgspec"):
        assert trace not in answer.text
    return True


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_json_is_400(abused: Desk, body: bytes) -> None:
    assert is_a_problem(send(abused, body), 400, "malformed_json")


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_batch_with_something_that_is_not_json_is_400(abused: Desk, body: bytes) -> None:
    batch = b'{"mode":"independent","events":[' + RECEIPT + b"," + body + b"]}"
    assert is_a_problem(send(abused, batch), 400, "malformed_json")


@pytest.mark.parametrize("body", MISSHAPEN.values(), ids=MISSHAPEN)
def test_what_is_json_but_no_fact_is_422(abused: Desk, body: bytes) -> None:
    assert is_a_problem(send(abused, body), 422, "shape_invalid")


@pytest.mark.parametrize("body", MISSHAPEN.values(), ids=MISSHAPEN)
def test_a_line_that_is_no_fact_is_refused_alone(abused: Desk, body: bytes) -> None:
    answer = send(abused, body + b"\n", "application/x-ndjson")
    assert answer.status_code == 200
    [line] = [json.loads(line) for line in answer.text.splitlines()]
    assert line["status"] == "refused"
    assert line["problem"]["code"] in {"shape_invalid", "body_too_large"}


@pytest.mark.parametrize(
    "body", [body for body in MALFORMED.values() if b"\n" not in body and body], ids=len
)
def test_a_line_that_is_not_json_is_refused_alone_also_under_a_key(
    abused: Desk, body: bytes
) -> None:
    answer = abused.house.clients["finance"].post(
        f"{abused.path}/events",
        content=body + b"\n",
        headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": "hostile"},
    )
    assert answer.status_code == 200
    assert {json.loads(line)["status"] for line in answer.text.splitlines()} == {"refused"}


@pytest.mark.parametrize("door", ["/v1/keys", "/v1/ledgers"])
@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_the_doors_of_keys_and_ledgers_refuse_what_is_not_json(
    desk: Desk, door: str, body: bytes
) -> None:
    answer = desk.house.clients["admin"].post(
        door, content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert is_a_problem(answer, answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "application/json; charset=utf-16", "application/xml", "application/jsonp", "json", ";",
    ],
)  # fmt: skip
def test_another_content_type_is_415(abused: Desk, kind: str) -> None:
    assert is_a_problem(send(abused, RECEIPT, kind), 415, "content_type_unsupported")


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=UTF-8"])
def test_json_is_json_however_it_is_spelt(desk: Desk, kind: str) -> None:
    desk.with_terms()
    assert send(desk, RECEIPT, kind).status_code == 201


def test_a_field_given_twice_counts_once_and_is_stored_once(desk: Desk) -> None:
    desk.with_terms()
    answer = send(desk, with_amount(b'1, "amount_minor": 2'))
    assert answer.status_code == 201
    assert answer.json()["results"][0]["event"]["data"]["amount_minor"] == 2
    assert answer.text.count("amount_minor") == 1
