"""Who drafted cannot approve, and who set bank details cannot confirm them: by every path."""

from typing import Final

import httpx
import pytest

from tests.api.desk import Desk, Json, fact
from tests.api.settling import ACCOUNT, bank, delivered
from tests.api.ways import EVENTS, Path

BOTH: Final = ("finance", "approver")


def by_its_door(client: httpx.Client, path: str, sent: Json) -> Json:
    door = f"{path}/settlements/{sent['data']['settlement']}/approve"
    return dict(client.post(door, json={"contract": sent["data"]["contract"]}).json())


@pytest.fixture
def told(desk: Desk) -> Desk:
    desk.with_child()
    desk.appended("recorder", delivered(1, 2))
    return desk


@pytest.mark.parametrize("way", [*EVENTS, by_its_door])
def test_one_key_with_both_roles_approves_no_settlement_that_it_drafted(
    told: Desk, way: Path
) -> None:
    bank(told)
    with told.house.client(told.house.key(BOTH)) as both:
        drafted = {"contract": "lcf", "settlement": "s1", "upto": "2022-03-31"}
        assert both.post(f"{told.path}/settlements", json=drafted).status_code == 201
        before = told.version()
        refused = way(both, told.path, fact("settlement.approved", settlement="s1", on=today(told)))
    assert refused["code"] == "preparer_cannot_approve"
    assert told.version() == before


@pytest.mark.parametrize("way", EVENTS)
def test_one_key_with_both_roles_confirms_no_bank_details_that_it_set(
    told: Desk, way: Path
) -> None:
    with told.house.client(told.house.key(BOTH)) as both:
        about = {"partner": "drama-club", "fingerprint": ACCOUNT}
        given = both.post(f"{told.path}/events", json=fact("partner.bank_set", **about))
        assert given.status_code == 201
        before = told.version()
        refused = way(both, told.path, fact("partner.bank_confirmed", **about))
    assert refused["code"] == "setter_cannot_confirm"
    assert told.version() == before


def test_a_draft_and_its_approval_in_one_batch_of_one_key_are_refused_together(
    told: Desk,
) -> None:
    bank(told)
    with told.house.client(told.house.key(BOTH)) as both:
        facts = [fact("settlement.drafted"), fact("settlement.approved")]
        answer = both.post(f"{told.path}/events", json={"events": facts})
    assert answer.json()["code"] == "preparer_cannot_approve"
    assert told.read("/settlements")["items"] == []


@pytest.mark.parametrize(
    "role, door", [("approver", ""), ("finance", "/s1/approve"), ("approver", "/s1/pay")]
)
def test_no_door_of_settlements_opens_for_the_other_role(told: Desk, role: str, door: str) -> None:
    answer = told.house.clients[role].post(f"{told.path}/settlements{door}", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")


def today(desk: Desk) -> str:
    """The day of the draft, which a door dated itself."""
    [draft] = desk.read("/events?type=settlement.drafted")["items"]
    return str(draft["effective_on"])
