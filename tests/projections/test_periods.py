"""Closed periods in the read tables: what is posted late, by which day, and what closings say."""

import random

import psycopg
import pytest
from msgspec.structs import replace

from ledger.events.cash import ReceiptRecorded
from ledger.events.periods import AccountBalance
from ledger.events.terms import FunderJoined
from ledger.period_close import A_DAY
from projections.audit.verify import verify
from projections.reading.journal import journal_lines
from projections.reading.pair import Pair
from projections.reading.periods import closing, closings, report
from projections.reading.trial_balance import posted_trial_balance, trial_balance
from projections.runner import Runner
from tests.projections import given
from tests.projections.decided import DecidedHistory
from tests.projections.history import CONTRACT, LEDGER, History, day

YEAR = ("2019-09-01", "2020-08-31")
NEXT = ("2020-09-01", "2021-08-31")


@pytest.fixture
def history():
    """A sign-up before the year was closed, another one after it, and a receipt in between."""
    decided = DecidedHistory()
    given.terms(decided)
    given.enrol(decided, "c1")
    decided.add(ReceiptRecorded(CONTRACT, "la", "r1", 5_000), "2020-08-01")
    given.close(decided, *YEAR)
    given.enrol(decided, "c2", "2019-10-01")
    return decided


def posted(connection, ledger, upto, at, **filters):
    found = posted_trial_balance(
        connection, ledger, at.known_at, posted_upto=day(upto), contract=CONTRACT, **filters
    )
    return {(row["account"], row["fund"]): row["balance_minor"] for row in found["accounts"]}


def test_what_came_late_is_posted_behind_the_closed_year_and_marked(read):
    lines = read(journal_lines, child="c2").items
    assert len(lines) == 8
    assert {line["effective_on"] for line in lines} == {"2019-10-01"}
    assert {line["posted_on"] for line in lines} == {"2020-09-01"}
    assert all(line["prior_period"] for line in lines)
    early = read(journal_lines, child="c1").items
    assert [line["posted_on"] for line in early] == [line["effective_on"] for line in early]
    assert not any(line["prior_period"] for line in early)
    behind = read(journal_lines, posted_from=day("2020-09-01")).items
    assert behind == lines
    assert read(journal_lines, posted_upto=day("2020-08-31"), child="c2").items == []
    assert read(journal_lines, last_on=day("2020-08-31"), child="c2").items == lines


def test_a_trial_balance_by_the_day_of_posting_leaves_what_came_late_to_the_next_year(read):
    sign_up = ("income:outcomes:lcf", "general")
    assert read(posted, "2020-08-31")[sign_up] == -94_097
    assert read(posted, "2020-09-01")[sign_up] == -188_194
    assert read(posted, "2019-09-08") == {}
    by_effect = read(trial_balance, as_of="2020-08-31")["accounts"]
    assert {row["balance_minor"] for row in by_effect if row["account"] == sign_up[0]} == {
        -188_194,
        -2 * 73_903,
    }


def test_an_account_that_stands_at_nothing_is_no_line_of_a_closed_years_report(history, read):
    before = read(posted, "2020-08-31")
    history.add(ReceiptRecorded(CONTRACT, "sch", "r2", 700), "2020-03-01")
    assert ("liabilities:funder-credit:sch", "general") in read(posted, "2020-09-01")
    assert read(posted, "2020-08-31") == before


def test_a_voided_receipt_of_a_closed_year_goes_out_of_the_next_one(history, read):
    receipt = next(e.version for e in history.events if isinstance(e.data, ReceiptRecorded))
    given.void(history, receipt, "2021-10-01")
    bank = ("assets:bank:main", "general")
    assert read(posted, "2020-08-31")[bank] == 5_000
    assert bank not in read(posted, "2020-09-01")


