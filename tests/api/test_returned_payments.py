"""A payment that the bank sends back, over HTTP: by its door, and as a fact among others."""

import pytest

from tests.api.desk import Desk, fact
from tests.api.settling import (
    ACCOUNT,
    bank,
    delivered,
    done,
    drafted,
    returned,
    step,
)


@pytest.fixture
def paid(desk: Desk) -> Desk:
    """Two sessions of the drama club, settled by a payment of 170.00."""
    desk.with_child()
    desk.appended("recorder", delivered(1, 2))
    bank(desk)
    drafted(desk, effective_on="2022-04-01")
    done(desk, "approver", "/s1/approve", effective_on="2022-04-04")
    done(desk, "finance", "/s1/pay", effective_on="2022-04-05", reference="BACS 7")
    return desk


def test_a_payment_comes_back_by_its_door_and_the_partner_is_owed_again(paid: Desk) -> None:
    answer = returned(paid, 17000, effective_on="2022-04-08")
    assert answer.status_code == 201, answer.text
    [result] = answer.json()["results"]
    [made] = result["decisions"]
    assert (made["type"], made["effective_on"]) == ("partner.unsettled", "2022-04-08")
    assert (made["data"]["amount_minor"], made["data"]["reference"]) == (-17000, "BACS 7")
    partner = paid.read("/partners/drama-club")
    assert (partner["paid_minor"], partner["owed_minor"]) == (0, 17000)
    assert (partner["settled_minor"], partner["returned_minor"]) == (0, 17000)
    assert (partner["bank"]["fingerprint"], partner["bank"]["confirmed_by"]) == (ACCOUNT, None)
    [account] = paid.read("/cash-book")["accounts"]
    assert (account["out_minor"], account["in_minor"]) == (17000, 17000)
    assert account["closing_minor"] == 0
    assert paid.read("/trial-balance")["total_minor"] == 0
    creditors = paid.read("/aged-creditors")
    assert creditors["totals"]["total_minor"] == 17000


def test_a_settlement_and_its_advice_say_what_came_back(paid: Desk) -> None:
    returned(paid, 17000, effective_on="2022-04-08")
    shown = paid.read("/settlements/s1")
    assert (shown["state"], shown["pay_minor"], shown["returned_minor"]) == ("paid", 17000, 17000)
    [part] = shown["partners"]
    assert (part["returned_on"], part["return_reason_code"]) == ("2022-04-08", "account_closed")
    advice = paid.read("/settlements/s1/remittances/drama-club")
    assert (advice["returned_on"], advice["return_reason_code"]) == ("2022-04-08", "account_closed")
    earlier = paid.read("/settlements/s1/remittances/drama-club?as_of=2022-04-07")
    assert (earlier["returned_on"], earlier["pay_minor"]) == (None, 17000)
    assert paid.read("/settlements/s1?as_of=2022-04-07")["returned_minor"] == 0


def test_the_next_run_pays_what_came_back_once_the_account_is_confirmed_anew(paid: Desk) -> None:
    returned(paid, 17000, effective_on="2022-04-08")
    [part] = drafted(paid, "s2")["partners"]
    assert (part["accruals"], part["brought_minor"], part["pay_minor"]) == ([], 17000, 17000)
    doubted = step(paid, "approver", "/s2/approve")
    assert (doubted.status_code, doubted.json()["code"]) == (422, "bank_unconfirmed")
    paid.appended("approver", fact("partner.bank_confirmed", fingerprint=ACCOUNT))
    done(paid, "approver", "/s2/approve")
    [result] = done(paid, "finance", "/s2/pay")["results"]
    assert [made["data"]["amount_minor"] for made in result["decisions"]] == [17000]
    partner = paid.read("/partners/drama-club")
    assert (partner["owed_minor"], partner["settled_minor"]) == (0, 17000)


def test_a_payment_comes_back_whole_and_once_and_not_before_it_went_out(paid: Desk) -> None:
    version = paid.version()
    for amount_minor in (16999, 17001):
        other = returned(paid, amount_minor)
        assert (other.status_code, other.json()["code"]) == (422, "return_differs")
        assert other.json()["errors"][0]["pointer"] == "/data/amount_minor"
    for changes, code, pointer in (
        ({"effective_on": "2022-04-04"}, "out_of_order", "/effective_on"),
        ({"effective_on": "2199-01-01"}, "future_date", "/effective_on"),
        ({"partner": "nobody"}, "unknown_partner", "/data/partner"),
    ):
        answer = returned(paid, 17000, **changes)
        assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
        assert answer.json()["errors"][0]["pointer"] == pointer
    assert returned(paid, 0).json()["code"] == "shape_invalid"
    assert paid.version() == version
    assert returned(paid, 17000).status_code == 201
    again = returned(paid, 17000)
    assert (again.status_code, again.json()["code"]) == (409, "already_returned")


def test_only_a_settlement_that_was_paid_has_something_to_return(paid: Desk) -> None:
    unknown = returned(paid, 17000, "s9")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_settlement")
    paid.appended("recorder", delivered(3, 3))
    drafted(paid, "s2")
    early = returned(paid, 8500, "s2")
    assert (early.status_code, early.json()["code"]) == (422, "settlement_not_open")


def test_a_return_is_appended_as_a_fact_as_well_and_only_by_finance(paid: Desk) -> None:
    sent = fact("settlement.returned", settlement="s1", amount_minor=17000)
    for role in ("approver", "recorder"):
        refused = paid.append(role, sent)
        assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
    version = paid.version()
    tried = paid.append("finance", sent, query="?dry_run=true")
    assert tried.is_success
    assert paid.version() == version
    paid.appended("finance", sent)
    assert paid.read("/partners/drama-club")["returned_minor"] == 17000


def test_a_return_sent_twice_under_one_key_is_one_return(paid: Desk) -> None:
    body = {"contract": "lcf", "partner": "drama-club", "amount_minor": 17000}
    body["reason_code"] = "wrong_account"
    url = f"{paid.path}/settlements/s1/return"
    client, headers = paid.house.clients["finance"], {"Idempotency-Key": "back-s1"}
    first = client.post(url, json=body, headers=headers)
    again = client.post(url, json=body, headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"


def test_an_old_answer_does_not_know_of_the_return(paid: Desk) -> None:
    known = paid.version()
    paths = (
        *("/settlements/s1", "/settlements/s1/remittances/drama-club", "/partners/drama-club"),
        *("/cash-book", "/trial-balance", "/aged-creditors"),
    )
    before = [paid.read(f"{path}?known_at={known}") for path in paths]
    returned(paid, 17000, effective_on="2022-04-05")
    settled_again = [paid.get(f"{path}?known_at={known}&min_version={known + 2}") for path in paths]
    for answer in before:
        answer.pop("version", None)
    after = [{k: v for k, v in answer.json().items() if k != "version"} for answer in settled_again]
    assert after == before
