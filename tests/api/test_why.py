"""Why, over HTTP: one document from the bank line to the contract, for those of the business."""

import re
from collections.abc import Iterator

import httpx
import pytest

from ledger.log.proofs import proves_inclusion
from ledger.log.tree import leaf_hash
from tests.api.desk import Desk, House, Json, fact
from tests.projections.tracing import all_nodes

CHILD = "c-0001"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def second(house: House) -> Iterator[httpx.Client]:
    with house.client(house.key(["admin"])) as client:
        yield client


@pytest.fixture
def paid(desk: Desk) -> Desk:
    """An outcome measured, corrected, verified and paid, up to the bank."""
    desk.with_child()
    desk.appended(
        "recorder",
        [
            in_time(fact("measurement.recorded", fact_id="baseline")),
            in_time(fact("measurement.recorded", on="2023-07-18", point="end_point", value=2)),
            fact("evidence.attached", about="baseline"),
            fact("register.submitted", expected=[CHILD], attended=[CHILD], engaged=None),
        ],
    )
    desk.appended(
        "verifier",
        fact("verification.recorded", on="2023-09-10", trigger=None, area="sdq-peer"),
    )
    step(desk, "finance", "claim.drafted", claim="q1", upto="2023-12-31")
    step(desk, "finance", "claim.submitted", claim="q1")
    step(desk, "approver", "claim.approved", claim="q1")
    invoice = desk.read("/invoices")["items"][0]
    receipt = {"receipt": "r-1", "funder": invoice["funder"], "contract": "lcf"}
    step(desk, "finance", "receipt.recorded", amount_minor=invoice["amount_minor"], **receipt)
    desk.appended(
        "finance",
        {
            "type": "receipt.allocated",
            "effective_on": "2024-01-31",
            "data": {
                "receipt": "r-1",
                "invoice": invoice["invoice"],
                "amount_minor": invoice["amount_minor"],
            },
        },
    )
    return desk


def in_time(told: Json) -> Json:
    """Received on its own day, before the long stop."""
    return {**told, "received_on": told["effective_on"]}


def step(desk: Desk, role: str, kind: str, **content: object) -> None:
    said = {"contract": "lcf", **content}
    desk.appended(role, {"type": kind, "effective_on": "2024-01-31", "data": said})


def payment_of(desk: Desk, trigger: str) -> str:
    items = desk.read(f"/payments?trigger={trigger}")["items"]
    return str(items[0]["payment"])


def test_a_payment_is_traced_from_the_bank_line_to_the_contract(paid: Desk) -> None:
    document = paid.read(f"/payments/{payment_of(paid, 'OUTCOME_1')}/why?recompute=true")
    assert document["recompute"]["agrees"] is True
    [claim] = document["claims"]
    assert claim["claim"] == "q1"
    [settled] = [s for invoice in claim["invoices"] for s in invoice["settled"]]
    assert settled["bank_lines"][0]["type"] == "receipt.recorded"
    assert settled["allocation"]["type"] == "receipt.allocated"
    [area, verified] = document["earned"]["steps"][:2]
    assert (area["area"], area["holds"]) == ("sdq-peer", True)
    assert area["end_point"]["value"] == 2
    assert verified["verifier"] == "the-verifier"
    assert verified["recorders"] == ["the-recorder"]
    [baseline, *_] = document["earned"]["evidence"]
    assert baseline["documents"][0]["type"] == "evidence.attached"
    assert document["price"]["card"]["type"] == "rate_card.issued"
    assert document["shares"]["set"]["type"] == "shares.set"
    assert document["contract"]["contract"]["type"] == "contract.signed"
    assert document["contract"]["enrolment"]["type"] == "child.enrolled"
    assert document["entry"]["sum_minor"] == 0


def test_every_node_says_who_and_when_and_links_to_its_event_and_its_proof(paid: Desk) -> None:
    document = paid.read(f"/payments/{payment_of(paid, 'SIGN_UP')}/why")
    node = document["decision"]
    shown = paid.get(f"/events/{node['version']}").json()
    for name in ("version", "type", "actor", "effective_on", "received_on", "recorded_at"):
        assert node[name] == shown[name]
    assert node["event"] == f"{paid.path}/events/{node['version']}"
    assert node["proof"] == f"{paid.path}/log/proof/{node['version']}"


def test_every_node_is_proved_to_be_in_the_log_by_its_own_link(paid: Desk) -> None:
    document = paid.read(f"/payments/{payment_of(paid, 'SIGN_UP')}/why")
    nodes = {node["version"]: node for node in all_nodes(document)}
    assert len(nodes) > 5
    for version, node in nodes.items():
        stored = paid.get(f"/events/{version}/stored").content
        assert leaf_hash(stored).hex() == node["leaf_hash"]
        answer = paid.house.clients["auditor"].get(node["proof"])
        assert answer.status_code == 200, answer.text
        proof = answer.json()
        path = [bytes.fromhex(each) for each in proof["hashes"]]
        root = bytes.fromhex(proof["root"])
        assert proves_inclusion(leaf_hash(stored), version - 1, proof["size"], path, root)


