"""A wrong allocation is taken back and a credit note is paid out, over HTTP, as finance does it."""

import datetime
from typing import Any

import httpx
import pytest

from projections.audit.verify import verify
from projections.runner import Runner
from tests.api.desk import Desk, fact
from tests.api.test_claims import claimed

SCHOOLS = 31551  # what lbhf pays of a sign-up
PAID_ON = "2022-11-14"


@pytest.fixture
def told(desk: Desk) -> Desk:
    return desk.with_child()


def sent(desk: Desk, path: str, /, **body: Any) -> httpx.Response:
    return desk.house.clients["finance"].post(f"{desk.path}{path}", json=body)


def status_and_code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def paid(desk: Desk) -> dict[str, Any]:
    """An invoice of lbhf that a receipt pays by mistake: what takes it back."""
    invoice = claimed(desk)["lbhf"]
    desk.appended(
        "finance", fact("receipt.recorded", on=PAID_ON, receipt="r-1", amount_minor=40_000)
    )
    about = {"receipt": "r-1", "invoice": invoice, "amount_minor": SCHOOLS}
    desk.appended("finance", fact("receipt.allocated", on=PAID_ON, **about))
    return {"invoice": invoice, "amount_minor": SCHOOLS, "reason_code": "wrong_invoice"}


def test_a_wrong_allocation_is_taken_back_and_everything_read_follows(told: Desk) -> None:
    back = paid(told)
    assert told.read(f"/invoices/{back['invoice']}")["state"] == "settled"
    answer = sent(told, "/receipts/r-1/unallocate", **back, effective_on="2022-11-20")
    assert answer.status_code == 201, answer.text
    [result] = answer.json()["results"]
    assert (result["event"]["type"], result["decisions"]) == ("receipt.unallocated", [])
    invoice = told.read(f"/invoices/{back['invoice']}")
    assert (invoice["allocated_minor"], invoice["open_minor"]) == (0, SCHOOLS)
    [receipt] = told.read("/receipts")["items"]
    assert (receipt["allocated_minor"], receipt["open_minor"]) == (0, 40_000)
    moved = [(a["amount_minor"], a["allocated_on"]) for a in receipt["allocations"]]
    assert moved == [(SCHOOLS, PAID_ON), (-SCHOOLS, "2022-11-20")]
    funder = told.read("/funders/lbhf")
    assert (funder["allocated_minor"], funder["unallocated_minor"]) == (0, 40_000)
    assert funder["outstanding_minor"] == SCHOOLS
    before = told.read("/funders/lbhf?as_of=2022-11-19")
    assert (before["allocated_minor"], before["outstanding_minor"]) == (SCHOOLS, 0)
    statement = told.read("/statements/funders/lbhf")
    movement = statement["movements"][-1]
    assert (movement["movement"], movement["amount_minor"]) == ("allocation_reversed", SCHOOLS)
    assert statement["totals"]["allocation_reversed_minor"] == SCHOOLS
    assert told.read("/trial-balance")["total_minor"] == 0


def test_what_cannot_be_taken_back_is_refused_with_its_reason(told: Desk) -> None:
    back = paid(told)
    door = "/receipts/r-1/unallocate"
    early = sent(told, door, **back, effective_on="2022-11-13")
    assert status_and_code(early) == (422, "out_of_order")
    more = sent(told, door, **{**back, "amount_minor": SCHOOLS + 1})
    assert status_and_code(more) == (422, "exceeds_allocation")
    [item] = more.json()["errors"]
    assert item["pointer"] == "/data/amount_minor"
    assert status_and_code(sent(told, "/receipts/r-9/unallocate", **back)) == (
        404,
        "unknown_receipt",
    )
    other = sent(told, door, **{**back, "invoice": "I1"})
    assert status_and_code(other) == (422, "unknown_invoice")
    without = {name: value for name, value in back.items() if name != "reason_code"}
    assert status_and_code(sent(told, door, **without)) == (422, "shape_invalid")


def test_a_receipt_without_an_allocation_on_any_day_is_voided(told: Desk) -> None:
    back = paid(told)
    version = told.read("/receipts")["items"][0]["version"]
    void = fact("fact.voided", version=version)
    assert status_and_code(told.append("approver", void)) == (422, "still_relied_on")
    assert sent(told, "/receipts/r-1/unallocate", **back, effective_on=PAID_ON).status_code == 201
    told.appended("approver", void)
    assert told.read("/receipts")["items"] == []
    assert told.read("/funders/lbhf")["received_minor"] == 0


@pytest.fixture
def noted(told: Desk) -> str:
    """A credit note of lbhf, which has paid its invoice."""
    paid(told)
    enrolled = told.read("/events?type=child.enrolled")["items"][0]["version"]
    told.appended("approver", fact("fact.voided", version=enrolled))
    claimed(told, "q2")
    [note] = told.read("/credit-notes?funder=lbhf")["items"]
    return str(note["credit_note"])


