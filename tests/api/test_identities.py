"""The identity vault over HTTP: for the custodian alone, every read noted, gone with its key."""

import json
from collections.abc import Iterator

import httpx
import psycopg
import pytest
from structlog.testing import capture_logs

from api.http.permissions import ROLES
from tests.api.desk import Desk, House, Json
from tests.house.tree import provoked_codes

CHILD = "c-0001"
ADA: Json = {
    "name": "Ada Marked-Name",
    "date_of_birth": "2011-03-09",
    "school_number": "marked-number-77",
    "contacts": [{"kind": "mother_phone", "value": "020 7946 0999"}],
}
MARKED = ("Ada", "Marked", "2011-03-09", "marked-number", "7946", "mother")
BARE: Json = {"name": "Bea", "date_of_birth": None, "school_number": None, "contacts": []}
OUR_CODES = {"identity_erased", "unknown_identity"}


@pytest.fixture(scope="module")
def second(house: House) -> Iterator[httpx.Client]:
    with house.client(house.key(["admin"])) as client:
        yield client


def put(desk: Desk, body: object = ADA, /, child: str = CHILD, **headers: str) -> httpx.Response:
    client = desk.house.clients["custodian"]
    return client.put(f"{desk.path}/identities/{child}", json=body, headers=headers)


def read(desk: Desk, child: str = CHILD, purpose: str = "call_home") -> httpx.Response:
    return desk.get(f"/identities/{child}?purpose={purpose}", role="custodian")


def drop(desk: Desk, child: str = CHILD, **headers: str) -> httpx.Response:
    client = desk.house.clients["custodian"]
    return client.delete(f"{desk.path}/identities/{child}", headers=headers)


def reads(desk: Desk, query: str = "", role: str = "custodian") -> Json:
    answer = desk.get(f"/identities/{CHILD}/reads{query}", role=role)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def erase(desk: Desk, second: httpx.Client, scope: str) -> None:
    for client in (desk.house.clients["admin"], second):
        answer = client.post(
            f"{desk.path}/children/{CHILD}/erasure",
            json={"basis": "consent_withdrawn", "scope": scope},
        )
    assert (answer.status_code, answer.json()["state"]) == (201, "erased"), answer.text


def everything_kept(desk: Desk) -> str:
    """Every cell of the keys' tables and of the kept answers."""
    tables = (
        "child_keys.data_keys",
        "child_keys.identities",
        "child_keys.identity_reads",
        "api.kept_answers",
        "ledger.dropped_identities",
    )
    with psycopg.connect(desk.house.service.dsn) as connection:
        return "\n".join(
            (cell.decode("latin-1") if isinstance(cell, bytes) else str(cell))
            for table in tables
            for row in connection.execute(f"select * from {table}")  # noqa: S608 (named above)
            for cell in row
        )


def test_an_identity_is_put_replaced_and_read(desk: Desk) -> None:
    made = put(desk)
    assert made.status_code == 201
    assert set(made.json()) == {"ledger", "child", "changed_at"}
    found = read(desk)
    assert found.json() == {**made.json(), "identity": ADA}
    assert found.headers["cache-control"] == "no-store"
    replaced = put(desk, {"name": "Bea"})
    assert replaced.status_code == 200
    assert replaced.json()["changed_at"] > made.json()["changed_at"]
    assert read(desk).json()["identity"] == BARE


def test_an_identity_is_known_in_its_own_ledger_only(desk: Desk) -> None:
    put(desk)
    other = desk.house.open_ledger()
    answer = read(other)
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_identity")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "custodian"])
def test_no_other_role_has_anything_to_do_with_identities(desk: Desk, role: str) -> None:
    put(desk)
    client = desk.house.clients[role]
    path = f"{desk.path}/identities/{CHILD}"
    answers = [
        client.put(path, json=ADA),
        client.get(f"{path}?purpose=call_home"),
        client.delete(path),
        client.get(f"{desk.path}/children/{CHILD}/subject-access"),
    ]
    if role != "auditor":
        answers.append(client.get(f"{path}/reads"))
    for answer in answers:
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
    assert read(desk).json()["identity"] == ADA
    assert len(reads(desk)["items"]) == 1


def test_a_custodian_appends_nothing_and_reads_nothing_of_the_business(desk: Desk) -> None:
    desk.with_child()
    for path in ("/events", "/children", f"/children/{CHILD}", "/payments", ""):
        answer = desk.get(path, role="custodian")
        assert (answer.status_code, answer.json()["code"]) == (403, "role_missing"), path
    answer = desk.append("custodian", {"type": "child.withdrawn"})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


def test_every_read_is_noted_with_who_when_and_what_for(desk: Desk) -> None:
    put(desk)
    assert reads(desk)["items"] == []
    read(desk)
    read(desk, purpose="school_visit")
    for role in ("custodian", "auditor"):
        items = reads(desk, role=role)["items"]
        assert [(one["actor"], one["purpose"]) for one in items] == [
            ("the-custodian", "call_home"),
            ("the-custodian", "school_visit"),
        ]
    first = reads(desk, "?limit=1")
    assert first["items"] == items[:1]
    rest = reads(desk, f"?limit=1&after={first['next']}")
    assert (rest["items"], rest["next"]) == (items[1:], None)


def test_a_read_needs_a_purpose_that_is_a_short_code(desk: Desk) -> None:
    put(desk)
    for query in ("", "?purpose=", "?purpose=To%20see", f"?purpose={'x' * 41}", "?purpose=a%0A"):
        answer = desk.get(f"/identities/{CHILD}{query}", role="custodian")
        assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid"), query
    assert reads(desk)["items"] == []


