"""Every book of a closed year: the same bytes for ever, and by the day of posting to the penny."""

import json
from collections import Counter

import pytest

from projections.audit.verify import verify
from projections.reading.accrued_income import accrued_income
from projections.reading.activities import activities
from projections.reading.aged import aged_creditors, aged_debtors
from projections.reading.cash_book import cash_book
from projections.reading.journal import journal_lines
from projections.reading.span import Span
from projections.reading.statements import FIGURES, funder_statement
from projections.reading.trial_balance import posted_trial_balance
from projections.runner import Runner
from tests.projections import given
from tests.projections.booked import FUNDERS, whole
from tests.projections.finance import year_of_finance
from tests.projections.history import CONTRACT, day
from tests.projections.late import CLOSED, told_late
from tests.projections.programs import (
    bean_check,
    hledger,
    month_ends_of_hledger,
)

TODAY = day("2020-08-31")
CLOSED_ON = day(CLOSED[1])
SPANS = (
    Span(),
    Span(None, CLOSED_ON),
    Span(day("2020-01-01"), day("2020-03-31")),
    Span(day("2020-08-01"), None),
    Span(day("2020-07-21"), day("2020-08-01")),
)
DAYS = (None, "2019-12-31", "2020-03-31", "2020-07-21", "2020-08-01")
SIDES = {
    "accrued_minor": ("assets:accrued-income:", 1),
    "outstanding_minor": ("assets:receivable:", 1),
    "unallocated_minor": ("liabilities:funder-credit:", -1),
}


@pytest.fixture
def history():
    """The year, closed by the contract up to July and by the ledger up to March."""
    finance = year_of_finance()
    given.close(finance, CLOSED[0], "2020-03-31", contract=None)
    given.close(finance, *CLOSED)
    return finance


@pytest.fixture
def closed_books(read, export):
    """Every book and every export of the closed year, as bytes."""

    def books():
        spans = (Span(None, CLOSED_ON), Span(day("2020-01-01"), CLOSED_ON))
        asked = {"contract": CONTRACT, "limit": 1_000}
        upto = {**asked, "posted_upto": CLOSED_ON}
        told = [
            *(read(funder_statement, f, span=s, **asked) for s in spans for f in FUNDERS),
            *(read(cash_book, span=span, **asked) for span in spans),
            *(read(activities, span=span, contract=CONTRACT) for span in spans),
            *(read(aged, today=TODAY, **upto) for aged in (aged_debtors, aged_creditors)),
            read(accrued_income, **upto),
            read(journal_lines, **upto).items,
        ]
        files = (
            _without_version(export(kind, span=span, contract=CONTRACT))
            for kind in ("hledger", "beancount", "csv", "trial_balance_csv")
            for span in spans
        )
        return json.dumps(told).encode(), *files

    return books


def _without_version(exported):
    """An export says in its head as known at which version it was made."""
    lines = exported.splitlines()
    return b"\n".join(
        line for line in lines if line[2:].split(b":")[0] not in {b"version", b"root"}
    )


def test_a_book_of_a_closed_year_is_the_same_bytes_whatever_is_told_later(
    dsn, history, read, closed_books
):
    then = closed_books()
    whole_year = read(activities)
    for told in told_late(history):
        assert closed_books() == then, told
    assert read(activities) != whole_year
    given.reopen(history, *CLOSED)
    assert closed_books() == then, "reopened"
    assert verify(dsn, history.ledger).findings == []
    Runner(dsn).rebuild(history.ledger)
    assert closed_books() == then, "rebuilt"


def test_what_is_told_of_a_reopened_period_is_posted_in_it(history, read, closed_books):
    given.reopen(history, *CLOSED)
    then = closed_books()
    given.enrol(history, "late1", "2020-06-15")
    assert closed_books() != then
    assert {line["posted_on"] for line in read(journal_lines, child="late1").items} == {
        "2020-06-15"
    }


@pytest.fixture
def posted(read):
    """What the lines of the journal come to by kind of account, one by one."""

    def sums(span, as_of, **filters):
        lines, after = [], None
        while True:
            page = read(
                journal_lines, as_of=as_of, posted_from=None, posted_upto=span.last_on,
                contract=CONTRACT, limit=1_000, after=after, **filters,
            )  # fmt: skip
            lines += page.items
            after = page.after
            if after is None:
                break
        found = Counter()
        for line in lines:
            kind = ":".join(line["account"].split(":")[:2]) + ":"
            found[kind, line["funder"]] += line["amount_minor"]
            found[kind, None] += line["amount_minor"] if line["funder"] is not None else 0
            found[line["account"]] += line["amount_minor"]
        return found

    return sums


