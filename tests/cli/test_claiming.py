"""`claim` and `receipt` as a person types them: from released payments to paid invoices."""

import json
import os
import pty
import subprocess

import pytest

from tests.cli.conftest import PROGRAM, environment

OF = ("--contract", "cli-claims")


def fact(kind, day, /, **content):
    sent = {"type": kind, "effective_on": day, "data": {"contract": "cli-claims", **content}}
    return json.dumps(sent) + "\n"


@pytest.fixture(scope="module")
def folder(demonstration, type_in, tmp_path_factory):
    """A contract of one funder, under which two children have signed up."""
    line = {"trigger": "SIGN_UP", "kind": "sign_up", "price_minor": 168_000}
    years = [{"from": f"{year}-09-01", "to": f"{year + 1}-07-31"} for year in (2022, 2023)]
    signed = {"title": "Small", "starts_on": "2022-09-01", "ends_on": "2024-07-31"}
    joined = {"funder": "cli-council", "name": "A council", "kind": "local_authority"}
    child = {"cohort": "2022", "school": "s-1", "consent_given_on": "2022-09-05"}
    said = {
        "finance": [
            fact("contract.signed", "2022-09-01", **signed),
            fact("funder.joined", "2022-09-01", **joined),
            fact("cohort.opened", "2022-09-01", cohort="2022", years=years),
            fact("rate_card.issued", "2022-09-01", card="one", triggers=[line]),
            fact("shares.set", "2022-09-01", shares=[{"funder": "cli-council", "parts": 1}]),
        ],
        "case-system": [
            fact("child.enrolled", "2022-09-12", child=f"cli-{number}", **child)
            for number in (1, 2)
        ],
    }
    written = tmp_path_factory.mktemp("claims")
    for actor, lines in said.items():
        file = written / f"{actor}.ndjson"
        file.write_text("".join(lines), encoding="utf-8")
        told = type_in("append", str(file), "--as", actor, folder=demonstration.folder)
        assert told.code == 0, told.err
    return demonstration.folder


@pytest.fixture
def typed(folder, type_in):
    return lambda *words: type_in(*words, folder=folder)


def done(told):
    assert (told.code, told.err) == (0, "")
    return told.out


@pytest.fixture(scope="module")
def invoice(folder, type_in):
    """The invoice of a claim that was typed from its draft to its approval; 3,360.00."""

    def typed(*words):
        return type_in(*words, folder=folder)

    drafted = done(typed("claim", "draft", "q3", *OF, "--upto", "2022-12-31", "--on", "2023-01-09"))
    assert "claim.collected" in drafted
    assert "3,360.00" in drafted
    done(typed("claim", "submit", "q3", *OF, "--on", "2023-01-10"))
    lines = json.loads(done(typed("claim", "lines", "q3", "--json")))["items"]
    asked = ("--payment", lines[0]["payment"], "--reason", "register_missing", "--on", "2023-01-11")
    done(typed("claim", "query", "q3", *OF, *asked))
    assert "queried" in done(typed("claim", "lines", "q3"))
    waiting = typed("claim", "approve", "q3", *OF, "--on", "2023-01-12")
    assert (waiting.code, "lines_queried" in waiting.err) == (1, True)
    done(typed("claim", "clear", "q3", *OF, *asked))
    own = typed("claim", "approve", "q3", *OF, "--on", "2023-01-12", "--as", "finance")
    assert (own.code, "role_missing" in own.err) == (1, True)
    approved = done(typed("claim", "approve", "q3", *OF, "--on", "2023-01-12"))
    assert "invoice.issued" in approved
    [issued] = json.loads(done(typed("claim", "show", "q3", "--json")))["invoices"]
    return issued


def test_a_claim_is_typed_from_draft_to_invoices(typed, invoice):
    shown = json.loads(done(typed("claim", "show", "q3", "--json")))
    assert (shown["state"], shown["lines"], shown["funded_minor"]) == ("approved", 2, 336_000)
    assert invoice in done(typed("claim", "show", "q3"))
    assert "3,360.00" in done(typed("claim", "list", *OF))


def test_a_receipt_is_typed_and_pays_an_invoice_and_what_is_left_goes_back(typed, invoice):
    from_whom = (*OF, "--funder", "cli-council")
    came = ("receipt", "record", "cli-r1", *from_whom, "--amount", "3,400.00")
    done(typed(*came, "--on", "2023-02-06", "--reference", "BACS 6"))
    pays = ("receipt", "allocate", "cli-r1", "--invoice", invoice, "--on", "2023-02-07")
    over = typed(*pays, "--amount", "3360.01")
    assert (over.code, "exceeds_invoice" in over.err) == (1, True)
    done(typed(*pays, "--amount", "3350.00"))
    gone = ("receipt", "write-off", "cli-w1", *OF, "--invoice", invoice, "--reason", "bank_charge")
    done(typed(*gone, "--amount", "10.00", "--on", "2023-02-08"))
    agreed = ("receipt", "approve-write-off", "cli-w1", *OF, "--on", "2023-02-09")
    own = typed(*agreed, "--as", "finance")
    assert (own.code, "role_missing" in own.err) == (1, True)
    assert "invoice.written_off" in done(typed(*agreed))
    done(typed("receipt", "refund", *from_whom, "--amount", "50.00", "--on", "2023-02-10"))
    [shown] = json.loads(done(typed("receipt", "list", *from_whom, "--json")))["items"]
    assert (shown["reference"], shown["allocated_minor"]) == ("BACS 6", 335_000)
    listed = done(typed("receipt", "invoices", *from_whom))
    assert "settled" in listed
    statement = json.loads(done(typed("statement", "cli-council", *OF, "--json")))
    assert statement["closing"]["balance_minor"] == 0
    assert statement["to_date"]["written_off_minor"] == 1_000


@pytest.mark.usefixtures("invoice")
def test_a_claim_that_is_approved_is_not_withdrawn_and_a_withdrawal_says_why(typed):
    refused = typed("claim", "withdraw", "q3", *OF, "--reason", "wrong_cut_off")
    assert (refused.code, "claim_not_open" in refused.err) == (1, True)
    assert typed("claim", "withdraw", "q3", *OF).code == 2


@pytest.mark.parametrize(
    "words", [("claim", "list"), ("settle", "list"), ("receipt", "list"), ("statement", "brent")]
)
def test_a_person_sees_that_an_answer_is_awaited(folder, words):
    """Standard error is a terminal here; elsewhere it stays empty, see the tests above."""
    ours, theirs = pty.openpty()
    try:
        subprocess.run(
            [PROGRAM, *words],
            cwd=folder,
            env=environment() | {"TERM": "xterm"},
            stdout=subprocess.DEVNULL,
            stderr=theirs,
            check=True,
            timeout=60,
        )
        assert b"Asking" in os.read(ours, 65_536)
    finally:
        os.close(ours)
        os.close(theirs)
