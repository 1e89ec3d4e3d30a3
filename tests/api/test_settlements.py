"""From accrued fees to money paid over HTTP, as finance and an approver do it."""

import pytest

from tests.api.desk import Desk, fact
from tests.api.settling import (
    ACCOUNT,
    OTHER_ACCOUNT,
    bank,
    cancelled,
    delivered,
    done,
    drafted,
    settled,
    step,
)


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A child, and two sessions of the drama club at 85.00."""
    desk.with_child()
    desk.appended("recorder", delivered(1, 2))
    return desk


def test_a_settlement_goes_from_draft_to_payments(told: Desk) -> None:
    bank(told)
    collected = drafted(told)
    assert [part["pay_minor"] for part in collected["partners"]] == [17000]
    shown = told.read("/settlements/s1")
    assert (shown["state"], shown["drafted_by"]) == ("drafted", "the-finance")
    assert shown["partners"][0]["accruals"] == 2
    done(told, "approver", "/s1/approve")
    shown = told.read("/settlements/s1")
    assert (shown["state"], shown["approved_by"]) == ("approved", "the-approver")
    paid = done(told, "finance", "/s1/pay", reference="BACS 7", bank_account="reserve")
    [result] = paid["results"]
    assert [made["type"] for made in result["decisions"]] == ["partner.settled"]
    shown = told.read("/settlements/s1")
    assert (shown["state"], shown["paid_by"], shown["pay_minor"]) == ("paid", "the-finance", 17000)
    assert (shown["bank_account"], shown["reference"]) == ("reserve", "BACS 7")


def test_a_settled_partner_is_paid_and_the_books_say_so(told: Desk) -> None:
    bank(told)
    told.appended("finance", fact("fee.invoiced", amount_minor=17000))
    settled(told)
    partner = told.read("/partners/drama-club")
    assert (partner["accrued_minor"], partner["paid_minor"]) == (17000, 17000)
    assert (partner["settled_minor"], partner["owed_minor"]) == (17000, 0)
    accounts = {a["account"]: a["balance_minor"] for a in told.read("/trial-balance")["accounts"]}
    assert accounts["assets:bank:main"] == -17000
    assert accounts["liabilities:payable:drama-club"] == 0
    assert accounts["liabilities:accrued-fees:drama-club"] == 0
    assert told.read("/trial-balance")["total_minor"] == 0


def test_a_remittance_is_read_page_by_page_and_its_sums_are_of_all(told: Desk) -> None:
    bank(told)
    settled(told)
    told.appended("recorder", [cancelled(1), *delivered(3, 5)])
    drafted(told, "s2")
    path = "/settlements/s2/remittances/drama-club"
    whole = told.read(path)
    assert (whole["fees_minor"], whole["reversed_minor"], whole["pay_minor"]) == (
        25500,
        -8500,
        17000,
    )
    assert whole["next"] is None
    items, after = [], ""
    for _ in whole["items"]:
        page = told.read(f"{path}?limit=1{after}")
        assert (page["fees_minor"], page["reversed_minor"]) == (25500, -8500)
        items += page["items"]
        after = f"&after={page['next']}"
    assert page["next"] is None
    assert items == whole["items"]
    assert len(items) == 4


def test_a_late_register_is_in_the_next_run_and_a_reversed_one_comes_off_it(told: Desk) -> None:
    bank(told)
    settled(told)
    told.appended("recorder", [*delivered(3, 5), cancelled(1)])
    assert settled(told, "s2")["drama-club"]["amount_minor"] == 17000
    assert told.read("/partners/drama-club")["owed_minor"] == 0


def test_the_advice_of_a_remittance_lists_sessions_reversals_and_what_is_set_off(
    told: Desk,
) -> None:
    bank(told)
    settled(told)
    told.appended("recorder", [*delivered(3, 4), cancelled(1)])
    told.appended("finance", fact("fee.paid", amount_minor=1000, invoice=None))
    settled(told, "s2", reference="BACS 8")
    advice = told.read("/settlements/s2/remittances/drama-club")
    shown = [
        (i["effective_on"], i["session"], i["status"], i["rate_minor"], i["amount_minor"])
        for i in advice["items"]
    ]
    assert shown == [
        ("2022-02-03", "s-3", "delivered", 8500, 8500),
        ("2022-02-04", "s-4", "delivered", 8500, 8500),
        ("2022-02-01", "s-1", None, 8500, -8500),
    ]
    [first] = [i for i in advice["items"] if i["reverses"] is None][:1]
    assert (first["order"], first["unit"], first["percent"]) == ("po-17", "session", 100)
    assert advice["items"][2]["reverses"] is not None
    assert (advice["fees_minor"], advice["reversed_minor"]) == (17000, -8500)
    assert (advice["brought_minor"], advice["set_off_minor"]) == (-1000, 1000)
    assert (advice["pay_minor"], advice["carried_minor"]) == (7500, 0)
    assert (advice["state"], advice["reference"]) == ("paid", "BACS 8")
    assert advice["fingerprint"] == ACCOUNT


def test_an_hour_shows_its_minutes_and_a_head_count_its_heads(told: Desk) -> None:
    hourly = fact("order.placed", order="po-18", unit="hour", rate_minor=6000)
    by_head = fact("order.placed", order="po-19", unit="attendee", rate_minor=300)
    told.appended("finance", [hourly, by_head])
    told.appended("recorder", delivered(3, 3, order="po-18", minutes=45))
    told.appended("recorder", delivered(4, 4, order="po-19"))
    told.appended(
        "recorder", delivered(5, 5, order="po-19", status="cancelled_by_school", attended=None)
    )
    drafted(told)
    items = told.read("/settlements/s1/remittances/drama-club")["items"]
    shown = {(i["unit"], i["percent"], i["minutes"], i["heads"]): i["amount_minor"] for i in items}
    assert shown == {
        ("session", 100, None, None): 8500,
        ("hour", 100, 45, None): 4500,
        ("attendee", 100, None, 1): 300,
        ("attendee", 50, None, 1): 150,
    }


def test_there_is_no_advice_of_what_a_settlement_does_not_hold(told: Desk) -> None:
    drafted(told)
    for path, code in (
        ("/settlements/s1/remittances/nobody", "unknown_partner"),
        ("/settlements/s9/remittances/drama-club", "unknown_partner"),
        ("/settlements/s9", "unknown_settlement"),
    ):
        missing = told.get(path)
        assert (missing.status_code, missing.json()["code"]) == (404, code)


def test_a_draft_is_withdrawn_and_what_it_held_is_settled_later(told: Desk) -> None:
    drafted(told)
    done(told, "finance", "/s1/withdraw", reason_code="wrong_cut_off")
    assert told.read("/settlements/s1")["state"] == "withdrawn"
    assert drafted(told, "s2")["partners"][0]["pay_minor"] == 17000
    states = [item["state"] for item in told.read("/settlements")["items"]]
    assert states == ["withdrawn", "drafted"]
    [open_one] = told.read("/settlements?state=drafted&contract=lcf")["items"]
    assert open_one["settlement"] == "s2"


def test_the_list_of_settlements_has_pages(told: Desk) -> None:
    for number in (1, 2, 3):
        drafted(told, f"s{number}", partners=["drama-club"])
        done(told, "finance", f"/s{number}/withdraw", reason_code="wrong_cut_off")
    first = told.read("/settlements?limit=2")
    rest = told.read(f"/settlements?limit=2&after={first['next']}")
    names = [item["settlement"] for item in first["items"] + rest["items"]]
    assert (names, rest["next"]) == (["s1", "s2", "s3"], None)


def test_details_that_change_stop_a_run_until_they_are_confirmed(told: Desk) -> None:
    drafted(told)
    unknown = step(told, "approver", "/s1/approve")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "bank_unknown")
    bank(told)
    done(told, "approver", "/s1/approve")
    told.appended("finance", fact("partner.bank_set", fingerprint=OTHER_ACCOUNT))
    changed = step(told, "finance", "/s1/pay")
    assert (changed.status_code, changed.json()["code"]) == (422, "bank_unconfirmed")
    shown = told.read("/partners/drama-club")["bank"]
    assert (shown["fingerprint"], shown["set_by"]) == (OTHER_ACCOUNT, "the-finance")
    assert shown["confirmed_by"] is None
    old = told.append("approver", fact("partner.bank_confirmed", fingerprint=ACCOUNT))
    assert (old.status_code, old.json()["code"]) == (422, "bank_differs")
    told.appended("approver", fact("partner.bank_confirmed", fingerprint=OTHER_ACCOUNT))
    assert told.read("/partners/drama-club")["bank"]["confirmed_by"] == "the-approver"
    done(told, "finance", "/s1/pay")


def test_a_dispute_is_held_back_until_it_is_given_up(told: Desk) -> None:
    bank(told)
    told.appended("finance", fact("fee.invoiced", amount_minor=17000))
    told.appended("finance", fact("fee.disputed", amount_minor=500))
    assert settled(told)["drama-club"]["amount_minor"] == 16500
    more = told.append("finance", fact("fee.dispute_withdrawn", amount_minor=501))
    assert (more.status_code, more.json()["code"]) == (422, "exceeds_dispute")
    told.appended("finance", fact("fee.dispute_withdrawn", amount_minor=500))
    assert told.read("/partners/drama-club")["disputed_minor"] == 0
    assert settled(told, "s2")["drama-club"]["amount_minor"] == 500


def test_a_settlement_needs_something_to_settle_and_steps_in_their_order(told: Desk) -> None:
    none = step(told, "finance", "", settlement="s1", upto="2000-01-01")
    assert (none.status_code, none.json()["code"]) == (422, "nothing_to_settle")
    odd = step(told, "finance", "", settlement="s1", upto="0001-01-01")
    assert (odd.status_code, odd.json()["code"]) == (422, "shape_invalid")
    unknown = step(told, "finance", "/s1/pay")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_settlement")
    bank(told)
    drafted(told, effective_on="2022-04-05")
    early = step(told, "finance", "/s1/pay")
    assert (early.status_code, early.json()["code"]) == (422, "settlement_not_open")
    before = step(told, "approver", "/s1/approve", effective_on="2022-04-04")
    assert (before.status_code, before.json()["code"]) == (422, "out_of_order")
    told.appended("finance", fact("fee.paid", amount_minor=100, invoice=None))
    overtaken = step(told, "approver", "/s1/approve")
    assert (overtaken.status_code, overtaken.json()["code"]) == (422, "exceeds_owed")


def test_bank_details_are_set_when_they_are_others_and_confirmed_once(told: Desk) -> None:
    bank(told)
    again = told.append("finance", fact("partner.bank_set", fingerprint=ACCOUNT))
    assert (again.status_code, again.json()["code"]) == (409, "already_set")
    twice = told.append("approver", fact("partner.bank_confirmed", fingerprint=ACCOUNT))
    assert (twice.status_code, twice.json()["code"]) == (409, "already_confirmed")


def test_a_reference_in_two_contracts_needs_its_contract(told: Desk) -> None:
    drafted(told)
    told.appended("finance", [fact("contract.signed", contract="b"), order := fact("order.placed")])
    told.appended("finance", {**order, "data": {**order["data"], "contract": "b"}})
    register = fact("register.submitted", contract="b", expected=[], attended=[], engaged=None)
    told.appended("recorder", register)
    done(told, "finance", "", contract="b", settlement="s1", upto="2022-03-31")
    version = told.version()
    which = told.get(f"/settlements/s1?min_version={version}")
    assert (which.status_code, which.json()["code"]) == (422, "contract_needed")
    assert told.read("/settlements/s1?contract=b")["pay_minor"] == 8500
    advice = "/settlements/s1/remittances/drama-club"
    assert told.get(f"{advice}?min_version={version}").status_code == 422
    assert told.read(f"{advice}?contract=lcf")["pay_minor"] == 17000


def test_a_payment_sent_twice_under_one_key_is_one_payment(told: Desk) -> None:
    bank(told)
    drafted(told)
    done(told, "approver", "/s1/approve")
    url, body = f"{told.path}/settlements/s1/pay", {"contract": "lcf"}
    client, headers = told.house.clients["finance"], {"Idempotency-Key": "pay-s1"}
    first = client.post(url, json=body, headers=headers)
    again = client.post(url, json=body, headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.post(url, json={**body, "reference": "x"}, headers=headers)
    assert other.json()["code"] == "idempotency_key_reused"


def test_an_old_answer_about_a_settlement_does_not_change(told: Desk) -> None:
    bank(told)
    drafted(told)
    known = told.version()
    paths = ("/settlements/s1", "/settlements/s1/remittances/drama-club", "/partners/drama-club")
    before = [told.read(f"{path}?known_at={known}") for path in paths]
    told.appended("recorder", cancelled(2))
    told.appended("recorder", delivered(2, 3))
    told.appended("finance", fact("partner.bank_set", fingerprint=OTHER_ACCOUNT))
    bank(told)
    done(told, "approver", "/s1/approve")
    done(told, "finance", "/s1/pay")
    after = [told.get(f"{path}?known_at={known}").json() for path in paths]
    assert after == before


def test_a_settlement_is_what_it_was_by_each_day(told: Desk) -> None:
    bank(told)
    drafted(told, effective_on="2022-04-01")
    done(told, "approver", "/s1/approve", effective_on="2022-04-03")
    done(told, "finance", "/s1/pay", effective_on="2022-04-05")
    states = {
        day: told.read(f"/settlements/s1?as_of=2022-04-0{day}")["state"] for day in (1, 3, 4, 5)
    }
    assert states == {1: "drafted", 3: "approved", 4: "approved", 5: "paid"}
    assert told.get("/settlements/s1?as_of=2022-03-31").status_code == 404
    assert told.read("/partners/drama-club?as_of=2022-04-04")["owed_minor"] == 17000