@pytest.mark.parametrize("as_of", DAYS)
@pytest.mark.parametrize("span", SPANS, ids=str)
def test_the_books_are_the_lines_of_the_journal_by_day_of_posting(
    history, read, posted, span, as_of
):
    list(told_late(history))
    sums = posted(span, as_of)
    asked = {"as_of": as_of, "contract": CONTRACT}
    for funder in FUNDERS:
        movements, found = whole(
            read, funder_statement, funder, span=span, named="movements", **asked
        )
        for figure in FIGURES:
            moved = sum(row[figure] for row in movements)
            assert found["opening"][figure] + moved == found["closing"][figure], figure
        for figure, (kind, sign) in SIDES.items():
            assert found["closing"][figure] == sign * sums[kind, funder], figure
        items = sum(item["open_minor"] for item in found["open_items"])
        assert items == found["closing"]["balance_minor"]
    entries, cash = whole(read, cash_book, span=span, named="entries", **asked)
    for row in cash["accounts"]:
        moved = sum(e["amount_minor"] for e in entries if e["bank_account"] == row["bank_account"])
        assert row["closing_minor"] == sums[f"assets:bank:{row['bank_account']}"]
        assert row["opening_minor"] + moved == row["closing_minor"]
        assert row["opening_minor"] + row["in_minor"] - row["out_minor"] == row["closing_minor"]
    totals = read(activities, span=span, **asked)["totals"]
    assert totals["carried_forward_minor"] == totals["net_assets_minor"]


@pytest.mark.parametrize("as_of", DAYS)
def test_a_trial_balance_by_both_days_is_the_lines_of_the_journal(history, read, as_of):
    list(told_late(history))
    for upto in (CLOSED_ON, day("2020-03-31"), day("2020-09-30")):
        for fund in (None, "legacy"):
            asked = {"as_of": as_of, "contract": CONTRACT, "fund": fund}
            lines = read(journal_lines, posted_upto=upto, limit=1_000, **asked)
            assert lines.after is None
            sums = Counter()
            for line in lines.items:
                sums[line["account"], line["fund"]] += line["amount_minor"]
            found = read(_posted, posted_upto=upto, **asked)
            told = {(row["account"], row["fund"]): row["balance_minor"] for row in found}
            assert told == {where: minor for where, minor in sums.items() if minor}


def _posted(connection, ledger, at, **asked):
    at_version = (connection, ledger, at.known_at)
    return posted_trial_balance(*at_version, as_of=at.as_of, **asked)["accounts"]


@pytest.mark.parametrize("as_of", DAYS)
def test_ages_and_accruals_are_those_of_what_was_posted_by_then(history, read, posted, as_of):
    list(told_late(history))
    for upto in (CLOSED_ON, day("2020-08-01"), None):
        sums = posted(Span(None, upto), as_of)
        asked = {"as_of": as_of, "contract": CONTRACT, "posted_upto": upto}
        rows, debtors = whole(read, aged_debtors, today=TODAY, **asked)
        owed = sums["assets:receivable:", None]
        assert debtors["totals"]["receivable_minor"] == owed
        assert sum(row["total_minor"] for row in rows) == owed
        rows, creditors = whole(read, aged_creditors, today=TODAY, **asked)
        due = creditors["totals"]
        assert sum(row["total_minor"] for row in rows) == due["total_minor"]
        assert due["total_minor"] == due["accrued_fees_minor"] + due["payable_minor"]
        for row in rows:
            ages = {name: row[name] for name in row if name.startswith(("days", "over"))}
            assert min(ages.values()) >= 0
            assert sum(ages.values()) + row["in_advance_minor"] == row["total_minor"]
        if upto is not None:
            asked["posted_upto"] = upto
        else:
            del asked["posted_upto"]
        totals = read(accrued_income, **asked)["totals"]
        assert totals["accrued_minor"] == sums["assets:accrued-income:", None]
        assert totals["deferred_minor"] == -sums["liabilities:funder-credit:", None]


@pytest.mark.parametrize("asked", [{}, {"span": Span(day("2020-01-01"), day("2020-08-15"))}])
def test_other_programs_accept_a_journal_with_prior_period_items(
    history, export, posted, tmp_path, asked
):
    list(told_late(history))
    journal = export("hledger", contract=CONTRACT, **asked)
    checked = hledger(journal, "check", "--strict", "ordereddates")
    assert checked.returncode == 0, checked.stderr.decode()
    for end, balances in month_ends_of_hledger(journal).items():
        sums = posted(Span(None, end), None)
        for account, minor in balances.items():
            assert minor == sums[account], (end, account)
    assert b"effective:2020-01-15" in journal
    checked = bean_check(export("beancount", contract=CONTRACT, **asked), tmp_path)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
