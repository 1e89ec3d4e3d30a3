"""A claim's verification sample over HTTP: drawn by finance, judged by a verifier, closed."""

import io
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import httpx
import pytest
from rich.console import Console

from api.cli import tables
from api.cli.receiving import pence
from projections.audit.verify import verify
from projections.runner import Runner
from tests.api.desk import Desk, Json, fact

CHILDREN = ("c-0001", "c-0002", "c-0003", "c-0004", "c-0005")
LINE = 168000
FAILED = {"passed": False, "reason_code": "register_missing"}


def step(desk: Desk, role: str, path: str, /, **body: Any) -> httpx.Response:
    return desk.house.clients[role].post(f"{desk.path}{path}", json={"contract": "lcf", **body})


def done(desk: Desk, role: str, path: str, /, **body: Any) -> list[Json]:
    answer = step(desk, role, path, **body)
    assert answer.status_code == 201, answer.text
    [result] = answer.json()["results"]
    return list(result["decisions"])


@pytest.fixture
def claimed(desk: Desk) -> Desk:
    """A submitted claim of five sign-ups."""
    desk.with_terms()
    desk.appended("recorder", [fact("child.enrolled", child=child) for child in CHILDREN])
    done(desk, "finance", "/claims", claim="q1", upto="2024-12-31")
    done(desk, "finance", "/claims/q1/submit")
    return desk


def drawn(desk: Desk, sample: str = "s1", **terms: Any) -> list[str]:
    asked = {"sample": sample, "size": 2, "seed": "6-2-5-1", "method": "extrapolated", **terms}
    [selected] = done(desk, "finance", "/claims/q1/samples", **asked)
    return list(selected["data"]["payments"])


def judged(desk: Desk, *verdicts: tuple[str, Json], sample: str = "s1") -> None:
    for payment, verdict in verdicts:
        done(desk, "verifier", f"/samples/{sample}/judge", payment=payment, **verdict)


def amounts(decisions: list[Json]) -> Iterator[tuple[str, int]]:
    for decision in decisions:
        about = decision["data"].get("payment") or decision["data"].get("sample")
        yield about, decision["data"]["amount_minor"]


def test_a_reader_of_the_claim_draws_the_sample_again(claimed: Desk) -> None:
    payments = drawn(claimed, size=3)
    sample = claimed.read("/samples/s1?contract=lcf")
    assert (sample["state"], sample["population"], sample["waiting"]) == ("open", 5, 3)
    lines = claimed.read(f"/claims/q1/lines?known_at={sample['version']}")["items"]
    keys = sorted(
        (sha256(f"{sample['seed']}|q1|{line['payment']}".encode()).hexdigest(), line["payment"])
        for line in lines
        if not line["adjustment"] and line["state"] != "rejected"
    )
    assert [payment for _, payment in keys[: sample["size"]]] == payments
    assert [item["payment"] for item in sample["items"]] == payments


def test_the_list_of_samples_is_without_their_items_which_each_has_by_itself(
    claimed: Desk,
) -> None:
    payments = drawn(claimed)
    judged(claimed, (payments[0], FAILED))
    [listed] = claimed.read("/samples")["items"]
    assert "items" not in listed
    sample = claimed.read("/samples/s1")
    assert [item["payment"] for item in sample.pop("items")] == payments
    assert all(sample[name] == listed[name] for name in listed.keys() - {"version"})
    assert (listed["failed"], listed["waiting"]) == (1, 1)


