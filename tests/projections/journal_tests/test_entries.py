"""Journal tests: what each finds, counted again by hand over a year that the rules decided."""

import datetime
from collections import Counter, defaultdict

import pytest

from ledger.events.cash import (
    FeeInvoiced,
    FeePaid,
    ReceiptAllocated,
    ReceiptRecorded,
    ReceiptUnallocated,
)
from ledger.events.claims import ClaimReduced, ClaimWithdrawn
from ledger.events.decisions import FeeReversed, PaymentReversed
from ledger.events.people import FactVoided
from ledger.events.periods import PeriodClosed
from ledger.events.settlements import (
    PartnerBankSet,
    PartnerUnsettled,
)
from projections.audit.journal_tests import TESTS, Scope, journal_tests
from projections.reading.journal import journal_lines
from projections.reading.span import Span
from tests.projections.finance import SECOND
from tests.projections.history import CONTRACT, day

LONDON = "Europe/London"
YEAR = Span(day("2020-01-01"), day("2020-12-31"))


def versions(items):
    return [item["version"] for item in items]


@pytest.fixture
def entries(read):
    """The entries by hand: version to posted day, effective day, debits."""

    def listed(**asked):
        lines = read(journal_lines, limit=1000, **asked).items
        found = defaultdict(lambda: {"amount_minor": 0})
        for line in lines:
            entry = found[line["version"]]
            entry["posted_on"] = day(line["posted_on"])
            entry["effective_on"] = day(line["effective_on"])
            entry["amount_minor"] += max(line["amount_minor"], 0)
        return dict(found)

    return listed


@pytest.mark.usefixtures("year")
def test_every_test_answers_at_once(read):
    answer = read(journal_tests, scope=Scope(LONDON), limit=1)
    assert [found["test"] for found in answer["tests"]] == list(TESTS)
    assert all(len(found["items"]) <= 1 for found in answer["tests"])
    assert all(found["description"] for found in answer["tests"])
    assert (answer["timezone"], answer["next"]) == (LONDON, None)


@pytest.mark.usefixtures("year")
def test_sums_are_looked_at_entry_by_entry(told, entries):
    by_hand = entries()
    found, items = told("round_sums", round_minor=100)
    assert versions(items) == [v for v, e in by_hand.items() if e["amount_minor"] % 100 == 0]
    assert 0 < found["count"] < found["examined"] == len(by_hand)
    assert found["parameters"] == {"round_minor": 100}
    found, items = told("below_limit", limit_minor=170_000, below_percent=2)
    wanted = [v for v, e in by_hand.items() if 166_600 <= e["amount_minor"] < 170_000]
    assert versions(items) == wanted != []
    assert told("below_limit", limit_minor=168_000, below_percent=1)[1] == []
    for limit in (1, 30_000, 50_000_000, 10**15):  # of every width that a number has in PostgreSQL
        wanted = [v for v, e in by_hand.items() if e["amount_minor"] < limit]
        assert versions(told("below_limit", limit_minor=limit, below_percent=100)[1]) == wanted


@pytest.mark.usefixtures("year")
def test_a_span_is_of_days_of_posting(told, entries):
    by_hand = entries(contract=SECOND)
    found, _ = told("round_sums", contract=SECOND)
    assert found["examined"] == len(by_hand)
    posted = [e for e in entries().values() if YEAR.begins_on <= e["posted_on"] <= YEAR.ends_on]
    assert told("round_sums", span=YEAR)[0]["examined"] == len(posted)
    early = entries(as_of="2020-01-06", known_at=90)
    assert told("round_sums", as_of="2020-01-06", known_at=90)[0]["examined"] == len(early)


@pytest.mark.usefixtures("year")
def test_what_is_recorded_late_is_counted_in_local_days(told, entries):
    """The history is recorded on 23 November 2026."""
    recorded_on = datetime.date(2026, 11, 23)
    by_hand = {v: (recorded_on - e["effective_on"]).days for v, e in entries().items()}
    limit = 2_400
    _, items = told("back_dated", back_dated_days=limit)
    assert {i["version"]: i["days_late"] for i in items} == {
        v: late for v, late in by_hand.items() if late > limit
    }
    assert items


@pytest.mark.usefixtures("year")
def test_odd_hours_are_those_of_the_ledgers_zone(told):
    """Everything is recorded within minutes of midnight on a Monday."""
    night = told("odd_hours")[0]
    assert night["count"] == night["examined"] > 0
    assert (night["parameters"]["office_from"], night["items"][0]["weekday"]) == ("08:00", 1)
    early = {"office_from": datetime.time(0), "office_to": datetime.time(6)}
    assert told("odd_hours", **early)[0]["count"] == 0
    assert told("odd_hours", **early, workdays=(6, 7))[0]["count"] == night["examined"]


def test_what_is_posted_back_in_the_span_is_found(told, entries, year):
    back, allocated, reduced = {}, {}, defaultdict(list)
    for event in year.events:
        match event.data:
            case PaymentReversed() | FeeReversed():
                back[event.data.reversed_version] = event.version
            case FactVoided():
                back[event.data.version] = event.version
            case PartnerUnsettled():
                back[event.data.settled_version] = event.version
            case ReceiptAllocated() as part:
                allocated[part.receipt, part.invoice] = event.version
            case ReceiptUnallocated() as taken:
                back[allocated[taken.receipt, taken.invoice]] = event.version
            case ClaimReduced() as off:
                reduced[off.contract, off.claim].append(event.version)
            case ClaimWithdrawn() as taken:
                back |= dict.fromkeys(reduced[taken.contract, taken.claim], event.version)
    by_hand = entries()
    _, items = told("reversed_in_period")
    assert {i["version"]: i["reversed_by"] for i in items} == {
        v: by for v, by in back.items() if v in by_hand and by in by_hand
    }
    kinds = {year.events[i["reversed_by"] - 1].type for i in items}
    assert kinds == {
        "payment.reversed", "fee.reversed", "fact.voided", "partner.unsettled",
        "receipt.unallocated", "claim.withdrawn",
    }  # fmt: skip


