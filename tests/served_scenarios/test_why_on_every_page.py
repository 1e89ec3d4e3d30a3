"""Every worked example: each of its payments, fees, documents and entries says why, and agrees."""

import pytest

from tests.scenarios.documents import Documents
from tests.scenarios.pages import Step, pages, rows_of
from tests.served_scenarios.test_the_service_keeps_every_page import ROLE_OF, sent


def nodes_of(document):
    if isinstance(document, dict):
        if "leaf_hash" in document:
            yield document
        for part in document.values():
            yield from nodes_of(part)
    elif isinstance(document, list):
        for part in document:
            yield from nodes_of(part)


def told(desk, page):
    """Play a page, whatever it refuses."""
    documents = Documents()
    for row in rows_of(page):
        if isinstance(row, Step):
            answer = sent(desk, ROLE_OF[row.by], documents.facts_of(row.sentence, row.day)).json()
            if "results" in answer:
                made = [d for result in answer["results"] for d in result["decisions"]]
                documents.told(made)


def why(desk, path):
    document = desk.read(f"{path}/why?recompute=true")
    assert document["recompute"]["agrees"] is True, document["recompute"]
    return document


def others(desk):
    """Where to ask about everything else that has a reason."""
    for row in desk.read("/invoices?limit=1000")["items"]:
        yield f"/invoices/{row['invoice']}"
    for row in desk.read("/receipts?limit=1000")["items"]:
        yield f"/receipts/{row['receipt']}"
    for kind in ("fee.accrued", "fee.reversed"):
        for event in desk.read(f"/events?type={kind}&limit=1000")["items"]:
            yield f"/fees/{event['version']}"
    for version in {line["version"] for line in desk.read("/journal?limit=1000")["items"]}:
        yield f"/journal/{version}"


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_whatever_the_page_pays_says_why_and_agrees(page, desk):
    told(desk, page)
    found = []
    for row in desk.read("/payments?limit=1000")["items"]:
        document = why(desk, f"/payments/{row['payment']}")
        found.append(document)
        if row["state"] != "withheld":
            comes_to = [(s["funder"], s["amount_minor"]) for s in document["caps"]["comes_to"]]
            assert comes_to == [(s["funder"], s["amount_minor"]) for s in row["split"]]
            assert document["earned"]["steps"]
            assert all(step.get("holds", True) for step in document["earned"]["steps"])
    found += [why(desk, path) for path in others(desk)]
    links = {node["event"] for document in found for node in nodes_of(document)}
    assert found
    assert links
    for link in links:
        assert desk.house.clients["auditor"].get(link).status_code == 200
