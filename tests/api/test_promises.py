"""What the page of the interface says that a read answers is what it answers, field by field."""

from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.api.desk import Desk, House, Json, fact
from tests.api.promised import MORE, Fields, promised
from tests.api.settling import bank, delivered, returned, settled
from tests.api.test_claims import claimed, done

CHILDREN: Final = ("c-0001", "c-0002", "c-0003")
ENVELOPE: Final = {"as_of", "known_at", "version", "next"}
"""What every answer or every list has, and what everything that has a place in the log may have."""

YEAR: Final = {"contract": "lcf", "from": "2019-09-01", "to": "2020-08-31"}
READS: Final = {
    "/claims": "/claims",
    "/claims/{claim}": "/claims/q1",
    "/claims/{claim}/lines": "/claims/q1/lines",
    "/samples": "/samples",
    "/samples/{sample}": "/samples/s1",
    "/invoices": "/invoices",
    "/invoices/{invoice}": "/invoices/{invoice}",
    "/credit-notes": "/credit-notes",
    "/receipts": "/receipts",
    "/settlements": "/settlements",
    "/settlements/{settlement}": "/settlements/s1",
    "/settlements/{settlement}/remittances/{partner}": "/settlements/s1/remittances/drama-club",
    "/periods": "/periods",
    "/periods/{closing}/trial-balance": "/periods/{closing}/trial-balance",
    "/statements/funders/{funder}": "/statements/funders/lbhf",
    "/aged-debtors": "/aged-debtors",
    "/aged-creditors": "/aged-creditors",
    "/accrued-income": "/accrued-income",
    "/cash-book": "/cash-book",
    "/activities": "/activities",
}
"""The path as the page has it -> a path in a ledger that has one of everything."""


@pytest.fixture(scope="module")
def told(house: House) -> Desk:
    """A claim, a sample of it and a credit note; receipts; a payment that came back; a closing."""
    desk = house.open_ledger().with_terms()
    desk.appended("recorder", [fact("child.enrolled", child=child) for child in CHILDREN])
    _claimed_with_a_sample(desk)
    invoice = desk.read("/invoices?funder=lbhf")["items"][0]["invoice"]
    desk.appended("finance", fact("receipt.recorded", receipt="r-1", reference="BACS 17"))
    paid = fact("receipt.allocated", receipt="r-1", invoice=invoice, amount_minor=100)
    desk.appended("finance", paid)
    last = desk.read("/events?type=child.enrolled")["items"][-1]["version"]
    desk.appended("approver", fact("fact.voided", version=last))
    claimed(desk, "q2")
    desk.appended("recorder", delivered(1, 3))
    bank(desk)
    [payment] = settled(desk).values()
    assert returned(desk, payment["amount_minor"]).status_code == 201
    closed = desk.house.clients["finance"].post(
        f"{desk.path}/periods/close", json={**YEAR, "hardness": "soft"}
    )
    assert closed.status_code == 201, closed.text
    return desk


def _claimed_with_a_sample(desk: Desk) -> None:
    day = {"effective_on": "2022-10-03"}
    done(desk, "finance", "/claims", claim="q1", upto="2024-12-31", **day)
    done(desk, "finance", "/claims/q1/submit", **day)
    draw = {"sample": "s1", "size": 2, "seed": "6-2-5-1", "method": "exact"}
    done(desk, "finance", "/claims/q1/samples", **draw, **day)
    for item in desk.read("/samples/s1")["items"]:
        done(desk, "verifier", "/samples/s1/judge", payment=item["payment"], passed=True, **day)
    done(desk, "finance", "/samples/s1/close", **day)
    done(desk, "approver", "/claims/q1/approve", effective_on="2022-10-17")


def differences(said: Fields, found: Json, where: str = "") -> Iterator[str]:
    """Where an answer is not what the page says; the first of several is looked at."""
    yield from (f"{where}/{name} is missing" for name in said.keys() - found.keys() - {MORE})
    if MORE not in said:
        unsaid = found.keys() - said.keys() - ENVELOPE
        yield from (f"{where}/{name} is not on the page" for name in unsaid)
    for name, within in said.items():
        if within and name in found:
            first = found[name][0] if isinstance(found[name], list) else found[name]
            yield from differences(within, first, f"{where}/{name}")


@pytest.mark.parametrize("path", READS)
def test_a_read_answers_the_fields_that_the_page_names_and_no_others(told: Desk, path: str) -> None:
    names: dict[str, Any] = {}
    if "{invoice}" in READS[path]:
        names["invoice"] = told.read("/invoices")["items"][0]["invoice"]
    if "{closing}" in READS[path]:
        names["closing"] = told.read("/periods")["items"][0]["closing"]
    found, said = told.read(READS[path].format(**names)), promised(path)
    if found.keys() <= {"items", *ENVELOPE}:
        found = found["items"][0]
    assert sorted(differences(said, found)) == []


def test_a_claim_names_the_documents_that_its_approval_issued(told: Desk) -> None:
    for name, field, kind in (("q1", "invoices", "invoice"), ("q2", "credit_notes", "credit_note")):
        claim = told.read(f"/claims/{name}")
        path = f"/{field.replace('_', '-')}"
        documents = [row for row in told.read(path)["items"] if row["claim"] == name]
        assert claim[field] == [row[kind] for row in documents] != []
    before = told.read("/claims/q1?as_of=2022-10-16")
    assert (before["invoices"], before["credit_notes"]) == ([], [])


def test_a_receipt_has_what_the_bank_said_of_it(told: Desk) -> None:
    [receipt] = told.read("/receipts")["items"]
    assert receipt["reference"] == "BACS 17"
