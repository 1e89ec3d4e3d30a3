"""Funders, partners, payments, the journal and the trial balance, at any pair."""

from fractions import Fraction

import pytest

from ledger.events.cash import (
    FeeCredited,
    FeeDisputed,
    FeeInvoiced,
    FeePaid,
    ReceiptRecorded,
    RefundPaid,
)
from ledger.events.decisions import PaymentEvidenceChanged, PaymentLapsed
from ledger.invariants import InvariantBroken
from projections.folds.posting_rules import Entry, Line
from projections.reading import events as reading_events
from projections.reading.events import event, events
from projections.reading.funders import exact_decimal, funder, funders
from projections.reading.journal import journal_lines
from projections.reading.partners import partner
from projections.reading.payments import payment, payments
from projections.reading.summary import summary
from projections.reading.trial_balance import trial_balance
from tests.projections import given
from tests.projections.history import CONTRACT, day


def outcome(history, on, **more):
    return history.release(
        on, given.ENGAGED, trigger="OUTCOME_1", kind="outcome_count", child="c1", **more
    )


def test_year_end_shows_what_is_known_and_what_is_effective(history, read):
    """domain.md 10, example 8, as far as nothing is claimed yet."""
    given.terms(history)
    history.add(ReceiptRecorded(CONTRACT, "phil", "r0", 100), "2019-09-02")
    known_on_31_august = history.version
    outcome(history, "2021-07-18")
    assert read(summary, known_at=known_on_31_august) == {"items": []}
    items = read(summary, as_of="2021-08-31")["items"]
    assert [(row["period"], row["amount_minor"]) for row in items] == [("2021-07", 167_500)]
    shares = read(funders, as_of="2021-08-31").items
    assert sum(row["recognised_minor"] for row in shares) == 167_500
    assert {row["claimed_minor"] for row in shares} == {0}
    assert read(funders, as_of="2021-07-17").items[0]["recognised_minor"] == 0


def test_a_reversal_negates_to_the_penny_and_keeps_the_row(history, read):
    given.terms(history)
    released = outcome(history, "2021-07-18")
    before = history.version
    history.reverse(released)
    row = read(payment, f"P{released}")
    assert (row["state"], row["amount_minor"], row["reversed_version"]) == (
        "reversed",
        167_500,
        history.version,
    )
    then = read(payment, f"P{released}", known_at=before)
    assert (then["state"], then["reversed_version"]) == ("released", None)
    shown = read(funder, "phil")
    assert (shown["released_minor"], shown["reversed_minor"]) == (73_683, 73_683)
    assert (shown["recognised_minor"], shown["exact_share_minor"]) == (0, "0")
    item = read(summary, by="quarter")["items"][0]
    assert (item["period"], item["count"], item["amount_minor"]) == ("2021-Q3", 0, 0)
    assert (item["released_minor"], item["reversed_minor"]) == (167_500, 167_500)
    assert (item["from"], item["to"]) == ("2021-07-01", "2021-09-30")


def test_a_funder_shows_its_cap_its_headroom_and_its_exact_share(history, read):
    given.terms(history)
    outcome(history, "2021-07-18")
    history.release(
        "2021-07-19",
        given.ENGAGED | {"la": 0},
        unfunded={"la": 31_457},
        trigger="ENGAGED_Y2",
        kind="engagement",
    )
    shown = read(funder, "la", contract=CONTRACT)
    assert (shown["committed_minor"], shown["headroom_minor"]) == (61_200_000, 61_168_543)
    assert (shown["recognised_minor"], shown["unfunded_minor"]) == (31_457, 31_457)
    assert shown["exact_share_minor"] == "62913"
    assert read(funder, "phil")["headroom_minor"] is None
    assert read(funder, "nobody") is None


@pytest.mark.parametrize(
    "amount, shown",
    [
        (Fraction(0), "0"),
        (Fraction(1, 8), "0.125"),
        (Fraction(-5, 2), "-2.5"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(73_682_500, 1_000), "73682.5"),
        (Fraction(7, 10_000), "0.0007"),
    ],
)
def test_a_share_is_exact_when_its_decimal_ends(amount, shown):
    assert exact_decimal(amount) == shown


def test_a_receipt_is_a_liability_and_a_voided_one_leaves_nothing(history, read):
    given.terms(history)
    received = history.add(ReceiptRecorded(CONTRACT, "phil", "r1", 200_000), "2021-10-01")
    history.add(RefundPaid(CONTRACT, "phil", 13_860), "2021-11-01")
    before = history.version
    given.void(history, received, "2021-12-01")
    then = read(funder, "phil", known_at=before)
    assert (then["received_minor"], then["refunded_minor"]) == (200_000, 13_860)
    assert then["unallocated_minor"] == 186_140
    assert read(funder, "phil")["received_minor"] == 0
    accounts = read(trial_balance, known_at=before, as_of="2021-10-31")["accounts"]
    assert accounts == [
        {"account": "assets:bank:main", "fund": "restricted", "balance_minor": 200_000},
        {
            "account": "liabilities:funder-credit:phil",
            "fund": "restricted",
            "balance_minor": -200_000,
        },
    ]


