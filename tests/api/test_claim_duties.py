"""Who had a part in a claim, a sample or a write-off has no second one: by every path."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx
import pytest

from tests.api.desk import Desk, Json, fact
from tests.api.ways import EVENTS, Path

ALL_ROLES: Final = ("finance", "verifier", "approver")
CLAIM: Final = {"claim": "q1"}
DRAWN: Final = {"sample": "s1", "size": 1, "seed": "6-2-5-1", "method": "exact"}
REASON: Final = "register_missing"
Step = Callable[[httpx.Client, Desk], None]


def done(client: httpx.Client, desk: Desk, path: str, /, **body: Any) -> None:
    answer = client.post(f"{desk.path}{path}", json={"contract": "lcf", **body})
    assert answer.status_code == 201, answer.text


def line(desk: Desk) -> Json:
    first = desk.read("/claims/q1/lines")["items"][0]
    return {"payment": first["payment"], "reason_code": REASON}


def drafts(client: httpx.Client, desk: Desk) -> None:
    done(client, desk, "/claims", claim="q1", upto="2024-12-31")


def submits(client: httpx.Client, desk: Desk) -> None:
    done(client, desk, "/claims/q1/submit")


def queries(client: httpx.Client, desk: Desk) -> None:
    done(client, desk, "/claims/q1/query", **line(desk))


def clears(client: httpx.Client, desk: Desk) -> None:
    done(client, desk, "/claims/q1/clear", **line(desk))


def rejects(client: httpx.Client, desk: Desk) -> None:
    done(client, desk, "/claims/q1/reject", **line(desk))


def draws(client: httpx.Client, desk: Desk) -> None:
    done(client, desk, "/claims/q1/samples", **DRAWN)


def judges(client: httpx.Client, desk: Desk) -> None:
    [item] = desk.read("/samples/s1?contract=lcf")["items"]
    done(client, desk, "/samples/s1/judge", payment=item["payment"], passed=True)


def closes(client: httpx.Client, desk: Desk) -> None:
    done(client, desk, "/samples/s1/close")


STEPS: Final[dict[Step, str]] = {
    drafts: "finance",
    submits: "finance",
    queries: "finance",
    clears: "finance",
    draws: "finance",
    judges: "verifier",
    closes: "finance",
    rejects: "finance",
}
"""The life of a claim of two lines, and whose role each step is."""


def by_its_door(client: httpx.Client, path: str, sent: Json) -> Json:
    door = f"{path}/claims/{sent['data']['claim']}/approve"
    return dict(client.post(door, json={"contract": sent["data"]["contract"]}).json())


@pytest.fixture
def told(desk: Desk) -> Desk:
    desk.with_child()
    desk.appended("recorder", fact("child.enrolled", child="c-0002"))
    return desk


@pytest.fixture
def both(told: Desk) -> Iterator[httpx.Client]:
    """One person who has every role."""
    with told.house.client(told.house.key(ALL_ROLES)) as client:
        yield client


def lived(told: Desk, *, until: Step | None = None, by: dict[Step, httpx.Client]) -> None:
    """Take a claim through its life, each step by the one who has its role or by another."""
    for step, role in STEPS.items():
        if step is until:
            return
        step(by.get(step, told.house.clients[role]), told)


def today(desk: Desk) -> str:
    """The day of the draft, which a door dated itself."""
    [draft] = desk.read("/events?type=claim.drafted")["items"]
    return str(draft["effective_on"])


@pytest.mark.parametrize("step", [step for step in STEPS if step not in {queries, judges}])
def test_whoever_took_one_step_of_a_claim_does_not_approve_it_by_any_path(
    told: Desk, both: httpx.Client, step: Step
) -> None:
    lived(told, by={step: both})
    approval = fact("claim.approved", **CLAIM, on=today(told))
    before = told.version()
    for way in (*EVENTS, by_its_door):
        assert way(both, told.path, approval)["code"] == "preparer_cannot_approve", way
    assert told.version() == before
    done(told.house.clients["approver"], told, "/claims/q1/approve")


@pytest.mark.parametrize("step", [queries, judges])
def test_whoever_asks_about_a_line_or_judges_an_item_may_approve_the_claim(
    told: Desk, both: httpx.Client, step: Step
) -> None:
    lived(told, by={step: both})
    done(both, told, "/claims/q1/approve")
    assert told.read("/claims/q1")["state"] == "approved"


def test_a_claim_drafted_submitted_and_approved_in_one_batch_of_one_key_is_refused_whole(
    told: Desk, both: httpx.Client
) -> None:
    life = [fact(f"claim.{step}", **CLAIM) for step in ("drafted", "submitted", "approved")]
    answer = both.post(f"{told.path}/events", json={"events": life})
    assert answer.json()["code"] == "preparer_cannot_approve"
    assert told.read("/claims")["items"] == []


@pytest.mark.parametrize("step", [drafts, submits, draws])
def test_whoever_prepared_a_claim_or_drew_its_sample_judges_no_item_of_it_by_any_path(
    told: Desk, both: httpx.Client, step: Step
) -> None:
    lived(told, until=judges, by={step: both})
    [item] = told.read("/samples/s1?contract=lcf")["items"]
    terms = {"sample": "s1", "payment": item["payment"], "passed": True, "reason_code": None}
    verdict = fact("sample.judged", on=today(told), **terms)
    before = told.version()

    def by_the_door(client: httpx.Client, path: str, sent: Json) -> Json:
        return dict(client.post(f"{path}/samples/s1/judge", json=without(sent, "sample")).json())

    for way in (*EVENTS, by_the_door):
        assert way(both, told.path, verdict)["code"] == "preparer_cannot_judge", way
    assert told.version() == before


def without(sent: Json, name: str) -> Json:
    return {key: value for key, value in sent["data"].items() if key != name}


@pytest.mark.parametrize("way", EVENTS)
def test_whoever_asked_for_a_write_off_does_not_approve_it_by_any_path(
    told: Desk, both: httpx.Client, way: Path
) -> None:
    lived(told, by={})
    done(told.house.clients["approver"], told, "/claims/q1/approve")
    invoice = told.read("/invoices?funder=lbhf")["items"][0]["invoice"]
    day = today(told)
    asked = fact("write_off.requested", invoice=invoice, amount_minor=1, on=day)
    assert both.post(f"{told.path}/events", json=asked).status_code == 201
    before = told.version()
    approval = fact("write_off.approved", on=day)
    assert way(both, told.path, approval)["code"] == "preparer_cannot_approve"
    assert told.version() == before
    told.appended("approver", approval)


@pytest.mark.parametrize(
    ("role", "door"),
    [
        *(
            ("approver", door)
            for door in ("", "/q1/submit", "/q1/query", "/q1/clear", "/q1/reject")
        ),
        *(("approver", door) for door in ("/q1/withdraw", "/q1/samples")),
        *((role, "/q1/approve") for role in ("finance", "verifier", "recorder", "auditor")),
    ],
)
def test_no_door_of_claims_opens_for_another_role(desk: Desk, role: str, door: str) -> None:
    answer = desk.house.clients[role].post(f"{desk.path}/claims{door}", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