def test_the_page_is_for_a_browser_and_what_was_recorded_is_text_in_it(desk: Desk) -> None:
    signed = fact("contract.signed", title=HOSTILE)
    joined = [
        fact("funder.joined", funder=name, name=HOSTILE)
        for name in ("philanthropy", "dcms-lcf", "lbhf", "rbkc", "schools")
    ]
    more = [fact(name) for name in ("cohort.opened", "rate_card.issued", "shares.set")]
    desk.appended("finance", [signed, *joined, *more])
    desk.appended("recorder", fact("child.enrolled"))
    path = f"/payments/{payment_of(desk, 'SIGN_UP')}/why"
    page = desk.get(path, headers={"Accept": BROWSER})
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["etag"] == f'"{desk.version()}"'
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert HOSTILE not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "1,680.00" in page.text
    assert desk.get(path).headers["content-type"] == "application/json"


@pytest.mark.parametrize("about", ["payments/{payment}", "invoices/{invoice}", "receipts/r-1"])
def test_each_kind_of_document_is_a_page_as_well(paid: Desk, about: str) -> None:
    invoice = paid.read("/invoices")["items"][0]["invoice"]
    path = about.format(payment=payment_of(paid, "OUTCOME_1"), invoice=invoice)
    page = paid.get(f"/{path}/why?recompute=true", headers={"Accept": BROWSER})
    assert page.status_code == 200
    assert "run again: 1 agree" in page.text
    assert page.text.count("<ul>") == page.text.count("</ul>")


def test_what_an_event_says_in_a_list_is_in_words_and_pounds_on_the_page(paid: Desk) -> None:
    path = f"/payments/{payment_of(paid, 'OUTCOME_1')}/why"
    page = paid.get(path, headers={"Accept": BROWSER}).text
    assert "_minor" not in page
    assert "&#39;" not in page
    [funded] = re.findall(r"claim q1, .*, funders (.*), rule version", page)
    assert re.match(r"funder philanthropy, amount [\d,]+\.\d\d; funder ", funded)


def test_a_printed_page_shows_what_is_folded_and_leaves_no_page_empty(paid: Desk) -> None:
    path = f"/payments/{payment_of(paid, 'OUTCOME_1')}/why"
    page = paid.get(path, headers={"Accept": BROWSER}).text
    printed = page.partition("@media print {")[2].partition("</style>")[0]
    assert "details::details-content { content-visibility: visible;" in printed
    assert "details { break-inside: avoid-page;" in printed
    assert " li { break-inside" not in printed


def test_the_lines_of_an_invoice_come_in_pages_that_add_up(desk: Desk) -> None:
    desk.with_terms()
    desk.appended("recorder", [fact("child.enrolled", child=f"c-{n:04}") for n in range(5)])
    step(desk, "finance", "claim.drafted", claim="q1", upto="2023-12-31")
    step(desk, "finance", "claim.submitted", claim="q1")
    step(desk, "approver", "claim.approved", claim="q1")
    invoice = desk.read("/invoices")["items"][0]
    path = f"/invoices/{invoice['invoice']}/why?limit=2"
    answer = desk.get(f"{path}&min_version={desk.version()}")
    items = list(answer.json()["items"])
    assert 'rel="next"' in answer.headers["link"]
    while answer.json()["next"]:
        answer = desk.get(f"{path}&after={answer.json()['next']}")
        items += answer.json()["items"]
    assert len(items) == 5
    assert sum(item["amount_minor"] for item in items) == invoice["amount_minor"]
    assert desk.get(items[0]["why"].removeprefix(desk.path)).status_code == 200
    told = desk.get(path).json()
    assert (told["more"], told["cut"]) == (3, [])
    page = desk.get(path, headers={"Accept": BROWSER}).text
    named = f"3 more of `why invoice {invoice['invoice']}`"
    assert f"{named}, ask with <code>after={told['next']}</code>" in page
    last = desk.get(f"{path}&after={told['next']}&limit=1000", headers={"Accept": BROWSER})
    assert "more of" not in last.text


