"""Adopting a version of the rules over HTTP: who may, what it would move, what it moved."""

import pytest

from ledger.rule_versions import FIRST, LATEST
from tests.api.desk import Desk, fact

DISTANCE = {
    "trigger": "HALF_WAY",
    "kind": "distance_travelled",
    "percent": 50,
    "price_minor": 120000,
}
PEERS = {
    "area": "sdq_peer",
    "domain": "relationships",
    "at_risk": {"at_least": 3},
    "achieved": {"at_most": 2},
}
MATHS = {
    "area": "maths",
    "domain": "school",
    "at_risk": {"below": 90},
    "achieved": {"at_least": 100},
}
BEFORE_SIGN_UP = "2021-08-20"


@pytest.fixture
def paid(desk: Desk) -> Desk:
    """A child paid for a distance, one end point of which is from before its sign-up."""
    desk.with_child()
    card = fact("rate_card.issued", card="distance", triggers=[DISTANCE], areas=[PEERS, MATHS])
    shares = [{"funder": "philanthropy", "parts": 1}]
    only = fact("shares.set", where={"trigger": "HALF_WAY"}, shares=shares)
    desk.appended("finance", [{**card, "effective_on": "2022-07-01"}, only])
    scores = [
        ("sdq_peer", "baseline", 4, BEFORE_SIGN_UP),
        ("sdq_peer", "end_point", 2, BEFORE_SIGN_UP),
        ("maths", "baseline", 80, "2021-10-01"),
        ("maths", "end_point", 90, "2022-07-18"),
    ]
    for area, point, value, day in scores:
        score = fact("measurement.recorded", on=day, area=area, point=point, value=value)
        desk.appended("recorder", {**score, "received_on": "2022-09-01"})
    seen = fact("verification.recorded", on="2022-09-10", trigger="HALF_WAY", area=None)
    [released] = desk.appended("verifier", seen)["results"][0]["decisions"]
    assert (released["type"], released["data"]["rule_version"]) == ("payment.released", 1)
    return desk


def test_an_adoption_is_tried_first_and_then_moves_what_it_said(paid: Desk) -> None:
    adoption = fact("rules.adopted", on="2022-10-01")
    before = paid.version()
    tried = paid.append("approver", adoption, query="?dry_run=true").json()["results"][0]
    assert paid.version() == before
    [reversed_] = tried["decisions"]
    assert (reversed_["type"], reversed_["data"]["amount_minor"]) == ("payment.reversed", -120000)
    assert reversed_["data"]["rule_version"] == 2
    done = paid.appended("approver", adoption)["results"][0]
    assert [one["data"] for one in done["decisions"]] == [reversed_["data"]]
    assert done["event"]["version"] in done["decisions"][0]["causes"]


def test_why_a_payment_was_paid_is_told_by_the_rules_it_was_paid_under(paid: Desk) -> None:
    [row] = paid.read("/payments?trigger=HALF_WAY")["items"]
    before = paid.version()
    path = f"/payments/{row['payment']}/why?recompute=true"
    paid.appended("approver", fact("rules.adopted", on="2022-10-01"))
    assert paid.read(f"{path}&known_at={before}")["recompute"]["agrees"] is True
    again = paid.read(path)
    assert (again["payment"]["state"], again["recompute"]["agrees"]) == ("reversed", True)


def test_a_ledger_begins_under_the_first_version_and_says_what_there_is(desk: Desk) -> None:
    told = desk.read("/rules")
    assert told["in_force"] == FIRST.version
    assert [row["rules"] for row in told["versions"]] == [FIRST.version, LATEST.version]
    assert {row["adopted_version"] for row in told["versions"]} == {None}
    assert told["versions"][-1]["says"] == LATEST.says


def test_an_approver_adopts_and_nobody_else(desk: Desk) -> None:
    for role in ("recorder", "verifier", "finance", "auditor"):
        refused = desk.append(role, fact("rules.adopted"))
        assert (refused.status_code, refused.json()["code"]) == (403, "role_missing"), role
    before = desk.version()
    version = desk.appended("approver", fact("rules.adopted"))["version"]
    told = desk.read("/rules")
    assert told["in_force"] == 2
    assert told["versions"][1] == {
        "rules": 2,
        "says": LATEST.says,
        "adopted_version": version,
        "adopted_on": "2021-09-20",
        "adopted_by": "the-approver",
    }
    assert desk.get(f"/rules?known_at={before}").json()["in_force"] == 1


def test_rules_that_are_unknown_or_not_later_are_refused(desk: Desk) -> None:
    unknown = desk.append("approver", fact("rules.adopted", rules=LATEST.version + 1))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_rules")
    again = desk.append("approver", fact("rules.adopted", rules=FIRST.version))
    assert (again.status_code, again.json()["code"]) == (422, "rules_not_later")
    assert desk.version() == 0
