"""Reading: the pair of dates, waiting for a version, pages, filters, names that are not there."""

import base64
import datetime
import json

import pytest

from api.service import Service
from projections.runner import Runner
from tests.api.desk import MASTER, Desk, House, fact, served

LISTS = ("/events", "/contracts", "/children", "/funders", "/partners", "/payments", "/journal")
ANSWERS = (
    "/contracts/lcf",
    "/children/c-0001",
    "/funders/lbhf",
    "/partners/drama-club",
    "/outcomes",
    "/summary",
    "/trial-balance",
    "/statements/funders/lbhf",
    "/aged-debtors",
    "/aged-creditors",
    "/accrued-income",
    "/cash-book",
    "/activities",
)


def test_a_read_echoes_the_pair_and_states_its_version(desk: Desk) -> None:
    desk.with_child()
    for path in (*LISTS, *ANSWERS):
        body = desk.read(path)
        assert (body["as_of"], body["known_at"], body["version"]) == (None, None, desk.version())
        old = desk.get(f"{path}?as_of=2030-01-01&known_at={desk.version()}")
        assert old.json()["as_of"] == "2030-01-01"
        assert old.json()["known_at"] == old.json()["version"] == desk.version()
        assert old.headers["etag"] == f'"{desk.version()}"'


def test_an_answer_at_an_old_version_does_not_change(desk: Desk) -> None:
    desk.with_child()
    version = desk.version()
    paths = [f"{path}?as_of=2024-01-01&known_at={version}" for path in (*LISTS, *ANSWERS)]
    before = [desk.get(path).content for path in paths]
    enrolment = desk.read("/events?type=child.enrolled")["items"][0]["version"]
    desk.appended("approver", fact("fact.voided", version=enrolment))
    desk.appended("recorder", fact("child.enrolled", child="c-0002"))
    desk.read("/payments")
    assert [desk.get(path).content for path in paths] == before


def test_what_is_known_at_a_moment_is_what_its_last_version_knew(desk: Desk) -> None:
    desk.with_terms()
    enrolled = desk.appended("recorder", fact("child.enrolled"))
    moment = enrolled["results"][0]["event"]["recorded_at"]
    desk.appended("recorder", fact("child.enrolled", child="c-0002"))
    then = desk.get(f"/children?known_at={moment}").json()
    assert then["known_at"] == enrolled["version"]
    assert [child["child"] for child in then["items"]] == ["c-0001"]
    earlier = datetime.datetime.fromisoformat(moment) - datetime.timedelta(days=1)
    empty = desk.get("/children", params={"known_at": earlier.isoformat()}).json()
    assert (empty["known_at"], empty["items"]) == (0, [])


@pytest.mark.parametrize("known_at", ["99999", "2199-01-01T00:00:00Z"])
def test_what_the_ledger_will_know_later_is_refused(desk: Desk, known_at: str) -> None:
    answer = desk.get(f"/funders?known_at={known_at}")
    assert (answer.status_code, answer.json()["code"]) == (422, "known_at_beyond_ledger")


