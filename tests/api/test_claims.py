"""From released payments to paid invoices over HTTP, as finance and an approver do it."""

from typing import Any

import httpx
import pytest

from tests.api.desk import Desk, Json, fact

CHILD_PENCE = {"philanthropy": 73903, "dcms-lcf": 43932, "lbhf": 31551, "schools": 18614}


@pytest.fixture
def told(desk: Desk) -> Desk:
    return desk.with_child()


def step(desk: Desk, role: str, path: str, /, **body: Any) -> httpx.Response:
    return desk.house.clients[role].post(f"{desk.path}{path}", json={"contract": "lcf", **body})


def done(desk: Desk, role: str, path: str, /, **body: Any) -> Json:
    answer = step(desk, role, path, **body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def claimed(desk: Desk, name: str = "q1", upto: str = "2024-12-31") -> dict[str, str]:
    """Take a claim to its invoices, before the money of the examples comes; names by funder."""
    done(desk, "finance", "/claims", claim=name, upto=upto, effective_on="2022-10-03")
    done(desk, "finance", f"/claims/{name}/submit", effective_on="2022-10-05")
    approved = done(desk, "approver", f"/claims/{name}/approve", effective_on="2022-10-17")
    [result] = approved["results"]
    return {d["data"]["funder"]: d["data"].get("invoice", "") for d in result["decisions"]}


def test_a_claim_goes_from_draft_to_invoices(told: Desk) -> None:
    drafted = done(told, "finance", "/claims", claim="q1", upto="2024-12-31")
    [result] = drafted["results"]
    assert result["decisions"][0]["data"]["amount_minor"] == 168000
    claim = told.read("/claims/q1")
    assert (claim["state"], claim["lines"], claim["adjustments"]) == ("drafted", 1, 0)
    done(told, "finance", "/claims/q1/submit")
    assert told.read("/funders/lbhf")["claimed_minor"] == sum(
        share["amount_minor"] for share in claim["funders"] if share["funder"] == "lbhf"
    )
    done(told, "approver", "/claims/q1/approve")
    claim = told.read("/claims/q1")
    assert (claim["state"], claim["approved_by"]) == ("approved", "the-approver")
    assert claim["prepared_by"] == ["the-finance"]
    invoices = told.read("/invoices?claim=q1")["items"]
    assert sum(invoice["amount_minor"] for invoice in invoices) == claim["funded_minor"]
    assert {invoice["state"] for invoice in invoices} == {"open"}
    assert told.read("/trial-balance")["total_minor"] == 0


def test_the_lines_of_a_claim_say_where_they_stand(told: Desk) -> None:
    done(told, "finance", "/claims", claim="q1", upto="2024-12-31")
    done(told, "finance", "/claims/q1/submit")
    [line] = told.read("/claims/q1/lines")["items"]
    assert (line["child"], line["trigger"], line["state"]) == ("c-0001", "SIGN_UP", "claimed")
    asked = {"payment": line["payment"], "reason_code": "register_missing"}
    done(told, "finance", "/claims/q1/query", **asked)
    waiting = step(told, "approver", "/claims/q1/approve")
    assert (waiting.status_code, waiting.json()["code"]) == (422, "lines_queried")
    assert told.read("/claims/q1")["queried"] == 1
    done(told, "finance", "/claims/q1/clear", **asked)
    done(told, "finance", "/claims/q1/reject", **asked)
    again = step(told, "finance", "/claims/q1/reject", **asked)
    assert (again.status_code, again.json()["code"]) == (422, "unknown_line")
    [line] = told.read("/claims/q1/lines")["items"]
    claim = told.read("/claims/q1")
    assert (line["state"], claim["rejected"], claim["amount_minor"]) == ("rejected", 1, 0)
    assert told.read("/funders/lbhf")["claimed_minor"] == 0


def test_a_withdrawn_claim_claims_nothing_and_its_lines_come_again(told: Desk) -> None:
    done(told, "finance", "/claims", claim="q1", upto="2024-12-31")
    done(told, "finance", "/claims/q1/submit")
    done(told, "finance", "/claims/q1/withdraw", reason_code="wrong_cut_off")
    assert told.read("/funders/lbhf")["claimed_minor"] == 0
    assert told.read("/claims?state=withdrawn")["items"][0]["claim"] == "q1"
    late = step(told, "finance", "/claims/q1/withdraw", reason_code="twice")
    assert (late.status_code, late.json()["code"]) == (422, "claim_not_open")
    done(told, "finance", "/claims", claim="q2", upto="2024-12-31")
    assert told.read("/claims/q2")["lines"] == 1


def test_what_changes_after_a_claim_is_an_adjustment_and_a_credit_note(told: Desk) -> None:
    claimed(told)
    enrolled = told.read("/events?type=child.enrolled")["items"][0]["version"]
    told.appended("approver", fact("fact.voided", version=enrolled))
    claimed(told, "q2")
    [line] = told.read("/claims/q2/lines")["items"]
    assert (line["adjustment"], line["amount_minor"]) == (True, -168000)
    assert sum(share["amount_minor"] + share["unfunded_minor"] for share in line["split"]) < 0
    notes = told.read("/credit-notes")["items"]
    assert {note["amount_minor"] for note in notes} == {
        invoice["amount_minor"] for invoice in told.read("/invoices")["items"]
    }
    funder = told.read("/funders/lbhf")
    assert funder["invoiced_minor"] == funder["credited_minor"] > 0
    assert funder["outstanding_minor"] == 0
    invoice = told.read("/invoices?funder=lbhf")["items"][0]
    note = next(note for note in notes if note["funder"] == "lbhf")
    applied = {"credit_note": note["credit_note"], "invoice": invoice["invoice"]}
    too_much = fact("credit.applied", **applied, amount_minor=note["amount_minor"] + 1)
    answer = told.append("finance", too_much)
    assert (answer.status_code, answer.json()["code"]) == (422, "exceeds_credit")
    told.appended("finance", fact("credit.applied", **applied, amount_minor=note["amount_minor"]))
    assert told.read(f"/invoices/{invoice['invoice']}")["state"] == "settled"
    unknown = fact("credit.applied", **{**applied, "credit_note": "N1"})
    answer = told.append("finance", unknown)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_credit")


def test_a_receipt_pays_invoices_and_what_is_left_is_the_funders(told: Desk) -> None:
    invoice = claimed(told)["lbhf"]
    owed = told.read(f"/invoices/{invoice}")["amount_minor"]
    told.appended("finance", fact("receipt.recorded", receipt="r-1", amount_minor=owed + 500))
    paid = fact("receipt.allocated", receipt="r-1", invoice=invoice)
    over = told.append("finance", {**paid, "data": {**paid["data"], "amount_minor": owed + 501}})
    assert (over.status_code, over.json()["code"]) == (422, "exceeds_receipt")
    told.appended("finance", {**paid, "data": {**paid["data"], "amount_minor": owed}})
    funder = told.read("/funders/lbhf")
    assert (funder["outstanding_minor"], funder["unallocated_minor"]) == (0, 500)
    assert funder["received_minor"] == (
        funder["allocated_minor"] + funder["unallocated_minor"] + funder["refunded_minor"]
    )
    [receipt] = told.read("/receipts?state=open")["items"]
    assert (receipt["open_minor"], receipt["allocations"][0]["invoice"]) == (500, invoice)
    assert told.read(f"/invoices/{invoice}")["state"] == "settled"


def test_a_write_off_needs_another_person(told: Desk) -> None:
    invoice = claimed(told)["lbhf"]
    told.appended("finance", fact("write_off.requested", invoice=invoice, amount_minor=51))
    told.appended("approver", fact("write_off.approved"))
    again = told.append("approver", fact("write_off.approved"))
    assert (again.status_code, again.json()["code"]) == (409, "already_approved")
    unknown = told.append("approver", fact("write_off.approved", write_off="w-9"))
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_write_off")
    shown = told.read(f"/invoices/{invoice}")
    assert shown["written_off_minor"] == 51
    funder = told.read("/funders/lbhf")
    assert funder["outstanding_minor"] == shown["open_minor"]
    assert told.read("/trial-balance")["total_minor"] == 0


def test_nothing_pays_an_invoice_before_it_was_issued(told: Desk) -> None:
    invoice = claimed(told)["lbhf"]
    told.appended("finance", fact("receipt.recorded", receipt="r-1"))
    paid = fact("receipt.allocated", receipt="r-1", invoice=invoice, amount_minor=1)
    early = told.append("finance", {**paid, "effective_on": "2022-10-16"})
    assert (early.status_code, early.json()["code"]) == (422, "out_of_order")
    assert early.json()["errors"][0]["pointer"] == "/effective_on"
    assert told.append("finance", paid).status_code == 201


def test_one_key_with_both_roles_cannot_approve_what_it_prepared(told: Desk) -> None:
    with told.house.client(told.house.key(["finance", "approver"])) as both:
        body = {"contract": "lcf", "claim": "q1", "upto": "2024-12-31"}
        assert both.post(f"{told.path}/claims", json=body).status_code == 201
        submitted = both.post(f"{told.path}/claims/q1/submit", json={"contract": "lcf"})
        assert submitted.status_code == 201
        approved = both.post(f"{told.path}/claims/q1/approve", json={"contract": "lcf"})
        assert (approved.status_code, approved.json()["code"]) == (422, "preparer_cannot_approve")


def test_a_claim_needs_something_to_claim_a_version_that_is_there_and_a_name(told: Desk) -> None:
    none = step(told, "finance", "/claims", claim="q1", upto="2000-01-01")
    assert (none.status_code, none.json()["code"]) == (422, "nothing_to_claim")
    ahead = step(told, "finance", "/claims", claim="q1", upto="2024-12-31", known_at=10**6)
    assert (ahead.status_code, ahead.json()["code"]) == (422, "version_ahead")
    unknown = step(told, "finance", "/claims/q9/submit")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_claim")
    gone = told.get("/claims/q9")
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_claim")
    odd = step(told, "finance", "/claims", claim="q1", upto="0001-01-01")
    assert (odd.status_code, odd.json()["code"]) == (422, "shape_invalid")


def test_a_step_sent_twice_under_one_key_is_one_step(told: Desk) -> None:
    done(told, "finance", "/claims", claim="q1", upto="2024-12-31")
    url, body = f"{told.path}/claims/q1/submit", {"contract": "lcf"}
    client, headers = told.house.clients["finance"], {"Idempotency-Key": "submit-q1"}
    first = client.post(url, json=body, headers=headers)
    again = client.post(url, json=body, headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_old_answer_about_a_claim_does_not_change(told: Desk) -> None:
    done(told, "finance", "/claims", claim="q1", upto="2024-12-31")
    known = told.version()
    before = told.read(f"/claims/q1?known_at={known}")
    done(told, "finance", "/claims/q1/submit")
    done(told, "approver", "/claims/q1/approve")
    assert told.get(f"/claims/q1?known_at={known}").json() == before


def test_credit_is_refunded_on_a_day_on_which_it_is_there(told: Desk) -> None:
    told.appended("finance", fact("receipt.recorded", on="2022-04-20", amount_minor=500))
    refund = fact("refund.paid", on="2022-04-19", amount_minor=500)
    early = told.append("finance", refund)
    assert (early.status_code, early.json()["code"]) == (422, "out_of_order")
    assert early.json()["errors"][0]["pointer"] == "/effective_on"
    told.appended("finance", {**refund, "effective_on": "2022-04-20"})
    for day, credit in (("2022-04-19", 0), ("2022-04-20", 0)):
        assert told.read(f"/funders/lbhf?as_of={day}")["unallocated_minor"] == credit
