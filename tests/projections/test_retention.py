"""What is due at any pair: leaving, voiding, last payments, several contracts."""

from ledger.events.cash import FeePaid, ReceiptRecorded
from ledger.events.children import ChildCompleted, ChildEnrolled
from ledger.events.claims import CreditNoteIssued, CreditRefunded
from ledger.events.settlements import FundAmount, PartnerSettled, PartnerUnsettled
from projections.reading.contracts import contract
from projections.reading.retention import due
from tests.projections import given
from tests.projections.history import CONTRACT, day
from tests.projections.keeping import TODAY, WHEN_LEFT, erase, rule, second_contract


def test_without_a_rule_everything_is_kept_and_the_answer_says_so(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    page = read(due, today=TODAY)
    assert (page.items, page.after) == ([], None)
    assert page.about == {
        "on": TODAY,
        "today": TODAY,
        "without_rule": [
            {"contract": CONTRACT, "kind": kind}
            for kind in ("financial_records", "identity", "scores")
        ],
    }
    rule(history, *WHEN_LEFT)
    missing = read(due, today=TODAY).about["without_rule"]
    assert [row["kind"] for row in missing] == ["financial_records", "identity"]


def test_who_left_earlier_is_due_earlier(history, asked):
    rule(history, *WHEN_LEFT)
    for child in ("c1", "c2", "c3"):
        given.enrol(history, child)
    given.withdraw(history, "c2", "2020-02-29")
    history.add(ChildCompleted(CONTRACT, "c3"), "2021-07-20")
    withdrawn = ("c2", "scores", "2021-02-28", "due")
    completed = ("c3", "scores", "2022-07-20", "due")
    assert asked("2021-02-27") == []
    assert asked("2021-02-28") == [withdrawn]
    assert asked("2022-07-30") == [withdrawn, completed]
    assert asked("2022-07-31") == [("c1", "scores", "2022-07-31", "due"), withdrawn, completed]


def test_each_contract_says_which_rule_it_was_and_from_where_it_counted(history, read):
    given.terms(history)
    version = rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    [row] = read(due, today=TODAY).items
    assert row == {
        "child": "c1",
        "kind": "scores",
        "due_on": "2022-07-31",
        "state": "due",
        "held_until": None,
        "request": None,
        "contracts": [
            {
                "contract": CONTRACT,
                "due_on": "2022-07-31",
                "rule_version": version,
                "months": 12,
                "after": "left_programme",
                "counted_from": "2021-07-31",
            }
        ],
    }


def test_a_rule_counts_from_its_own_day_on_and_a_later_one_replaces_it(history, asked):
    rule(history, *WHEN_LEFT)
    rule(history, months=36, on="2022-08-10")
    given.enrol(history, "c1")
    assert asked("2022-08-09") == [("c1", "scores", "2022-07-31", "due")]
    assert asked("2022-08-10") == []
    assert asked("2024-07-31") == [("c1", "scores", "2024-07-31", "due")]
    rule(history, months=1, on="2022-08-10")
    assert asked("2022-08-10") == [("c1", "scores", "2021-08-31", "due")]


def test_an_old_answer_stays_what_it_was(history, asked, read):
    rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    known = history.version
    given.withdraw(history, "c1", "2020-01-15")
    erase(history, "c1", "2021-03-01")
    rule(history, months=36)
    assert asked("2022-07-31") == []
    assert asked("2022-07-31", known_at=known) == [("c1", "scores", "2022-07-31", "due")]
    assert read(due, today=TODAY, as_of="2022-07-31", known_at=known).about["on"] == day(
        "2022-07-31"
    )


def test_a_withdrawal_after_the_day_of_the_question_has_not_happened(history, asked):
    rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    given.withdraw(history, "c1", "2020-01-15")
    assert asked("2022-07-31", as_of="2020-01-14") == [("c1", "scores", "2022-07-31", "due")]


def test_a_voided_withdrawal_did_not_happen_and_a_voided_enrolment_is_still_held(history, asked):
    rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    wrong = given.withdraw(history, "c1", "2020-01-15")
    given.void(history, wrong, "2020-01-20")
    given.void(history, given.enrol(history, "c2"), "2020-01-20")
    assert asked("2022-07-31") == [
        ("c1", "scores", "2022-07-31", "due"),
        ("c2", "scores", "2022-07-31", "due"),
    ]


def test_the_last_payment_is_the_latest_released_or_reversed(history, asked):
    rule(history, after="last_payment")
    for child in ("c1", "c2"):
        given.enrol(history, child)
    history.add(ChildEnrolled(CONTRACT, "c3", "2019", "s1", day("2019-09-09")), "2019-09-09")
    paid = history.release("2021-09-10", given.ENGAGED, child="c1", trigger="OUTCOME_1")
    history.reverse(paid)
    assert asked("2025-09-30") == [
        ("c1", "scores", "2022-09-10", "due"),
        ("c2", "scores", "2021-07-31", "due"),  # paid at its sign-up only, and then left
        ("c3", "scores", "2025-09-30", "due"),  # never paid for: the contract's end
    ]


def test_a_child_of_two_contracts_is_due_when_both_are(history, asked, read):
    rule(history, *WHEN_LEFT)
    given.enrol(history, "c1")
    given.enrol(history, "c2")
    second_contract(history, "c1")
    only_c2 = [("c2", "scores", "2022-07-31", "due")]
    assert asked("2031-01-01") == only_c2
    rule(history, months=6, after="contract_ended", of="two", on="2020-09-01")
    assert asked("2026-01-30") == only_c2
    assert asked("2026-01-31") == [("c1", "scores", "2026-01-31", "due"), *only_c2]
    [row] = read(due, today=TODAY, on=day("2026-01-31"), contract="two").items
    assert [part["contract"] for part in row["contracts"]] == [CONTRACT, "two"]


def test_financial_records_are_reported_by_contract_seven_years_after_the_last_payment(
    history, asked
):
    rule(history, "financial_records", 84, "last_payment")
    given.enrol(history, "c1")
    assert asked("2026-09-08") == []
    assert asked("2026-09-09") == [(None, "financial_records", "2026-09-09", "reported")]
    history.add(ReceiptRecorded(CONTRACT, "la", "r1", 100), "2024-11-15")
    assert asked("2031-11-14") == []
    history.add(FeePaid(CONTRACT, "p1", 100), "2024-11-20")
    assert asked("2031-11-15") == []
    assert asked("2031-11-20") == [(None, "financial_records", "2031-11-20", "reported")]


def test_what_a_settlement_pays_and_what_comes_back_of_it_is_a_last_payment_too(history, asked):
    rule(history, "financial_records", 84, "last_payment")
    given.enrol(history, "c1")
    account, funds = "0" * 64, (FundAmount("restricted", 100),)
    paid = PartnerSettled(CONTRACT, "t1", "p1", 100, "main", account, funds, 1)
    version = history.add(paid, "2024-11-20")
    assert asked("2031-11-19") == []
    assert asked("2031-11-20") == [(None, "financial_records", "2031-11-20", "reported")]
    negated = (FundAmount("restricted", -100),)
    back = PartnerUnsettled(
        CONTRACT, "t1", "p1", -100, "main", account, negated, version, "account_closed", 1
    )
    history.add(back, "2024-11-25")
    assert asked("2031-11-24") == []
    assert asked("2031-11-25") == [(None, "financial_records", "2031-11-25", "reported")]


def test_a_credit_note_that_is_paid_out_is_a_last_payment_too(history, asked):
    rule(history, "financial_records", 84, "last_payment")
    given.enrol(history, "c1")
    note = CreditNoteIssued(CONTRACT, "q1", "la", "N9", 100, "RF18N9", 1)
    history.add(note, "2024-11-18")
    history.add(CreditRefunded("N9", 100), "2024-11-20")
    assert asked("2031-11-19") == []
    assert asked("2031-11-20") == [(None, "financial_records", "2031-11-20", "reported")]


def test_the_rules_of_a_contract_are_among_its_terms(history, read):
    given.terms(history)
    rule(history, *WHEN_LEFT)
    rule(history, "identity", 24, on="2022-01-01")
    shown = read(contract, CONTRACT, today=TODAY)["retention"]
    assert shown == [
        {"effective_on": "2019-09-01", "kind": "scores", "months": 12, "after": "left_programme"},
        {"effective_on": "2022-01-01", "kind": "identity", "months": 24, "after": "left_programme"},
    ]
