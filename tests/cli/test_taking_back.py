"""A wrong allocation is taken back and a credit note is paid out, as finance types it."""

import json

import pytest

GRANT = {"reference": "g-1", "trigger": "GRANT", "amount_minor": 50_000, "reason": "covid_claim"}
TERMS = (
    ("contract.signed", {"title": "Tiny", "starts_on": "2023-01-01", "ends_on": "2023-12-31"}),
    ("funder.joined", {"funder": "bank", "name": "Bank", "kind": "other"}),
    ("rate_card.issued", {"card": "tiny", "triggers": [{"trigger": "GRANT", "kind": "grant"}]}),
    ("shares.set", {"shares": [{"funder": "bank", "parts": 1}]}),
    ("grant.agreed", GRANT),
)


@pytest.fixture(scope="module")
def typed(demonstration, type_in, tmp_path_factory):
    """A contract with one grant; types a command and gives what it said."""
    folder = tmp_path_factory.mktemp("facts")

    def run(*words):
        return type_in(*words, folder=demonstration.folder)

    def appended(actor, kind, content):
        fact = {"id": f"tiny:{kind}", "type": kind, "effective_on": "2023-01-01"}
        file = folder / f"{kind}.ndjson"
        sent = {**fact, "data": {"contract": "tiny", **content}}
        file.write_text(json.dumps(sent) + "\n", encoding="utf-8")
        told = run("append", str(file), "--as", actor)
        assert told.code == 0, told.err

    for kind, content in TERMS:
        appended("finance", kind, content)
    run.appended = appended
    return run


def claimed(typed, name, month):
    """Take a claim to its invoice or credit note; its name."""
    of = ("--contract", "tiny")
    said = typed("claim", "draft", name, *of, "--upto", "2023-01-31", "--on", f"2023-{month}-01")
    assert said.code == 0, said.err
    assert typed("claim", "submit", name, *of, "--on", f"2023-{month}-02").code == 0
    approved = typed("claim", "approve", name, *of, "--on", f"2023-{month}-03", "--json")
    [result] = json.loads(approved.out)["results"]
    [decision] = result["decisions"]
    return decision["data"].get("invoice") or decision["data"]["credit_note"]


def test_an_allocation_is_taken_back_and_a_credit_note_paid_out_by_typing(typed):
    invoice = claimed(typed, "feb", "02")
    paid = ("receipt", "record", "tiny-1", "--contract", "tiny", "--funder", "bank")
    assert typed(*paid, "--amount", "500.00", "--on", "2023-02-10").code == 0
    part = ("tiny-1", "--invoice", invoice, "--amount", "500.00")
    assert typed("receipt", "allocate", *part, "--on", "2023-02-10").code == 0
    back = ("receipt", "unallocate", *part, "--reason", "wrong_invoice")
    early = typed(*back, "--on", "2023-02-09")
    assert (early.code, "out_of_order" in early.err) == (1, True)
    told = typed(*back, "--on", "2023-02-12")
    assert (told.code, told.err) == (0, "")
    assert "recorded: receipt.unallocated at version" in told.out
    again = typed(*back, "--on", "2023-02-12")
    assert (again.code, "exceeds_allocation" in again.err) == (1, True)
    assert f"{invoice} -500.00" in typed("receipt", "list", "--contract", "tiny").out
    assert typed("receipt", "allocate", *part, "--on", "2023-02-12").code == 0

    [payment] = json.loads(typed("show", "payments", "--contract", "tiny", "--json").out)["items"]
    grant = int(payment["payment"].removeprefix("P")) - 1
    typed.appended("approver", "fact.voided", {"version": grant, "reason_code": "not_agreed"})
    note = claimed(typed, "mar", "03")
    refund = ("receipt", "refund-credit", note, "--on", "2023-03-10", "--reference", "BACS 4")
    over = typed(*refund, "--amount", "500.01")
    assert (over.code, "exceeds_credit" in over.err) == (1, True)
    paid_out = typed(*refund, "--amount", "300.00")
    assert "recorded: credit.refunded at version" in paid_out.out
    shown = typed("show", "funder", "bank", "--contract", "tiny").out
    assert [line.split()[-1] for line in shown.splitlines() if "credit_refunded" in line] == [
        "300.00"
    ]
    stated = json.loads(typed("statement", "bank", "--contract", "tiny", "--json").out)
    assert stated["movements"][-1]["movement"] == "credit_refunded"