def test_what_takes_something_late_back_is_not_posted_before_it_was(history, read):
    late = history.add(ReceiptRecorded(CONTRACT, "la", "r2", 300), "2020-08-02")
    bank, income = ("assets:bank:main", "general"), ("income:outcomes:lcf", "general")
    assert read(posted, "2020-09-01")[bank] == 5_300
    given.reopen(history, *YEAR)
    given.void(history, late, "2021-10-01")
    sign_up = next(e.version for e in history.events if getattr(e.data, "child", "") == "c2")
    given.void(history, sign_up, "2021-10-02")
    assert read(posted, "2020-08-31")[bank] == read(posted, "2020-09-01")[bank] == 5_000
    assert read(posted, "2020-08-31")[income] == read(posted, "2020-09-01")[income] == -94_097
    history.add(ReceiptRecorded(CONTRACT, "la", "r3", 300), "2020-08-02")
    assert read(posted, "2020-08-31")[bank] == read(posted, "2020-09-01")[bank] == 5_300


def test_closings_say_what_became_of_them(history, read):
    first = next(e.version for e in history.events if e.type == "period.closed")
    [row] = read(closings).items
    assert row == {
        "closing": first,
        "contract": CONTRACT,
        "from": YEAR[0],
        "to": YEAR[1],
        "hardness": "hard",
        "state": "closed",
        "closed_on": "2021-09-05",
        "closed_by": "ada",
        "at_version": first - 1,
        "root": history.events[first - 1].data.root,
        "made_hard_version": None,
        "reopened_version": None,
        "reopened_on": None,
        "reopened_by": None,
        "reason_code": None,
    }
    soft = given.close(history, *NEXT, hardness="soft")
    hard = given.close(history, *NEXT)
    states = [(row["closing"], row["state"]) for row in read(closings).items]
    assert states == [(hard, "closed"), (soft, "made_hard"), (first, "closed")]
    opened = given.reopen(history, *NEXT)
    again = given.close(history, *NEXT, hardness="soft")
    of_all = given.close(history, *YEAR, contract=None)
    rows = read(closings, contract=CONTRACT).items
    told = [(row["closing"], row["state"], row["reopened_version"]) for row in rows]
    assert told == [
        (again, "closed", None),
        (hard, "reopened", opened),
        (soft, "reopened", opened),
        (first, "closed", None),
    ]
    assert (rows[1]["reopened_by"], rows[1]["reason_code"]) == ("anna", "wrong_rate")
    assert [row["closing"] for row in read(closings, known_at=soft).items] == [soft, first]
    page = read(closings, limit=2)
    assert [row["closing"] for row in page.items] == [of_all, again]
    assert [row["closing"] for row in read(closings, after=page.after).items] == [hard, soft, first]


def test_one_closing_is_read_with_what_it_stored_and_with_what_the_postings_say(history, read):
    version = next(e.version for e in history.events if e.type == "period.closed")
    stored = read(closing, version)
    again = read(report, version)
    assert stored["accounts"] == again["accounts"] != []
    assert stored["total_minor"] == again["total_minor"] == 0
    assert (again["from"], again["to"], again["contract"]) == (*YEAR, CONTRACT)
    assert read(closing, version, known_at=version - 1) is None
    assert read(report, version, known_at=version - 1) is None
    assert read(report, version + 1) is None


def test_rows_do_not_depend_on_where_a_batch_ends_between_a_closing_and_a_late_fact(dsn):
    decided, runner = DecidedHistory(), Runner(dsn)
    for step in (
        given.terms,
        lambda grown: given.close(grown, *YEAR, hardness="soft"),
        lambda grown: given.enrol(grown, "c1"),
        lambda grown: given.close(grown, *NEXT, contract=None),
        lambda grown: given.enrol(grown, "c2"),
        lambda grown: given.reopen(grown, *NEXT, contract=None),
        lambda grown: given.enrol(grown, "c3"),
    ):
        step(decided)
        decided.store(dsn)
        runner.catch_up(LEDGER)
        assert verify(dsn, LEDGER).findings == []
    with psycopg.connect(dsn) as connection:
        lines = journal_lines(connection, LEDGER, Pair(None, decided.version)).items
    days = {line["version"]: line["posted_on"] for line in lines}
    assert list(days.values()) == ["2020-09-01", "2021-09-01", "2020-09-01"]