def test_a_read_waits_for_a_version_and_then_says_that_it_is_behind(
    dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.http.moment.WAIT_S", 0.1)
    service = Service(dsn, admin_key="an-admin", projecting=False, master=MASTER)
    with service, served(service, projecting=False) as url:
        house = House.__new__(House)
        house.url, house.service = url, service
        house.clients = {"admin": house.client("an-admin")}
        for role in ("finance", "auditor"):
            house.clients[role] = house.client(house.key([role]))
        desk = house.open_ledger()
        desk.appended("finance", fact("contract.signed"))
        behind = desk.get("/contracts?min_version=1")
        assert (behind.status_code, behind.json()["code"]) == (503, "projection_behind")
        assert behind.headers["retry-after"] == "1"
        assert desk.get("/contracts?known_at=1").status_code == 503
        assert desk.get("/contracts").json()["version"] == 0
        Runner(dsn).catch_up(desk.ledger)
        assert desk.get("/contracts?min_version=1").json()["items"][0]["contract"] == "lcf"
        for client in house.clients.values():
            client.close()


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_read_page_by_page_to_its_end(desk: Desk, path: str) -> None:
    desk.with_child()
    desk.appended("recorder", fact("child.enrolled", child="c-0002"))
    whole = desk.read(path)["items"]
    paged: list[object] = []
    following: str | None = f"{desk.path}{path}?limit=1"
    while following:
        page = desk.house.clients["auditor"].get(following)
        assert page.status_code == 200, page.text
        paged += page.json()["items"]
        assert (page.json()["next"] is None) == ("link" not in page.headers)
        following = page.headers["link"].split(">")[0].strip("<") if page.json()["next"] else None
    assert paged == whole
    assert whole


@pytest.mark.parametrize(
    "path, code",
    [
        ("/contracts/x", "unknown_contract"),
        ("/children/x", "unknown_child"),
        ("/funders/x", "unknown_funder"),
        ("/partners/x", "unknown_partner"),
        ("/payments/x", "unknown_payment"),
        ("/payments/P%00", "unknown_payment"),
        ("/children/%F0%9F%92%A9", "unknown_child"),
        ("/children/" + "x" * 65, "unknown_child"),
        ("/events/0", "unknown_event"),
        ("/events/99", "unknown_event"),
        ("/events/9999999999999999999999", "unknown_event"),
        ("/events/-1", "unknown_event"),
        ("/events/x", "unknown_event"),
    ],
)
def test_a_name_in_a_path_that_is_not_there_is_404(desk: Desk, path: str, code: str) -> None:
    answer = desk.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=1001", "limit=x", "after=%00", "after=!!", "as_of=2024-02-30", "as_of=x",
        "as_of=0001-01-01", "as_of=9999-12-31", "known_at=-1", "known_at=yesterday", "known_at=1.5",
        "known_at=2024-13-01T00:00:00Z", "known_at=2024-01-01", "min_version=-1", "min_version=x",
        "surprise=1", "limit=1&limit=2", "contract=a%00b", "contract=", "contract=a%20b",
        "after=WzFd",
    ],
)  # fmt: skip
def test_a_parameter_of_the_wrong_shape_is_refused(desk: Desk, query: str) -> None:
    answer = desk.get(f"/journal?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert answer.json()["errors"][0]["pointer"].startswith("/query/")


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("/children", ["a\0b", "lcf"]), ("/children", ["a", 1]), ("/children", ["a"]),
        ("/contracts", ["\0"]), ("/funders", ["lcf", "\0"]), ("/partners", ["\0", "a"]),
        ("/payments", [2**63]), ("/payments", [-1]), ("/payments", [10**300]),
        ("/payments", [True]), ("/payments", ["1"]), ("/journal", [1, 2**63]),
    ],
)  # fmt: skip
def test_a_cursor_that_no_row_can_have_is_refused(
    desk: Desk, path: str, keys: list[object]
) -> None:
    after = base64.urlsafe_b64encode(json.dumps(keys).encode()).rstrip(b"=").decode()
    answer = desk.get(f"{path}?after={after}")
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")
    assert answer.json()["errors"][0]["pointer"] == "/query/after"


def test_payments_are_filtered(desk: Desk) -> None:
    desk.with_child()
    [payment] = desk.read("/payments")["items"]
    assert payment["state"] == "released"
    assert desk.read(f"/payments/{payment['payment']}")["split"] == payment["split"]
    for query in ("child=c-0001", "trigger=SIGN_UP", "state=released", "funder=lbhf",
                  "from=2022-01-10&to=2022-01-10", "contract=lcf"):  # fmt: skip
        assert desk.read(f"/payments?{query}")["items"] == [payment], query
    for query in ("child=x", "state=reversed", "to=2022-01-09", "from=2022-01-11", "funder=x"):
        assert desk.read(f"/payments?{query}")["items"] == [], query


def test_events_are_filtered(desk: Desk) -> None:
    desk.with_child()
    for query, types in {
        "type=contract.signed": ["contract.signed"],
        "child=c-0001": ["child.enrolled", "payment.released"],
        "partner=drama-club": ["order.placed"],
        "contract=x": [],
    }.items():
        found = desk.read(f"/events?{query}")["items"]
        assert [event["type"] for event in found] == types, query


def test_an_event_is_not_there_before_it_is_known_nor_before_it_is_effective(desk: Desk) -> None:
    desk.with_terms()
    assert desk.get("/events/2?known_at=2").status_code == 200
    assert desk.get("/events/2?known_at=1").status_code == 404
    assert desk.get("/events/2?as_of=2019-09-01").status_code == 200
    assert desk.get("/events/2?as_of=2019-08-31").status_code == 404


def test_a_name_in_several_contracts_needs_the_contract(desk: Desk) -> None:
    desk.with_child()
    desk.appended("finance", fact("contract.signed", contract="second"))
    desk.appended("finance", fact("cohort.opened", contract="second"))
    desk.appended("recorder", fact("child.enrolled", contract="second"))
    version = desk.version()
    answer = desk.get(f"/children/c-0001?min_version={version}")
    assert (answer.status_code, answer.json()["code"]) == (422, "contract_needed")
    assert desk.read("/children/c-0001?contract=second")["contract"] == "second"


def test_the_trial_balance_is_zero(desk: Desk) -> None:
    desk.with_child()
    balance = desk.read("/trial-balance")
    assert balance["total_minor"] == 0
    assert sum(account["balance_minor"] for account in balance["accounts"]) == 0
    assert balance["accounts"]
