"""Every read, by its route, on both axes: what is effective by a day, as known at a version.

Whoever adds a read adds a line to `QUESTIONS`; one that has no pair of dates says so in its
description and stands in `WITHOUT_PAIR`.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from api.http.permissions import ROUTES
from tests.api.desk import Desk, House, Json, fact
from tests.api.settling import bank, delivered, returned, settled
from tests.api.test_claims import claimed, done
from tests.api.test_erasures import ask as ask_for_erasure
from tests.api.test_periods import close, reopen

QUESTIONS: Final = {
    "list_events": "/events",
    "read_event": "/events/{release}",
    "read_stored_event": "/events/{release}/stored",
    "list_children": "/children",
    "read_child": "/children/c-0001",
    "read_outcomes": "/outcomes",
    "list_contracts": "/contracts",
    "read_contract": "/contracts/lcf",
    "list_funders": "/funders",
    "read_funder": "/funders/lbhf",
    "list_partners": "/partners",
    "read_partner": "/partners/drama-club",
    "list_payments": "/payments",
    "read_payment": "/payments/P{release}",
    "read_summary": "/summary",
    "read_trial_balance": "/trial-balance",
    "list_journal": "/journal",
    "read_funder_statement": "/statements/funders/lbhf",
    "read_aged_debtors": "/aged-debtors",
    "read_aged_creditors": "/aged-creditors",
    "read_accrued_income": "/accrued-income",
    "read_cash_book": "/cash-book",
    "read_activities": "/activities",
    "read_export": "/exports/csv",
    "read_difference": "/diff?from_known_at=0",
    "list_claims": "/claims",
    "read_claim": "/claims/q1",
    "list_claim_lines": "/claims/q1/lines",
    "list_samples": "/samples",
    "read_sample": "/samples/s1",
    "list_invoices": "/invoices",
    "read_invoice": "/invoices/{invoice}",
    "list_credit_notes": "/credit-notes",
    "list_receipts": "/receipts",
    "list_settlements": "/settlements",
    "read_settlement": "/settlements/s1",
    "read_remittance": "/settlements/s1/remittances/drama-club",
    "list_periods": "/periods",
    "read_rules": "/rules",
    "read_period": "/periods/{closing}",
    "read_period_trial_balance": "/periods/{closing}/trial-balance",
    "list_erasures": "/erasures",
    "read_erasure": "/children/c-0001/erasure",
    "list_due": "/retention/due?on=2026-01-01",
    "report_outcomes": "/reports/outcomes?contract=lcf",
    "report_payments": "/reports/payments?contract=lcf",
    "read_audit_sample": "/audit/sample?of=payments&method=random&seed=spring&size=1",
    "read_journal_tests": "/audit/journal-tests",
    "why_payment": "/payments/P{release}/why?recompute=true",
    "why_fee": "/fees/{fee}/why?recompute=true",
    "why_invoice": "/invoices/{invoice}/why?recompute=true",
    "why_receipt": "/receipts/r-1/why?recompute=true",
    "why_entry": "/journal/{fee}/why",
    "read_bought": "/funders/lbhf/bought",
    "read_caused": "/events/{enrolment}/caused",
}
"""Route -> a question that it answers about the ledger of these tests."""

WITHOUT_PAIR: Final = {
    "read_ledger", "stream_events", "read_identity", "list_identity_reads", "read_subject_access",
}  # fmt: skip
KNOWN_ALONE: Final = {
    "list_periods", "read_rules", "read_period", "read_period_trial_balance", "list_erasures",
    "read_erasure",
}  # fmt: skip
"""Reads that `known_at` alone filters, mostly of what people decided; their description says so."""

NO_DAY: Final = "read_period_trial_balance"
NOT_PROJECTED: Final = {"read_event", "read_stored_event", "read_export"}
"""Answers that are the event itself, or a file, and echo nothing beside it."""

OF_THE_TREE: Final = "/v1/ledgers/{ledger}/log/"
"""Proofs and checkpoints are of sizes of the log, which are versions themselves."""

ASKED_BY_NUMBERS: Final = {"read_audit_sample", "read_journal_tests", "read_rules"}
"""Answers with numbers that say nothing of the ledger: they were asked by them, or name rules."""

SAID: Final = {"version", "known_at", "closing", "at_version", "suppress_below"}


@pytest.fixture(scope="module")
def told(house: House) -> Desk:
    """A ledger in which every read has something to say."""
    desk = house.open_ledger().with_child()
    score = fact("measurement.recorded", on="2022-07-18", point="end_point", value=2)
    desk.appended("recorder", [fact("measurement.recorded"), score, *delivered(1, 3)])
    desk.appended("recorder", [fact("child.enrolled", child=f"c-{n}00") for n in (2, 3)])
    desk.appended("finance", fact("retention.set", months=1))
    claim_with_a_sample(desk)
    settled_and_returned(desk)
    close(desk, contract=None)
    asked = ask_for_erasure(desk, house.clients["admin"])
    assert asked.status_code == 202, asked.text
    return desk


def claim_with_a_sample(desk: Desk) -> None:
    invoices = claimed(desk)
    owed = desk.read(f"/invoices/{invoices['lbhf']}")["amount_minor"]
    desk.appended("finance", fact("receipt.recorded", receipt="r-1", amount_minor=owed + 500))
    paid = {"receipt": "r-1", "invoice": invoices["lbhf"], "amount_minor": owed - 100}
    desk.appended("finance", fact("receipt.allocated", **paid))
    reversing = desk.read("/events?type=child.enrolled")["items"][-1]["version"]
    desk.appended("approver", fact("fact.voided", version=reversing))
    desk.appended("recorder", fact("child.enrolled", child="c-400"))
    late = {"effective_on": "2024-12-01"}
    done(desk, "finance", "/claims", claim="q2", upto="2024-12-31", **late)
    done(desk, "finance", "/claims/q2/submit", **late)
    drawn = {"sample": "s1", "size": 1, "seed": "1-2-3", "method": "extrapolated", **late}
    done(desk, "finance", "/claims/q2/samples", **drawn)


def settled_and_returned(desk: Desk) -> None:
    bank(desk)
    paid = settled(desk)
    back = returned(desk, paid["drama-club"]["amount_minor"])
    assert back.status_code == 201, back.text


@pytest.fixture(scope="module")
def named(told: Desk) -> dict[str, Any]:
    """What the paths name."""
    return {
        "release": told.read("/payments")["items"][0]["version"],
        "invoice": told.read("/invoices?funder=lbhf")["items"][0]["invoice"],
        "closing": told.read("/periods")["items"][0]["closing"],
        "fee": told.read("/events?type=fee.accrued")["items"][0]["version"],
        "enrolment": told.read("/events?type=child.enrolled")["items"][0]["version"],
    }


@pytest.fixture(scope="module")
def pairs(told: Desk) -> list[str]:
    """Pairs at which everything is asked."""
    version = told.version()
    days = ("", "as_of=2022-08-31&", "as_of=2022-02-02&")
    return [f"{day}known_at={known}" for day in days for known in (version, version - 14, 24)]


def test_every_read_has_a_pair_of_dates_or_says_why_not(house: House) -> None:
    document = house.nobody.get("/openapi.json").json()
    missing = []
    for path, methods in document["paths"].items():
        if "get" not in methods or not path.startswith("/v1/ledgers/{ledger}"):
            continue
        if path.startswith(OF_THE_TREE):
            continue
        route = methods["get"]
        name, said = route["operationId"], " ".join(route["description"].split())
        takes = {parameter["name"] for parameter in route["parameters"]} >= {"as_of", "known_at"}
        assert ROUTES[name]
        if name in WITHOUT_PAIR:
            fine = not takes and "pair of dates" in said
        else:
            fine = takes and name in QUESTIONS and (name in KNOWN_ALONE) == ("alone" in said)
        missing += [] if fine else [name]
    assert missing == []


def questions(named: Json, pair: str) -> Iterator[tuple[str, str]]:
    for route, path in QUESTIONS.items():
        asked = pair.partition("&")[2] if route == NO_DAY and pair.startswith("as_of") else pair
        yield route, f"{path.format(**named)}{'&' if '?' in path else '?'}{asked}"


def test_every_read_echoes_the_pair_that_it_was_asked_for(told: Desk, named: Json) -> None:
    version = told.version()
    for route, path in questions(named, f"as_of=2030-01-01&known_at={version}"):
        answer = told.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert answer.headers["etag"] == f'"{version}"', path
        if route not in NOT_PROJECTED:
            body = answer.json()
            assert body["known_at"] == body["version"] == version, path
            assert body["as_of"] == (None if route == NO_DAY else "2030-01-01"), path


def test_nothing_is_said_of_what_is_not_effective_or_not_known(told: Desk, named: Json) -> None:
    for pair in (f"as_of=1900-01-01&known_at={told.version()}", "known_at=0"):
        for route, path in questions(named, pair):
            answer = told.get(path)
            if route in {"read_export", *ASKED_BY_NUMBERS}:
                continue
            if route in KNOWN_ALONE and pair.startswith("as_of"):
                continue
            if route == "list_events" and pair.startswith("as_of"):
                types = {event["type"] for event in answer.json()["items"]}
                assert types <= {"fact.voided", "payment.decided", "verification.recorded"}
            elif answer.status_code == 200:
                assert not any(amounts(answer.json())), (path, answer.text)
            else:
                assert answer.status_code in {404, 422}, (path, answer.text)
                assert answer.json()["code"].startswith("unknown_"), (path, answer.text)


def amounts(said: Any) -> Iterator[int]:
    """Every number of an answer but those that say what was asked."""
    if isinstance(said, dict):
        for name, value in said.items():
            if name not in SAID:
                yield from amounts(value)
    elif isinstance(said, list):
        for value in said:
            yield from amounts(value)
    elif isinstance(said, int):
        yield int(said)


def test_an_old_question_never_changes_its_answer_whatever_is_told_later(
    told: Desk, named: Json, pairs: list[str]
) -> None:
    asked = [path for pair in pairs for _, path in questions(named, pair)]
    before = [told.get(path) for path in asked]
    assert {answer.status_code for answer in before} == {200, 404}
    assert sum(answer.status_code == 200 for answer in before) > len(asked) // 2
    said_now = latest(told, named)
    tell_more(told)
    told.read("/payments")
    moved = {route for route, said in latest(told, named).items() if said != said_now[route]}
    assert len(moved) > len(QUESTIONS) // 2, "what was told later is about most of the questions"
    changed = [
        path
        for path, answer in zip(asked, before, strict=True)
        if (told.get(path).status_code, body_of(told.get(path))) != body_and_status(answer)
    ]
    assert changed == []


def latest(desk: Desk, named: Json) -> Json:
    """What each read says now, but for the version at which it says so."""
    found = {}
    for route, path in questions(named, ""):
        if route != "read_export":
            said = desk.get(path).json()
            found[route] = {name: value for name, value in said.items() if name != "version"}
    return found


def body_and_status(answer: Any) -> tuple[int, Any]:
    return answer.status_code, body_of(answer)


def body_of(answer: Any) -> Any:
    """The answer; of a refusal all but the number of the request."""
    if answer.status_code == 200:
        return answer.content
    return {name: said for name, said in json.loads(answer.content).items() if name != "request_id"}


def tell_more(desk: Desk) -> None:
    """Late and new facts about everything that was asked."""
    enrolment = desk.read("/events?type=child.enrolled")["items"][0]["version"]
    receipt = desk.read("/receipts")["items"][0]
    desk.appended("recorder", [fact("child.enrolled", child="c-500"), *delivered(4, 6)])
    desk.appended("recorder", fact("measurement.corrected", value=1))
    desk.appended("finance", fact("receipt.recorded", receipt="r-2", amount_minor=77))
    allocated = {"receipt": "r-1", "amount_minor": 100}
    allocated["invoice"] = receipt["allocations"][0]["invoice"]
    desk.appended("finance", fact("receipt.allocated", **allocated))
    desk.appended("finance", fact("cap.set", to=None, on_reached="partial"))
    sampled = desk.read("/samples/s1")["items"][0]["payment"]
    done(desk, "verifier", "/samples/s1/judge", payment=sampled, passed=True)
    done(desk, "finance", "/samples/s1/close")
    done(desk, "approver", "/claims/q2/approve")
    again = reopen(desk, contract=None)
    assert again.status_code == 201, again.text
    desk.appended("approver", fact("fact.voided", version=enrolment))
    desk.appended("finance", fact("order.placed", rate_minor=9900))
    declined = desk.house.clients["admin"].post(
        f"{desk.path}/children/c-0001/erasure/decline", json={"reason_code": "still_needed"}
    )
    assert declined.status_code == 201, declined.text