def test_a_credit_note_is_paid_out_and_everything_read_follows(told: Desk, noted: str) -> None:
    body = {"amount_minor": 20_000, "reference": "BACS 9", "effective_on": "2022-12-05"}
    answer = sent(told, f"/credit-notes/{noted}/refund", **body)
    assert answer.status_code == 201, answer.text
    [note] = told.read("/credit-notes?funder=lbhf")["items"]
    parts = ("applied_minor", "refunded_minor", "open_minor", "state")
    assert [note[part] for part in parts] == [0, 20_000, SCHOOLS - 20_000, "open"]
    funder = told.read("/funders/lbhf")
    assert (funder["credit_refunded_minor"], funder["refunded_minor"]) == (20_000, 0)
    assert funder["credited_minor"] == SCHOOLS - 20_000
    left = funder["invoiced_minor"] - funder["credited_minor"] - funder["allocated_minor"]
    assert funder["outstanding_minor"] == left == 20_000 - SCHOOLS
    used = funder["allocated_minor"] + funder["unallocated_minor"] + funder["refunded_minor"]
    assert funder["received_minor"] == used
    statement = told.read("/statements/funders/lbhf")
    movement = statement["movements"][-1]
    assert (movement["movement"], movement["amount_minor"]) == ("credit_refunded", 20_000)
    assert movement["outstanding_minor"] == 20_000
    assert movement["reason"]["credit_note"] == noted
    open_items = [i["open_minor"] for i in statement["open_items"]]
    assert sum(open_items) == statement["closing"]["balance_minor"]
    [row] = [r for r in told.read("/aged-debtors")["items"] if r["funder"] == "lbhf"]
    assert row["credit_notes_minor"] == 20_000 - SCHOOLS
    [came, went] = told.read("/cash-book")["entries"]
    assert (went["amount_minor"], went["funder"], went["balance_minor"]) == (
        -20_000, "lbhf", 20_000,
    )  # fmt: skip
    assert went["reason"]["reference"] == "BACS 9"
    assert came["reason"]["event"] == "receipt.recorded"
    kinds = [event["type"] for event in told.read("/events?funder=lbhf&limit=1000")["items"]]
    assert kinds[-1] == "credit.refunded"
    assert told.read("/trial-balance")["total_minor"] == 0


def test_no_more_is_paid_out_than_is_open_and_none_before_the_note(told: Desk, noted: str) -> None:
    door = f"/credit-notes/{noted}/refund"
    more = sent(told, door, amount_minor=SCHOOLS + 1)
    assert status_and_code(more) == (422, "exceeds_credit")
    early = sent(told, door, amount_minor=1, effective_on="2022-10-16")
    assert status_and_code(early) == (422, "out_of_order")
    assert status_and_code(sent(told, "/credit-notes/N1/refund", amount_minor=1)) == (
        404,
        "unknown_credit",
    )
    assert sent(told, door, amount_minor=SCHOOLS, bank_account="deposit").status_code == 201
    assert status_and_code(sent(told, door, amount_minor=1)) == (422, "exceeds_credit")
    [note] = told.read("/credit-notes?funder=lbhf")["items"]
    assert note["state"] == "settled"
    deposit = told.read("/cash-book?bank_account=deposit")["accounts"]
    assert [account["closing_minor"] for account in deposit] == [-SCHOOLS]


def test_a_rebuild_and_an_audit_say_the_same_of_both(told: Desk, noted: str) -> None:
    about = told.read("/receipts")["items"][0]["allocations"][0]["invoice"]
    back = {"invoice": about, "amount_minor": 7, "reason_code": "wrong_invoice"}
    assert sent(told, "/receipts/r-1/unallocate", **back).status_code == 201
    assert sent(told, f"/credit-notes/{noted}/refund", amount_minor=9).status_code == 201
    before = [told.read(path) for path in ("/funders/lbhf", "/receipts", "/credit-notes")]
    Runner(told.house.service.dsn).rebuild(told.ledger)
    assert [told.read(path) for path in ("/funders/lbhf", "/receipts", "/credit-notes")] == before
    assert verify(told.house.service.dsn, told.ledger).findings == []


def test_both_steps_are_dated_today_unless_they_say_otherwise(told: Desk, noted: str) -> None:
    answer = sent(told, f"/credit-notes/{noted}/refund", amount_minor=9)
    [result] = answer.json()["results"]
    day = datetime.date.fromisoformat(result["event"]["effective_on"])
    assert abs(day - datetime.datetime.now(datetime.UTC).date()) <= datetime.timedelta(days=1)
