"""A settlement from draft to payment, as finance and an approver type it."""

import json

import pytest

ACCOUNT = "c3" * 32
OF = ("--contract", "small")


def fact(kind, on, **content):
    return json.dumps({"id": f"small:{kind}:{on}:{content.get('session', '')}", "type": kind,
        "effective_on": on, "data": {"contract": "small", **content}}) + "\n"  # fmt: skip


@pytest.fixture(scope="module")
def settle(demonstration, type_in, tmp_path_factory):
    """A small contract with one order and two sessions, settled by typing."""
    folder = tmp_path_factory.mktemp("facts")
    signed = {"title": "Small", "starts_on": "2023-01-01", "ends_on": "2023-12-31"}
    terms = {"partner": "cli-club", "order": "cli-order", "unit": "session", "rate_minor": 8500}
    said = {
        "finance": [
            fact("contract.signed", "2023-01-01", **signed),
            fact("order.placed", "2023-01-01", **terms),
        ],
        "partner-portal": [
            fact("register.submitted", day, order="cli-order", session=day, status="delivered",
                expected=[])
            for day in ("2023-02-01", "2023-02-08")
        ],
    }  # fmt: skip
    for actor, lines in said.items():
        file = folder / f"{actor}.ndjson"
        file.write_text("".join(lines), encoding="utf-8")
        told = type_in("append", str(file), "--as", actor, folder=demonstration.folder)
        assert told.code == 0, told.err

    def typed(*words):
        return type_in("settle", *words, folder=demonstration.folder)

    return typed


@pytest.fixture(scope="module")
def february(settle):
    """The two sessions settled, from the bank details to the payment; what each step said."""
    assert settle("bank", "cli-club", ACCOUNT, "--on", "2023-02-09").code == 0
    drafted = settle("draft", "feb", *OF, "--upto", "2023-02-28", "--on", "2023-03-01")
    assert (drafted.code, drafted.err) == (0, "")
    assert "settlement.collected" in drafted.out
    early = settle("approve", "feb", *OF, "--on", "2023-03-02")
    assert (early.code, "bank_unconfirmed" in early.err) == (1, True)
    confirmed = settle("confirm-bank", "cli-club", ACCOUNT, "--on", "2023-03-02")
    assert "partner.bank_confirmed at version" in confirmed.out
    assert settle("approve", "feb", *OF, "--on", "2023-03-02").code == 0
    return settle("pay", "feb", *OF, "--on", "2023-03-03", "--reference", "BACS 3")


def test_a_settlement_is_typed_from_draft_to_payment(settle, february):
    assert "170.00" in february.out
    assert "170.00" in settle("list", *OF).out
    assert "cli-club" in settle("show", "feb").out
    advice = settle("advice", "feb", "cli-club").out
    assert advice.count("85.00") >= 2
    assert "set off" in advice
    shown = json.loads(settle("show", "feb", "--as-of", "2023-03-04", "--json").out)
    assert (shown["state"], shown["reference"]) == ("paid", "BACS 3")


@pytest.mark.usefixtures("february")
def test_a_payment_that_came_back_is_typed_and_shown(settle):
    back = ("return", "feb", "cli-club", *OF, "--reason", "account_closed")
    wrong = settle(*back, "--amount", "170.01", "--on", "2023-03-06")
    assert (wrong.code, "return_differs" in wrong.err) == (1, True)
    odd = settle(*back, "--amount", "170.001", "--on", "2023-03-06")
    assert (odd.code, "is not an amount" in odd.err) == (2, True)
    told = settle(*back, "--amount", "170.00", "--on", "2023-03-06")
    assert (told.code, told.err) == (0, "")
    assert "partner.unsettled" in told.out
    assert "-170.00" in told.out
    assert "2023-03-06" in settle("show", "feb").out
    assert "2023-03-06" not in settle("show", "feb", "--as-of", "2023-03-05").out
    advice = settle("advice", "feb", "cli-club").out
    assert "paid, returned on 2023-03-06 (account_closed)" in advice
    shown = json.loads(settle("show", "feb", "--json").out)
    assert (shown["state"], shown["returned_minor"]) == ("paid", 17000)
    assert settle("draft", "mar", *OF, "--upto", "2023-03-31", "--on", "2023-03-07").code == 0
    assert "170.00" in settle("show", "mar").out
    doubted = settle("approve", "mar", *OF, "--on", "2023-03-08")
    assert (doubted.code, "bank_unconfirmed" in doubted.err) == (1, True)
    assert settle("confirm-bank", "cli-club", ACCOUNT, "--on", "2023-03-08").code == 0
    assert settle("approve", "mar", *OF, "--on", "2023-03-08").code == 0
    assert "170.00" in settle("pay", "mar", *OF, "--on", "2023-03-09").out


def test_a_draft_of_one_partner_is_withdrawn(settle):
    none = settle("draft", "none", *OF, "--upto", "2023-01-31", "--partner", "cli-club")
    assert (none.code, none.err.count("\n")) == (1, 1)
    assert "nothing_to_settle" in none.err
    unknown = settle("withdraw", "none", *OF, "--reason", "wrong_cut_off")
    assert (unknown.code, "unknown_settlement" in unknown.err) == (1, True)
