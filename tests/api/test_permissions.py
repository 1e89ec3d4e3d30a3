"""Who may do what, route by route and type by type, from the one table that the routes read."""

import pytest

from api.http.app import ROUTERS
from api.http.openapi import EXAMPLES
from api.http.permissions import APPENDS, OPEN_ROUTES, ROLES, ROUTES, may_append, may_use
from ledger.events.catalogue import APPENDED
from tests.api.desk import Desk, House, fact

ALL_ROUTES = [route for router in ROUTERS for route in router.routes]
NAMES = sorted(route.name for route in ALL_ROUTES)


def test_every_route_is_in_the_table_and_the_table_has_no_other() -> None:
    assert sorted([*ROUTES, *(OPEN_ROUTES - {"openapi", "docs"})]) == NAMES


def test_every_type_of_fact_has_somebody_who_may_append_it() -> None:
    assert set(APPENDED) == set(may_append(ROLES))
    assert all(name in APPENDED for names in APPENDS.values() for name in names)


def test_nobody_may_both_record_a_fact_and_verify_or_void_it() -> None:
    people = {"verification.recorded": "verifier", "fact.voided": "approver"}
    for name, role in people.items():
        assert [each for each in ROLES if name in APPENDS[each]] == [role]
    assert APPENDS["admin"] == APPENDS["auditor"] == ()


@pytest.mark.parametrize("route", ALL_ROUTES, ids=NAMES and [r.name for r in ALL_ROUTES])
def test_a_route_opens_for_its_roles_and_for_nobody_else(house: House, route: object) -> None:
    name, [method] = route.name, route.methods  # type: ignore[attr-defined]
    path = route.path.format(  # type: ignore[attr-defined]
        ledger="no-such-ledger", name="no-such-key", version="1", child="c", funder="f",
        partner="p", payment="P1", contract="c", claim="q1", invoice="I1", sample="s1",
        kind="csv", settlement="s1", closing="1", receipt="r-1", credit_note="N1",
        key="0badc0de",
    )  # fmt: skip
    without = house.nobody.request(method, path)
    if name in OPEN_ROUTES:
        assert without.status_code == 200
        return
    assert (without.status_code, without.json()["code"]) == (401, "key_missing")
    for role in ROLES:
        answer = house.clients[role].request(method, path)
        if may_use(name, [role]):
            assert answer.status_code not in {401, 403}, (role, answer.text)
        else:
            assert answer.status_code == 403, (role, answer.text)
            assert answer.json()["code"] == "role_missing"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_appends_its_types_and_is_refused_all_others(house: House, role: str) -> None:
    desk = house.open_ledger()
    for name in APPENDED:
        answer = desk.append(role, EXAMPLES[name], query="?dry_run=true")
        refused = answer.status_code == 403
        assert refused is (name not in APPENDS[role]), (name, answer.text)
        if refused:
            assert answer.json()["code"] == "role_missing"
    assert desk.version() == 0


def test_roles_of_one_key_add_up(house: House) -> None:
    desk = house.open_ledger()
    with house.client(house.key(["recorder", "finance"])) as client:
        signed = client.post(f"{desk.path}/events", json=fact("contract.signed"))
        enrolled = client.post(f"{desk.path}/events", json=fact("child.enrolled"))
    assert signed.status_code == 201
    assert enrolled.status_code != 403


def test_a_recorder_reads_of_the_log_only_what_it_recorded(desk: Desk) -> None:
    desk.with_child()
    own = desk.read("/events", role="recorder")["items"]
    assert own
    assert {event["actor"] for event in own} == {"the-recorder"}
    assert desk.get(f"/events/{own[0]['version']}", role="recorder").status_code == 200
    foreign = desk.get("/events/1", role="recorder")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "role_missing")
    assert len(desk.read("/events")["items"]) > len(own)