def test_balances_by_the_day_of_posting_are_the_plain_sums_at_any_pair(dsn):
    """Two curves of what each account moved to later days, in batches that end anywhere."""
    history = History()
    history.add(FunderJoined(CONTRACT, "la", "LA", "local_authority"), "2019-09-01")
    dice = random.Random(20261125)
    plain, runner, open_on = [], Runner(dsn), day("2019-01-01")
    for last in ("2019-12-31", "2020-08-31", "2021-08-31", "2021-09-30"):
        for _ in range(1_500):
            on = f"20{dice.randrange(19, 22)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
            amount = dice.randrange(1, 10_000)
            version = history.release(on, {"la": amount})
            plain.append((version, max(day(on), open_on), amount))
        given.close(history, open_on.isoformat(), last)
        open_on = day(last) + A_DAY
        history.store(dsn)
        runner.catch_up(history.ledger)
    with psycopg.connect(dsn, autocommit=True) as connection:
        row = connection.execute(
            "select count(*) from projections.curves join projections.series using"
            " (ledger, generation, series) where book = 'prior_period'"
        ).fetchone()
        assert row == (4,)
        for _ in range(60):
            known_at = dice.randrange(1, history.version + 1)
            upto = plain[dice.randrange(len(plain))][1]
            found = posted(connection, LEDGER, upto.isoformat(), Pair(None, known_at))
            expected = sum(m for version, on, m in plain if version <= known_at and on <= upto)
            assert found.get(("assets:accrued-income:la", "general"), 0) == expected


# what an auditor finds


def test_what_a_ledger_closed_is_taken_again_by_the_audit(dsn, history):
    given.close(history, *NEXT, hardness="soft")
    given.close(history, *NEXT, contract=None)
    given.enrol(history, "c3", "2019-11-01")
    given.reopen(history, *NEXT, contract=None)
    given.reopen(history, *NEXT)
    given.enrol(history, "c4", "2020-11-01")
    history.store(dsn)
    Runner(dsn).catch_up(LEDGER)
    audited = verify(dsn, LEDGER)
    assert audited.findings == []
    assert (audited.checked["closings"], audited.checked["rows of periods"]) == (3, 5)


@pytest.mark.parametrize(
    "damage, code",
    [
        (
            {"trial_balance": (AccountBalance("assets:bank:main", "general", 1),)},
            "trial_balance_differs",
        ),
        ({"trial_balance": ()}, "trial_balance_differs"),
        ({"root": "0" * 64}, "closing_root_differs"),
    ],
)
def test_a_closing_that_stored_something_else_is_found(dsn, history, damage, code):
    place = next(n for n, event in enumerate(history.events) if event.type == "period.closed")
    event = history.events[place]
    history.events[place] = replace(event, data=replace(event.data, **damage))
    history.store(dsn)
    findings = verify(dsn, LEDGER).findings
    assert {(found.code, found.version) for found in findings} == {(code, event.version)}


def test_a_closing_of_another_version_is_found(dsn, history):
    place = next(n for n, event in enumerate(history.events) if event.type == "period.closed")
    event = history.events[place]
    history.events[place] = replace(event, data=replace(event.data, at_version=3))
    history.store(dsn)
    codes = {found.code for found in verify(dsn, LEDGER).findings}
    assert codes == {"closing_root_differs", "fact_refused"}


@pytest.mark.parametrize(
    "statement",
    [
        "update projections.postings set posted_on = null where posted_on is not null",
        "update projections.periods set last_on = last_on - 1",
        "delete from projections.periods",
        (
            "delete from projections.postings where series in"
            " (select series from projections.series where book = 'prior_period')"
        ),
    ],
)
def test_damage_of_what_was_posted_late_is_found(dsn, history, statement):
    history.store(dsn)
    Runner(dsn).catch_up(LEDGER)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(statement)
    assert {found.code for found in verify(dsn, LEDGER).findings} == {"projection_differs"}