def test_an_old_why_is_answered_as_it_was(paid: Desk) -> None:
    name, version = payment_of(paid, "OUTCOME_1"), paid.version()
    before = paid.read(f"/payments/{name}/why?known_at={version}&recompute=true")
    about = {"point": "end_point", "value": 5}
    paid.appended("recorder", fact("measurement.corrected", **about))
    assert paid.read(f"/payments/{name}/why?known_at={version}&recompute=true") == before
    after = paid.read(f"/payments/{name}/why?recompute=true")
    assert after["payment"]["state"] == "reversed"
    assert [node["type"] for node in after["became"]] == ["payment.reversed"]
    assert after["recompute"]["agrees"] is True
    assert paid.get(f"/payments/{name}/why?as_of=2023-01-01").status_code == 404


def test_an_erased_child_reads_as_erased_and_what_cannot_be_run_again_is_said(
    paid: Desk, second: httpx.Client
) -> None:
    outcome, sign_up = payment_of(paid, "OUTCOME_1"), payment_of(paid, "SIGN_UP")
    for client in (paid.house.clients["admin"], second):
        body = {"basis": "consent_withdrawn", "scope": "all"}
        answer = client.post(f"{paid.path}/children/{CHILD}/erasure", json=body)
    assert answer.status_code == 201
    document = paid.read(f"/payments/{outcome}/why?recompute=true")
    assert document["earned"]["steps"] == [{"step": "unreadable", "why": "erased"}]
    values = [node["says"].get("value") for node in document["earned"]["evidence"]]
    assert values[:2] == ["erased", "erased"]
    again = document["recompute"]
    assert again["agrees"] is None
    assert again["differences"] == []
    assert [(one["what"], one["why"]) for one in again["could_not"]] == [
        ("what was earned", "erased")
    ]
    assert paid.read(f"/payments/{sign_up}/why?recompute=true")["recompute"]["agrees"] is True


def test_what_a_funder_bought_adds_up_to_its_figures(paid: Desk) -> None:
    funder = paid.read("/funders/philanthropy?contract=lcf")
    answer = paid.read("/funders/philanthropy/bought?contract=lcf")
    told = sum(item["recognised_minor"] for item in answer["items"])
    assert told == answer["totals"]["recognised_minor"] == funder["recognised_minor"]
    assert [(i["trigger"], i["area"], i["children"]) for i in answer["items"]] == [
        ("OUTCOME_1", "sdq-peer", 1),
        ("SIGN_UP", None, 1),
    ]
    assert paid.get(answer["items"][0]["payments"].removeprefix(paid.path)).status_code == 200


def test_what_a_measurement_caused_is_listed_with_where_it_led(paid: Desk) -> None:
    [score, *_] = paid.read("/events?type=measurement.recorded")["items"]
    answer = paid.read(f"/events/{score['version']}/caused")
    kinds = {item["type"]: item for item in answer["items"]}
    assert kinds["payment.released"]["how"] == ["rests_on_it"]
    assert kinds["payment.released"]["claims"][0]["claim"] == "q1"
    assert kinds["evidence.attached"]["how"] == ["is_about_it"]
    first = paid.get(f"/events/{score['version']}/caused?limit=1")
    assert len(first.json()["items"]) == 1
    assert 'rel="next"' in first.headers["link"]


def test_those_who_record_do_not_read_why(paid: Desk) -> None:
    refused: list[Json] = [
        paid.get(path, role=role).json()
        for role in ("recorder", "admin", "custodian")
        for path in ("/payments/P1/why", "/events/1/caused", "/funders/lbhf/bought")
    ]
    assert {answer["code"] for answer in refused} == {"role_missing"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/payments/P1/why", "unknown_payment"),
        ("/fees/1/why", "unknown_fee"),
        ("/fees/x/why", "unknown_fee"),
        ("/fees/999999/why", "unknown_fee"),
        ("/invoices/I1/why", "unknown_invoice"),
        ("/receipts/r-9/why", "unknown_receipt"),
        ("/journal/1/why", "unknown_entry"),
        ("/events/999999/caused", "unknown_event"),
        ("/events/0/caused", "unknown_event"),
        ("/funders/nobody/bought", "unknown_funder"),
    ],
)
def test_what_is_not_there_is_404(paid: Desk, path: str, code: str) -> None:
    answer = paid.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, code)


@pytest.mark.parametrize("path", ["/payments/{}", "/payments/{}/why"])
def test_a_payment_named_without_its_letter_is_hinted_at_where_it_is_there(
    paid: Desk, path: str
) -> None:
    payment = payment_of(paid, "SIGN_UP")
    for typed in (payment[1:], payment.lower(), f"W{payment[1:]}", f"0{payment[1:]}"):
        refused = paid.get(path.format(typed))
        assert (refused.status_code, refused.json()["code"]) == (404, "unknown_payment")
        assert refused.json()["detail"].endswith(f"; there is {payment}")
        assert refused.headers["etag"] == f'"{paid.version()}"'
    for nothing in ("1", "p1", "PP5", "x", payment[1:] + "?known_at=1"):
        assert "there is P" not in paid.get(path.format(nothing)).text