def test_actors_who_seldom_post_are_found(told, entries, year):
    counted = Counter(year.events[v - 1].actor for v in entries())
    for most in (1, 5, 10, 20):
        _, items = told("seldom_actors", seldom_entries=most)
        seldom = {actor for actor, count in counted.items() if count <= most}
        assert {item["actor"] for item in items} == seldom
        assert sum(counted[actor] for actor in seldom) == len(items)


def test_payments_soon_after_new_bank_details_are_found(told, year):
    _, items = told("new_bank_details")
    assert [(i["event"], i["partner"], i["is_first"]) for i in items] == [
        ("partner.settled", "p1", True), ("partner.settled", "p1", True),
    ]  # fmt: skip
    assert told("new_bank_details", bank_days=2)[0]["count"] == 0
    year.add(PartnerBankSet("p1", "b" * 64), "2020-09-01")
    year.add(FeePaid(CONTRACT, "p1", 123), "2020-09-02")
    _, items = told("new_bank_details", bank_days=2)
    assert [(i["event"], i["is_first"], i["set_on"]) for i in items] == [
        ("fee.paid", False, "2020-09-01")
    ]


def test_bank_details_of_a_day_that_lies_back_are_new_when_they_were_received(told, year):
    year.add(PartnerBankSet("p1", "b" * 64), "2015-01-01", received="2020-09-01")
    paid = year.add(FeePaid(CONTRACT, "p1", 123), "2020-09-02")
    year.add(PartnerBankSet("p1", "c" * 64), "2015-01-01")
    again = year.add(FeePaid(CONTRACT, "p1", 124), "2020-09-02")
    _, items = told("new_bank_details", bank_days=2)
    assert [(i["version"], i["set_on"]) for i in items] == [
        (paid, "2020-09-01"), (again, "2020-09-01"),
    ]  # fmt: skip


def test_numbers_that_another_contract_has_are_not_missing(told, year):
    for contract, receipt in ((SECOND, "r6"), (CONTRACT, "r7"), (SECOND, "r8"), (CONTRACT, "r9")):
        year.add(ReceiptRecorded(contract, "la", receipt, 1_000), "2020-09-02")
    for contract in (None, CONTRACT, SECOND):
        first, items = told("number_gaps", contract=contract)
        assert items == []
        assert first["examined"] > 0


def test_the_same_sum_twice_on_one_day_is_found(told, year):
    before = told("duplicate_amounts")[0]["count"]
    first = year.add(FeePaid(CONTRACT, "p1", 777), "2020-09-02")
    year.add(FeePaid(CONTRACT, "p2", 777), "2020-09-02")
    year.add(FeeInvoiced(CONTRACT, "p1", "i9", 777), "2020-09-02")
    year.add(FeePaid(CONTRACT, "p1", 777), "2020-09-03")
    assert told("duplicate_amounts")[0]["count"] == before == 0
    second = year.add(FeePaid(CONTRACT, "p1", 777), "2020-09-02")
    assert versions(told("duplicate_amounts")[1]) == [first, second]


def test_missing_numbers_are_found(told, year):
    """The receipts are r1 to r5; partners' invoices are i1 of one and i2 of another."""
    assert told("number_gaps")[1] == []
    year.add(ReceiptRecorded(CONTRACT, "phil", "r9", 1_000), "2020-09-02")
    year.add(FeeInvoiced(CONTRACT, "p2", "i4", 777), "2020-09-02")
    for number in (3, 6, 9, 12):  # months, and no numbers
        year.add(FeeInvoiced(CONTRACT, "p2", f"2020-{number:02}", 777), "2020-09-02")
    _, items = told("number_gaps")
    assert [(i["name"], i["missing_from"], i["missing_upto"]) for i in items] == [
        ("r9", 6, 8), ("i4", 3, 3),
    ]  # fmt: skip
    assert told("number_gaps", span=Span(day("2020-10-01"), None))[0]["examined"] == 0


def test_references_by_month_have_no_numbers_until_one_is_no_month(told, year):
    before = told("number_gaps")[0]["examined"]
    for month in ("09", "10", "12"):
        year.add(ReceiptRecorded(CONTRACT, "la", f"rbkc-2020-{month}", 1_000), "2020-09-02")
        year.add(FeeInvoiced(CONTRACT, "p2", f"music-2021-{month}", 777), "2020-09-02")
        year.add(FeeInvoiced(CONTRACT, "p1", f"music2021{month}", 777), "2020-09-02")
    first, items = told("number_gaps")
    assert (items, first["examined"]) == ([], before)
    year.add(FeeInvoiced(CONTRACT, "p2", "music-2021-13", 777), "2020-09-02")
    first, items = told("number_gaps")
    assert [(i["name"], i["missing_from"]) for i in items] == [("music-2021-12", 11)]
    assert first["examined"] == before + 4


def test_what_a_closed_period_left_behind_is_found(told, year):
    assert told("closed_period")[1] == []
    closing = PeriodClosed(day("2019-09-01"), day("2020-07-31"), "soft", (), 1, "0" * 64)
    year.add(closing, "2020-09-01")
    late = year.add(ReceiptRecorded(CONTRACT, "phil", "r6", 1_000), "2020-03-02")
    _, [item] = told("closed_period")
    assert (item["version"], item["posted_on"]) == (late, "2020-08-01")
