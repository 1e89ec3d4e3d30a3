"""Erasing a child over HTTP: two administrators, and then nobody reads its scores any more."""

from collections.abc import Iterator

import httpx
import pytest

from tests.api.desk import Desk, House, Json, fact
from tests.house.tree import provoked_codes

CHILD = "c-0001"
OUR_CODES = {
    "already_erased",
    "already_requested",
    "child_erased",
    "child_needed",
    "nothing_to_decline",
    "request_differs",
    "unknown_erasure",
}


@pytest.fixture(scope="module")
def second(house: House) -> Iterator[httpx.Client]:
    with house.client(house.key(["admin"])) as client:
        yield client


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A child with scores, corrections and a withdrawal."""
    desk.with_child()
    score = fact("measurement.recorded", on="2023-07-18", point="end_point", value=2)
    desk.appended("recorder", [fact("measurement.recorded"), score])
    desk.appended("recorder", [fact("measurement.corrected"), fact("evidence.attached")])
    desk.appended("verifier", fact("verification.recorded", on="2023-09-10", trigger=None,
        area="sdq-peer"))  # fmt: skip
    desk.appended("recorder", fact("child.withdrawn", on="2023-10-01", reason="disengaged"))
    return desk


def ask(desk: Desk, client: httpx.Client, /, child: str = CHILD, **body: str) -> httpx.Response:
    url = f"{desk.path}/children/{child}/erasure"
    return client.post(url, json={"basis": "consent_withdrawn", **body})


def erase(desk: Desk, second: httpx.Client) -> Json:
    first = ask(desk, desk.house.clients["admin"])
    assert (first.status_code, first.json()["state"]) == (202, "requested"), first.text
    answer = ask(desk, second)
    assert (answer.status_code, answer.json()["state"]) == (201, "erased"), answer.text
    return dict(answer.json())


def test_scores_are_answered_as_they_were_sent_and_stored_sealed(told: Desk) -> None:
    events = told.read("/events?type=measurement.recorded")["items"]
    assert [event["data"]["value"] for event in events] == [6, 2]
    version = events[0]["version"]
    assert told.get(f"/events/{version}").json()["data"]["value"] == 6
    stored = told.get(f"/events/{version}/stored").json()
    assert set(stored["data"]["value"]) == {"sealed"}
    assert stored["schema"] == 2
    assert len(told.get(f"/events/{version + 1}/stored").json()["data"]["value"]["sealed"]) == len(
        stored["data"]["value"]["sealed"]
    ), "the length of a seal tells nothing of the score"


def test_after_an_erasure_every_sealed_value_reads_as_erased(
    told: Desk, second: httpx.Client
) -> None:
    erase(told, second)
    events = {e["type"]: e["data"] for e in told.read(f"/events?child={CHILD}")["items"]}
    assert events["measurement.recorded"]["value"] == "erased"
    assert events["measurement.corrected"]["value"] == "erased"
    assert events["measurement.corrected"]["reason"] == "erased"
    assert events["evidence.attached"]["label"] == "erased"
    assert events["child.withdrawn"]["reason"] == "erased"
    page = told.read(f"/children/{CHILD}")
    [area] = page["areas"]
    assert page["erased"] is True
    assert (area["baseline"], area["end_point"]) == ("erased", "erased")
    assert (area["at_risk"], area["achieved"]) == (None, None)


def test_money_and_proofs_are_what_they_were(told: Desk, second: httpx.Client) -> None:
    paths = ("/trial-balance", "/payments", "/summary?by=year", "/funders", "/journal")
    before = {path: told.read(path) for path in paths}
    known = told.version()
    sealed = [told.get(f"/events/{v}/stored").content for v in range(1, known + 1)]
    erase(told, second)
    for path, answer in before.items():
        joiner = "&" if "?" in path else "?"
        again = told.read(f"{path}{joiner}known_at={known}")
        assert {**again, "known_at": None} == answer
    assert [told.get(f"/events/{v}/stored").content for v in range(1, known + 1)] == sealed


def test_outcomes_leave_an_erased_child_out_and_say_so(told: Desk, second: httpx.Client) -> None:
    before = told.read("/outcomes?contract=lcf")
    assert before["children"]["measured"] == 1
    assert before["children"]["erased"] == 0
    erase(told, second)
    after = told.read("/outcomes?contract=lcf")
    assert after["children"]["measured"] == 0
    assert after["children"]["erased"] == 1


def test_an_erased_child_takes_no_new_fact(told: Desk, second: httpx.Client) -> None:
    erase(told, second)
    answer = told.append("recorder", fact("interaction.recorded", on="2023-01-01"))
    assert (answer.status_code, answer.json()["code"]) == (422, "child_erased")
    again = ask(told, second)
    assert (again.status_code, again.json()["code"]) == (409, "already_erased")


def test_the_same_fact_sent_again_after_an_erasure_is_replayed_without_its_value(
    desk: Desk, second: httpx.Client
) -> None:
    desk.with_child()
    score = fact("measurement.recorded", fact_id="score-1")
    desk.appended("recorder", score, headers={"Idempotency-Key": "k-1"})
    other = fact("measurement.recorded", fact_id="score-1", value=7)
    answer = desk.append("recorder", other)
    assert (answer.status_code, answer.json()["code"]) == (409, "event_id_reused")
    answer = desk.append("recorder", other, headers={"Idempotency-Key": "k-1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    erase(desk, second)
    for headers in ({}, {"Idempotency-Key": "k-1"}):
        again = desk.appended("recorder", score, headers=headers)
        [result] = again["results"]
        assert result["event"]["data"]["value"] == "erased"


def test_two_administrators_are_needed_and_they_must_agree(
    told: Desk, second: httpx.Client
) -> None:
    admin = told.house.clients["admin"]
    unasked = told.get(f"/children/{CHILD}/erasure")
    assert (unasked.status_code, unasked.json()["code"]) == (404, "unknown_erasure")
    assert ask(told, admin).status_code == 202
    alone = ask(told, admin)
    assert (alone.status_code, alone.json()["code"]) == (409, "already_requested")
    other = ask(told, second, basis="objection")
    assert (other.status_code, other.json()["code"]) == (422, "request_differs")
    waiting = told.read("/erasures?state=requested")["items"]
    assert [row["child"] for row in waiting] == [CHILD]
    assert told.read(f"/children/{CHILD}")["erased"] is False


def test_a_declined_request_erases_nobody(told: Desk, second: httpx.Client) -> None:
    url = f"{told.path}/children/{CHILD}/erasure/decline"
    empty = second.post(url, json={"reason_code": "legal_hold"})
    assert (empty.status_code, empty.json()["code"]) == (422, "nothing_to_decline")
    assert ask(told, second).status_code == 202
    assert second.post(url, json={"reason_code": "legal_hold"}).json()["state"] == "declined"
    assert told.read(f"/children/{CHILD}/erasure")["state"] == "declined"
    assert ask(told, told.house.clients["admin"]).json()["state"] == "requested"


def test_an_erasure_asked_for_again_under_its_key_gives_the_first_answer(
    told: Desk, second: httpx.Client
) -> None:
    erase_path = f"{told.path}/children/{CHILD}/erasure"
    body = {"basis": "objection"}
    told.house.clients["admin"].post(erase_path, json=body)
    first = second.post(erase_path, json=body, headers={"Idempotency-Key": "gone"})
    again = second.post(erase_path, json=body, headers={"Idempotency-Key": "gone"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json() == first.json()


def test_an_unknown_child_is_not_erased(desk: Desk) -> None:
    desk.with_terms()
    answer = ask(desk, desk.house.clients["admin"], "c-9999")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_child")


def test_a_label_without_its_child_is_refused(told: Desk) -> None:
    answer = told.append("recorder", fact("evidence.attached", child=None))
    assert (answer.status_code, answer.json()["code"]) == (422, "child_needed")


def test_every_code_of_erasure_is_provoked_here() -> None:
    assert provoked_codes("tests/api/test_erasures.py") >= OUR_CODES