def test_a_sample_goes_from_draw_to_a_deduction_on_the_invoices(claimed: Desk) -> None:
    first, second = drawn(claimed)
    judged(claimed, (first, {"passed": False}), (second, {"passed": True}), (first, FAILED))
    waiting = step(claimed, "approver", "/claims/q1/approve")
    assert (waiting.status_code, waiting.json()["code"]) == (422, "sample_open")
    closed = done(claimed, "finance", "/samples/s1/close")
    assert list(amounts(closed)) == [(first, -LINE), ("s1", -3 * LINE // 2)]
    sample = claimed.read("/samples/s1")
    parts = ("sampled_minor", "failed_minor", "unsampled_minor", "deducted_minor")
    assert [sample[part] for part in parts] == [2 * LINE, LINE, 3 * LINE, 3 * LINE // 2]
    assert (sample["state"], sample["passed"], sample["failed"]) == ("closed", 1, 1)
    assert sample["items"][0]["judged_by"] == "the-verifier"
    assert sample["items"][0]["reason_code"] == "register_missing"
    claim = claimed.read("/claims/q1")
    assert (claim["rejected"], claim["deducted_minor"]) == (1, 3 * LINE // 2)
    assert claim["funded_minor"] == 4 * LINE - 3 * LINE // 2
    states = {line["payment"]: line["state"] for line in claimed.read("/claims/q1/lines")["items"]}
    assert [payment for payment, state in states.items() if state == "rejected"] == [first]
    done(claimed, "approver", "/claims/q1/approve")
    invoices = claimed.read("/invoices?claim=q1")["items"]
    assert sum(invoice["amount_minor"] for invoice in invoices) == claim["funded_minor"]


def test_a_deduction_is_income_that_will_not_come(claimed: Desk) -> None:
    first, second = drawn(claimed)
    judged(claimed, (first, FAILED), (second, {"passed": True}))
    done(claimed, "finance", "/samples/s1/close")
    done(claimed, "approver", "/claims/q1/approve")
    funder = claimed.read("/funders/lbhf")
    assert funder["recognised_minor"] == funder["released_minor"]
    left = funder["recognised_minor"] - funder["deducted_minor"] - funder["invoiced_minor"]
    balance = claimed.read("/trial-balance")
    accounts = {row["account"]: row["balance_minor"] for row in balance["accounts"]}
    assert left == accounts["assets:accrued-income:lbhf"] > 0, "the failed line waits"
    assert accounts["income:outcomes:lcf"] == -(5 * LINE - 3 * LINE // 2)
    assert balance["total_minor"] == 0
    done(claimed, "finance", "/claims", claim="q2", upto="2024-12-31")
    assert claimed.read("/claims/q2")["amount_minor"] == LINE


def test_the_column_of_a_funder_adds_up_with_what_a_sample_deducted(claimed: Desk) -> None:
    first, second = drawn(claimed)
    judged(claimed, (first, FAILED), (second, {"passed": True}))
    done(claimed, "finance", "/samples/s1/close")
    done(claimed, "approver", "/claims/q1/approve")
    answer = claimed.read("/funders/lbhf")
    Console(file=(paper := io.StringIO()), width=100).print(*tables.funder(answer))
    rows = [line.split() for line in paper.getvalue().splitlines()]
    said = {row[0]: pence(row[1]) for row in rows if len(row) == 2 and "." in row[1]}
    assert said["released"] - said["reversed"] == said["recognised"]
    assert said["recognised"] - said["deducted"] - said["unclaimed"] == said["claimed"]
    assert said["invoiced"] - said["credited"] - said["allocated"] == said["outstanding"]
    assert said["received"] - said["allocated"] - said["refunded"] == said["unallocated"]
    assert said["deducted"] == answer["deducted_minor"] > 0
    assert said["unclaimed"] > 0, "the line that failed may be claimed again"
    assert said["claimed"] == said["invoiced"], "what was claimed was approved"


def test_a_withdrawn_claim_gives_its_deduction_back(claimed: Desk) -> None:
    first, second = drawn(claimed)
    judged(claimed, (first, FAILED), (second, {"passed": True}))
    done(claimed, "finance", "/samples/s1/close")
    again = step(claimed, "finance", "/claims/q1/reject", payment=second, reason_code="late")
    assert (again.status_code, again.json()["code"]) == (409, "already_deducted")
    assert claimed.read("/funders/lbhf")["deducted_minor"] > 0
    done(claimed, "finance", "/claims/q1/withdraw", reason_code="disputed")
    funder = claimed.read("/funders/lbhf")
    assert (funder["deducted_minor"], funder["claimed_minor"]) == (0, 0)
    balance = claimed.read("/trial-balance")
    assert {row["account"]: row["balance_minor"] for row in balance["accounts"]}[
        "income:outcomes:lcf"
    ] == -5 * LINE
    Runner(claimed.house.service.dsn).rebuild(claimed.ledger)
    assert claimed.read("/funders/lbhf") == funder
    assert verify(claimed.house.service.dsn, claimed.ledger).findings == []


def test_a_sample_of_a_withdrawn_claim_says_so(claimed: Desk) -> None:
    drawn(claimed)
    done(claimed, "finance", "/claims/q1/withdraw", reason_code="disputed")
    assert claimed.read("/samples?claim=q1")["items"][0]["state"] == "withdrawn"
    assert claimed.read("/samples?claim=q9")["items"] == []


def test_a_sample_needs_lines_a_name_all_verdicts_and_another_person(claimed: Desk) -> None:
    first, _ = drawn(claimed)
    twice = {"sample": "s2", "size": 1, "seed": "1", "method": "exact"}
    again = step(claimed, "finance", "/claims/q1/samples", **twice)
    assert (again.status_code, again.json()["code"]) == (422, "sample_open")
    early = step(claimed, "finance", "/samples/s1/close")
    assert (early.status_code, early.json()["code"]) == (422, "sample_incomplete")
    other = step(claimed, "verifier", "/samples/s1/judge", payment="P1", passed=True)
    assert (other.status_code, other.json()["code"]) == (422, "unknown_item")
    unknown = step(claimed, "finance", "/samples/s9/close")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_sample")
    gone = claimed.get("/samples/s9")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_sample")
    nobody = step(claimed, "finance", "/claims/q9/samples", **twice)
    assert (nobody.status_code, nobody.json()["code"]) == (404, "unknown_claim")
    odd = step(claimed, "finance", "/claims/q1/samples", **{**twice, "size": 0})
    assert (odd.status_code, odd.json()["code"]) == (422, "shape_invalid")
    wrong = step(claimed, "finance", "/samples/s1/judge", payment=first, passed=True)
    assert (wrong.status_code, wrong.json()["code"]) == (403, "role_missing")


def test_a_closed_sample_is_over_and_an_empty_claim_has_nothing_to_draw(claimed: Desk) -> None:
    lines = drawn(claimed, size=9, method="exact")
    judged(claimed, *((payment, FAILED) for payment in lines))
    done(claimed, "finance", "/samples/s1/close")
    late = step(claimed, "verifier", "/samples/s1/judge", payment=lines[0], passed=True)
    assert (late.status_code, late.json()["code"]) == (422, "sample_not_open")
    terms = {"sample": "s2", "size": 1, "seed": "1", "method": "exact"}
    none = step(claimed, "finance", "/claims/q1/samples", **terms)
    assert (none.status_code, none.json()["code"]) == (422, "nothing_to_sample")


def test_one_key_with_both_roles_cannot_judge_what_it_drew(claimed: Desk) -> None:
    with claimed.house.client(claimed.house.key(["finance", "verifier"])) as both:
        terms = {"sample": "s1", "size": 1, "seed": "1", "method": "exact", "contract": "lcf"}
        answer = both.post(f"{claimed.path}/claims/q1/samples", json=terms)
        [payment] = answer.json()["results"][0]["decisions"][0]["data"]["payments"]
        verdict = {"contract": "lcf", "payment": payment, "passed": True}
        judging = both.post(f"{claimed.path}/samples/s1/judge", json=verdict)
        assert (judging.status_code, judging.json()["code"]) == (422, "preparer_cannot_judge")


def test_an_old_answer_about_a_sample_does_not_change(claimed: Desk) -> None:
    first, second = drawn(claimed)
    judged(claimed, (first, FAILED), (second, {"passed": True}))
    known = claimed.version()
    before = claimed.read(f"/samples/s1?known_at={known}")
    judged(claimed, (first, {"passed": True}))
    done(claimed, "finance", "/samples/s1/close")
    assert claimed.get(f"/samples/s1?known_at={known}").json() == before
    assert claimed.read("/samples/s1")["failed"] == 0