def test_an_overpaid_partner_owes_us(history, read):
    """domain.md 10, example 5, the money."""
    given.terms(history)
    for number in range(10):
        history.accrue(f"2020-01-{number + 6:02}", 8_500)
    history.accrue("2020-02-03", 4_250)
    history.add(FeeInvoiced(CONTRACT, "p1", "i1", 102_000), "2020-02-28")
    history.add(FeePaid(CONTRACT, "p1", 102_000, "i1"), "2020-03-06")
    overpaid = read(partner, "p1")
    assert (overpaid["accrued_minor"], overpaid["owed_minor"]) == (89_250, -12_750)
    history.add(FeeDisputed(CONTRACT, "p1", "i1", 12_750, "cancelled"), "2020-03-09")
    history.add(FeeCredited(CONTRACT, "p1", "n1", "i1", 12_750), "2020-03-10")
    for number in range(6):
        history.accrue(f"2020-04-{number + 6:02}", 8_500)
    history.add(FeePaid(CONTRACT, "p1", 38_250), "2020-05-06")
    shown = read(partner, "p1")
    assert shown["accrued_minor"] == shown["paid_minor"] == 140_250
    assert (shown["credited_minor"], shown["disputed_minor"]) == (12_750, 12_750)
    assert shown["orders"][0]["accrued_minor"] == 140_250
    assert read(partner, "p1", as_of="2020-01-31")["accrued_minor"] == 85_000
    assert {row["fund"] for row in read(trial_balance)["accounts"]} == {"restricted"}


def test_every_fund_balances_by_itself_at_every_version(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    history.reverse(outcome(history, "2021-07-18"))
    history.accrue("2020-01-06", 8_500)
    for known_at in range(1, history.version + 1):
        for fund in (None, "general", "restricted"):
            assert read(trial_balance, known_at=known_at, fund=fund)["total_minor"] == 0


def test_an_entry_that_does_not_balance_cannot_be_made():
    lines = (
        Line("assets:bank:main", "general", "paid", 5),
        Line("liabilities:payable:p1", "restricted", "paid", -5),
    )
    with pytest.raises(InvariantBroken):
        Entry(1, day("2020-01-06"), CONTRACT, lines)


def test_lines_of_the_journal_carry_everybody_they_concern(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    history.accrue("2020-01-06", 8_500)
    released = read(journal_lines, child="c1").items
    assert len(released) == 8
    assert released[0] == {
        "version": history.version - 1,
        "line": 1,
        "effective_on": "2019-09-09",
        "posted_on": "2019-09-09",
        "prior_period": False,
        "account": "assets:accrued-income:phil",
        "contract": CONTRACT,
        "fund": "restricted",
        "funder": "phil",
        "partner": None,
        "child": "c1",
        "amount_minor": 73_903,
    }
    assert len(read(journal_lines, partner="p1").items) == 2
    first = read(journal_lines, limit=7)
    rest = read(journal_lines, after=first.after)
    assert [(row["version"], row["line"]) for row in first.items + rest.items] == [
        *((history.version - 1, line) for line in range(1, 9)),
        (history.version, 1),
        (history.version, 2),
    ]


def test_a_withheld_row_goes_when_its_trigger_is_released_or_no_longer_earned(history, read):
    given.terms(history)
    held = history.withhold("2019-09-09", child="c1")
    early = history.version
    history.release("2019-09-09", given.SIGN_UP, child="c1")
    history.withhold("2019-09-09", child="c2")
    history.add(
        PaymentLapsed(CONTRACT, f"W{history.version}", "SIGN_UP", "sign_up", 168_000, 1, "c2"),
        "2019-09-09",
    )
    assert read(payments, state="withheld").items == []
    assert [row["payment"] for row in read(payments, state="withheld", known_at=early).items] == [
        f"W{held}"
    ]
    assert [row["child"] for row in read(payments, funder="phil").items] == ["c1"]


def test_evidence_that_changed_is_shown_from_when_it_changed(history, read):
    given.terms(history)
    released = outcome(history, "2021-07-18")
    changed = PaymentEvidenceChanged(
        CONTRACT, f"P{released}", "OUTCOME_1", "outcome_count", 1, (7, 9), "c1"
    )
    history.add(changed, "2021-07-18")
    assert read(payment, f"P{released}")["evidence"] == [7, 9]
    assert read(payment, f"P{released}", known_at=released)["evidence"] == [1]


def test_the_feed_gives_what_concerns_everybody_asked_for(history, read):
    given.terms(history)
    given.enrol(history, "c1")
    given.enrol(history, "c2")
    given.meet(history, "c1", "2019-10-01")
    given.register(history, "s1", "2019-11-04", ("c1", "c2"))
    enrolled = next(e.version for e in history.events if e.type == "child.enrolled")
    voiding = given.void(history, enrolled, "2019-12-01")

    def types(**filters):
        return [row["type"] for row in read(events, **filters).items]

    assert types(child="c1") == [
        "child.enrolled",
        "payment.released",
        "interaction.recorded",
        "register.submitted",
        "fact.voided",
    ]
    assert types(child="c1", funder="phil") == ["payment.released"]
    assert types(partner="p1") == ["order.placed", "register.submitted"]
    assert types(contract=CONTRACT, type="interaction.recorded") == ["interaction.recorded"]
    assert types(actor="anna", as_of="2019-09-30") == ["fact.voided"]
    assert len(types()) == history.version
    assert read(events, limit=3, after=2).after == "5"
    assert read(event, voiding)["data"]["version"] == enrolled
    assert read(event, voiding, known_at=enrolled) is None


def test_a_long_search_ends_with_a_short_page_and_goes_on(history, read, monkeypatch):
    monkeypatch.setattr(reading_events, "SCANNED_MAX", 10)
    given.terms(history)
    for number in range(12):
        given.enrol(history, f"c{number}", on="2020-10-05")
    last = given.enrol(history, "early")
    found, after = [], 0
    for _ in range(9):
        page = read(events, type="child.enrolled", as_of="2019-09-30", after=after)
        found += [row["version"] for row in page.items]
        if page.after is None:
            break
        after = int(page.after)
    assert found == [last]
