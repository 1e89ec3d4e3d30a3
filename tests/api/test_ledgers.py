"""Ledgers: opened once, listed page by page, read with version and root."""

import hashlib

import pytest

from tests.api.desk import House

ZONE = {"ledger": "zone", "name": "A Zone", "currency": "GBP", "timezone": "Europe/London"}


def test_an_empty_ledger_is_at_version_zero_with_the_root_of_nothing(house: House) -> None:
    opened = house.clients["admin"].post("/v1/ledgers", json={**ZONE, "ledger": "empty"})
    assert opened.status_code == 201
    assert opened.headers["etag"] == '"0"'
    assert opened.json() == {
        **ZONE,
        "ledger": "empty",
        "version": 0,
        "root": hashlib.sha256(b"").hexdigest(),
    }
    assert house.clients["auditor"].get("/v1/ledgers/empty").json() == opened.json()


def test_a_reference_of_a_ledger_is_unique(house: House) -> None:
    admin = house.clients["admin"]
    assert admin.post("/v1/ledgers", json={**ZONE, "ledger": "twice"}).status_code == 201
    taken = admin.post("/v1/ledgers", json={**ZONE, "ledger": "twice"})
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")


@pytest.mark.parametrize(
    "change, pointer",
    [
        ({"currency": "gbp"}, "/currency"),
        ({"timezone": "Mars/Olympus"}, "/timezone"),
        ({"timezone": "../../etc/passwd"}, "/timezone"),
        ({"timezone": "Europe/London\u0000"}, "/timezone"),
        ({"timezone": ""}, "/timezone"),
        ({"ledger": "a/b"}, "/ledger"),
        ({"ledger": ""}, "/ledger"),
        ({"name": "a\u0000b"}, "/name"),
        ({"name": 7}, "/name"),
        ({"colour": "red"}, ""),
    ],
)
def test_a_ledger_of_the_wrong_shape_is_not_opened(
    house: House, change: dict[str, object], pointer: str
) -> None:
    answer = house.clients["admin"].post("/v1/ledgers", json={**ZONE, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_ledgers_are_listed_page_by_page_in_order(house: House) -> None:
    for name in ("page-a", "page-b", "page-c"):
        house.clients["admin"].post("/v1/ledgers", json={**ZONE, "ledger": name})
    seen: list[str] = []
    path = "/v1/ledgers?limit=1"
    while path:
        page = house.clients["auditor"].get(path)
        seen += [item["ledger"] for item in page.json()["items"]]
        assert (page.json()["next"] is None) == ("link" not in page.headers)
        path = page.headers.get("link", "<>").split(">")[0].strip("<")
    assert seen == sorted(seen)
    assert {"page-a", "page-b", "page-c"} <= set(seen)


@pytest.mark.parametrize("name", ["nowhere", "a%00b", "%F0%9F%92%A9", "..%2F..", "x" * 65])
def test_an_unknown_ledger_in_a_path_is_404(house: House, name: str) -> None:
    answer = house.clients["auditor"].get(f"/v1/ledgers/{name}")
    assert answer.status_code == 404
    assert answer.json()["code"] in {"unknown_ledger", "not_found"}
