"""An identity that is refused is told where it is wrong, and not one word of it is said again."""

import httpx
import pytest

from tests.api.desk import Desk, Json

ADA: Json = {
    "name": "Ada Marked-Name",
    "date_of_birth": "2011-03-09",
    "school_number": "marked-number-77",
    "contacts": [{"kind": "mother_phone", "value": "020 7946 0999"}],
}
MARKED = ("Ada", "Marked", "2011-03-09", "marked-number", "7946 0999", "mother")
WRONG = (
    {**ADA, "name": ""},
    {**ADA, "Ada Marked-Field": 1},
    {**ADA, "mother": 1},
    {**ADA, "date_of_birth": "Ada's day"},
    {**ADA, "date_of_birth": "1066-03-09"},
    {**ADA, "school_number": "Marked" * 20},
    {**ADA, "contacts": [{"kind": "Ada Marked", "value": "1"}]},
    {**ADA, "contacts": [{"kind": "home", "value": "020 7946 0999\n"}]},
    {**ADA, "contacts": [{"kind": "home", "value": "1", "Marked": "Ada"}]},
    {**ADA, "contacts": [{"kind": "k", "value": "v"}] * 11},
    {"Marked": ADA},
    ["Ada", "Marked"],
    "Ada Marked",
)


def put(desk: Desk, body: object, child: str = "c-0001") -> httpx.Response:
    client = desk.house.clients["custodian"]
    return client.put(f"{desk.path}/identities/{child}", json=body)


def read(desk: Desk, child: str = "c-0001") -> httpx.Response:
    return desk.get(f"/identities/{child}?purpose=call_home", role="custodian")


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_a_refused_identity_is_not_quoted(desk: Desk, wrong: object) -> None:
    answer = put(desk, wrong)
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert not [word for word in (*MARKED, "1066-03") if word in answer.text]
    assert read(desk).status_code == 404


@pytest.mark.parametrize(
    "wrong, pointer",
    [
        ({"name": 7}, "/name"),
        ({"name": "a", "date_of_birth": "1066-01-01"}, "/date_of_birth"),
        ({"name": "a", "date_of_birth": "day"}, "/date_of_birth"),
        (
            {"name": "a", "contacts": [{"kind": "k", "value": "v"}, {"kind": "K"}]},
            "/contacts/1/kind",
        ),
        ({"name": "a", "contacts": [{"kind": "k"}]}, "/contacts/0"),
        ({"name": "a", "more": 1}, ""),
    ],
)
def test_a_refused_identity_is_told_its_place(desk: Desk, wrong: Json, pointer: str) -> None:
    [item] = put(desk, wrong).json()["errors"]
    assert item["pointer"] == pointer


@pytest.mark.parametrize("body", [b'{"name":"Ada', b"\xff\xfeAda", b"", b"[" * 5000])
def test_bytes_that_are_no_json_are_not_quoted(desk: Desk, body: bytes) -> None:
    answer = desk.house.clients["custodian"].put(
        f"{desk.path}/identities/c-0001",
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert "Ada" not in answer.text
    assert "0xff" not in answer.text


def test_a_body_has_a_limit_and_a_type(desk: Desk) -> None:
    client = desk.house.clients["custodian"]
    path = f"{desk.path}/identities/c-0001"
    large = client.put(path, json={"name": "n" * 70_000})
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    typed = client.put(path, content=b"name", headers={"Content-Type": "text/plain"})
    assert (typed.status_code, typed.json()["code"]) == (415, "content_type_unsupported")


def test_a_reference_that_says_who_the_child_is_is_refused(desk: Desk) -> None:
    answer = put(desk, ADA, "Ada.Marked")
    assert (answer.status_code, answer.json()["code"]) == (422, "personal_reference")
    assert "Ada" not in answer.text
    assert read(desk, "Ada.Marked").status_code == 404


def test_what_cannot_be_a_reference_names_no_identity(desk: Desk) -> None:
    for answer in (put(desk, ADA, "Ada Marked"), read(desk, "Ada Marked")):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_identity")
        assert "Ada" not in answer.text
