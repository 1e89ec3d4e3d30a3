"""Keys: made once, shown once, limited, deleted for ever."""

import hashlib
import time
import uuid

import psycopg
import pytest

from api.keys import REMEMBERED_FOR_S
from api.service import Service
from tests.api.desk import ADMIN_SECRET, MASTER, House, fact, served


def test_a_key_is_shown_once_and_listed_without_its_secret(house: House) -> None:
    secret = house.key(["auditor"], name="listed")
    listed = house.clients["admin"].get("/v1/keys", params={"limit": 1000}).json()["items"]
    [mine] = [key for key in listed if key["name"] == "listed"]
    assert mine == {"name": "listed", "roles": ["auditor"], "ledgers": None}
    assert secret not in str(listed)


def test_a_key_is_stored_as_a_hash(house: House) -> None:
    secret = house.key(["auditor"], name="hashed")
    with psycopg.connect(house.service.dsn) as connection:
        row = connection.execute("select key_hash, k::text from api.keys k where name = 'hashed'")
        key_hash, whole = row.fetchone() or (b"", "")
    assert bytes(key_hash) == hashlib.sha256(secret.encode()).digest()
    assert secret not in whole


def test_a_name_is_never_used_again_not_even_after_the_key_is_deleted(house: House) -> None:
    admin = house.clients["admin"]
    house.key(["auditor"], name="once")
    taken = admin.post("/v1/keys", json={"name": "once", "roles": ["auditor"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "already_exists")
    assert admin.delete("/v1/keys/once").status_code == 204
    still = admin.post("/v1/keys", json={"name": "once", "roles": ["auditor"]})
    assert (still.status_code, still.json()["code"]) == (409, "already_exists")


def test_a_deleted_key_stops_at_once(house: House) -> None:
    client = house.client(house.key(["auditor"], name="stopped"))
    assert client.get("/v1/ledgers").status_code == 200
    assert house.clients["admin"].delete("/v1/keys/stopped").status_code == 204
    refused = client.get("/v1/ledgers")
    client.close()
    assert (refused.status_code, refused.json()["code"]) == (401, "key_unknown")


def test_a_key_deleted_in_another_process_stops_within_a_second(house: House) -> None:
    client = house.client(house.key(["auditor"], name="deleted-elsewhere"))
    assert client.get("/v1/ledgers").status_code == 200
    with psycopg.connect(house.service.dsn) as connection:
        connection.execute(
            "update api.keys set deleted_at = now() where name = 'deleted-elsewhere'"
        )
    time.sleep(REMEMBERED_FOR_S)
    assert client.get("/v1/ledgers").status_code == 401
    client.close()


def test_a_key_limited_to_a_ledger_sees_no_other_not_even_that_it_exists(house: House) -> None:
    mine, other = house.open_ledger(), house.open_ledger()
    client = house.client(house.key(["auditor", "finance"], ledgers=[mine.ledger]))
    assert [each["ledger"] for each in client.get("/v1/ledgers").json()["items"]] == [mine.ledger]
    assert client.get(mine.path).status_code == 200
    hidden = client.get(other.path)
    absent = client.get("/v1/ledgers/no-such-ledger")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_ledger")
    assert hidden.json()["detail"] == absent.json()["detail"]
    assert client.post(f"{other.path}/events", json=fact("contract.signed")).status_code == 404
    assert other.version() == 0
    client.close()


def test_an_admin_limited_to_a_ledger_opens_no_other(house: House) -> None:
    client = house.client(house.key(["admin"], ledgers=["the-one"]))
    asked = {"ledger": "the-two", "name": "Z", "currency": "GBP", "timezone": "Europe/London"}
    assert client.post("/v1/ledgers", json=asked).status_code == 403
    client.close()


def test_a_limited_admin_reaches_no_key_beyond_its_ledgers(house: House) -> None:
    client = house.client(house.key(["admin"], ledgers=["the-one"]))
    wide = {"name": f"wide-{uuid.uuid4().hex}", "roles": ["auditor"]}
    assert client.post("/v1/keys", json=wide).status_code == 403
    assert client.post("/v1/keys", json=wide | {"ledgers": ["the-two"]}).status_code == 403
    assert client.get("/v1/keys").status_code == 403
    assert client.delete("/v1/keys/the-auditor").status_code == 403
    assert client.post("/v1/keys", json=wide | {"ledgers": ["the-one"]}).status_code == 201
    client.close()


@pytest.mark.parametrize(
    "asked, pointer",
    [
        ({"name": "x", "roles": ["king"]}, "/roles/0"),
        ({"name": "x", "roles": ["auditor", "auditor"]}, "/roles"),
        ({"name": "x", "roles": []}, "/roles"),
        ({"name": "a b", "roles": ["auditor"]}, "/name"),
        ({"name": "x\n", "roles": ["auditor"]}, "/name"),
        ({"name": "x", "roles": ["auditor"], "ledgers": ["a b"]}, "/ledgers"),
        ({"name": "x", "roles": "auditor"}, "/roles"),
        ({"name": "x", "roles": ["auditor"], "key": "mine"}, ""),
    ],
)
def test_a_key_of_the_wrong_shape_is_not_made(house: House, asked: object, pointer: str) -> None:
    answer = house.clients["admin"].post("/v1/keys", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "bearer", "Bearerx y"])
def test_a_request_without_a_key_is_401(house: House, header: str) -> None:
    answer = house.nobody.get("/v1/ledgers", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_missing")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_wrong_key_is_401(house: House) -> None:
    answer = house.nobody.get("/v1/ledgers", headers={"Authorization": "Bearer olk_wrong"})
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unknown")


def test_the_first_start_writes_an_admin_key_that_only_its_owner_reads(
    dsn: str, tmp_path: object
) -> None:
    folder = tmp_path / "kept"  # type: ignore[operator]
    with Service(dsn, folder, projecting=False, master=MASTER) as service, served(service) as url:
        path = service.admin_key_file
        assert path is not None
        assert path.stat().st_mode & 0o777 == 0o600
        secret = path.read_text().strip()
        house = House.__new__(House)
        house.url = url
        with house.client(secret) as client:
            assert client.get("/v1/keys").json()["items"][0]["name"] == "admin"
    with Service(dsn, folder, projecting=False, master=MASTER) as again:
        assert again.admin_key_file is None


def test_an_admin_key_that_the_operator_chose_opens_again_after_a_restart(dsn: str) -> None:
    for _ in range(2):
        with Service(dsn, admin_key=ADMIN_SECRET, projecting=False, master=MASTER) as service:
            assert service.keys.find(ADMIN_SECRET) is not None


def test_a_deleted_admin_key_stays_deleted_when_the_service_starts_again(dsn: str) -> None:
    with Service(dsn, admin_key=ADMIN_SECRET, projecting=False, master=MASTER) as service:
        with service.pool.connection() as connection:
            assert service.keys.delete("admin", connection)
        service.keys.forget()
    with Service(dsn, admin_key=ADMIN_SECRET, projecting=False, master=MASTER) as service:
        assert service.keys.find(ADMIN_SECRET) is None
    with Service(dsn, admin_key="another-secret", projecting=False, master=MASTER) as service:
        found = service.keys.find("another-secret")
        assert found is not None
        assert found.name == "admin-2"