def test_a_read_whose_answer_fails_is_noted_all_the_same(desk: Desk) -> None:
    put(desk)
    with psycopg.connect(desk.house.service.dsn) as connection:
        connection.execute(
            "update child_keys.identities set sealed = sealed || '\\x00' where ledger = %s",
            [desk.ledger],
        )
    answer = read(desk)
    assert (answer.status_code, answer.json()["code"]) == (503, "seal_broken")
    assert [one["purpose"] for one in reads(desk)["items"]] == ["call_home"]


def test_the_lines_of_the_log_name_neither_child_nor_content(desk: Desk) -> None:
    with capture_logs() as lines:
        put(desk)
        read(desk)
        drop(desk)
    said = json.dumps(lines)
    assert "call_home" in said
    assert "the-custodian" in said
    assert not [word for word in (*MARKED, CHILD) if word in said]


def test_a_dropped_identity_is_gone_and_none_comes_after_it(desk: Desk) -> None:
    put(desk)
    read(desk)
    assert drop(desk).status_code == 204
    gone = read(desk)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_identity")
    again = put(desk)
    assert (again.status_code, again.json()["code"]) == (409, "identity_erased")
    twice = drop(desk)
    assert (twice.status_code, twice.json()["code"]) == (404, "unknown_identity")
    assert len(reads(desk)["items"]) == 1


def test_a_mistyped_reference_bars_no_child(desk: Desk) -> None:
    assert drop(desk).status_code == 404
    assert put(desk).status_code == 201


@pytest.mark.parametrize("scope", ["all", "identity"])
def test_an_erasure_takes_the_identity_with_it(
    desk: Desk, second: httpx.Client, scope: str
) -> None:
    desk.with_child()
    put(desk)
    erase(desk, second, scope)
    assert read(desk).status_code == 404
    again = put(desk)
    assert (again.status_code, again.json()["code"]) == (409, "identity_erased")
    with psycopg.connect(desk.house.service.dsn) as connection:
        rows = connection.execute(
            "select count(*) from child_keys.identities where ledger = %s", [desk.ledger]
        ).fetchone()
    assert rows == (0,)


def test_a_key_of_a_dropped_identity_that_a_backup_brings_back_is_noticed(desk: Desk) -> None:
    put(desk)
    sealing = desk.house.service.sealing
    before = sealing.store.find(desk.ledger, "identity")[CHILD]
    drop(desk)
    place = (desk.ledger, CHILD, "identity")
    assert place not in sealing.erasing.came_back()
    with psycopg.connect(desk.house.service.dsn) as connection:  # what a restored backup would do
        connection.execute("alter table child_keys.data_keys disable trigger kept")
        connection.execute(
            "update child_keys.data_keys set master = %s, wrapped = %s, destroyed_at = null"
            " where ledger = %s and child = %s",
            [before.master, before.wrapped, desk.ledger, CHILD],
        )
        connection.execute("alter table child_keys.data_keys enable trigger kept")
    assert place in sealing.erasing.came_back()
    sealing.store.destroy(desk.ledger, CHILD, ("identity",))
    assert place not in sealing.erasing.came_back()


def test_an_identity_sent_again_under_its_key_gets_the_first_answer(desk: Desk) -> None:
    key = {"Idempotency-Key": f"{desk.ledger}-put"}
    first = put(desk, **key)
    again = put(desk, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = put(desk, {**ADA, "name": "Bea"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    elsewhere = put(desk, ADA, "c-0002", **key)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "idempotency_key_reused")


def test_after_an_erasure_the_first_answer_is_still_given(desk: Desk) -> None:
    key = {"Idempotency-Key": f"{desk.ledger}-put"}
    first = put(desk, **key)
    drop(desk)
    again = put(desk, **key)
    assert (again.status_code, again.json()) == (201, first.json())
    fresh = put(desk, **{"Idempotency-Key": f"{desk.ledger}-other"})
    assert (fresh.status_code, fresh.json()["code"]) == (409, "identity_erased")


def test_a_deletion_sent_again_under_its_key_is_answered_again(desk: Desk) -> None:
    put(desk)
    key = {"Idempotency-Key": f"{desk.ledger}-drop"}
    assert drop(desk, **key).status_code == 204
    again = drop(desk, **key)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (204, "true")


def test_a_deletion_that_was_broken_off_is_finished_when_it_is_asked_again(desk: Desk) -> None:
    put(desk)
    key = {"Idempotency-Key": f"{desk.ledger}-cut"}
    drop(desk, **key)
    with psycopg.connect(desk.house.service.dsn) as connection:  # as if the answer was never kept
        connection.execute(
            "update api.kept_answers set status = null, answer = null where idempotency_key = %s",
            [key["Idempotency-Key"]],
        )
    assert drop(desk, **key).status_code == 204


def test_nothing_that_is_kept_says_who_a_child_is(desk: Desk) -> None:
    put(desk, **{"Idempotency-Key": f"{desk.ledger}-kept"})
    put(desk, {**ADA, "name": "Ada Marked-Again"}, **{"Idempotency-Key": f"{desk.ledger}-more"})
    read(desk)
    kept = everything_kept(desk)
    assert f"{desk.ledger}-kept" in kept
    assert not [word for word in MARKED if word in kept]


def test_every_code_of_identities_is_provoked_here() -> None:
    assert provoked_codes("tests/api/test_identities.py") >= OUR_CODES
