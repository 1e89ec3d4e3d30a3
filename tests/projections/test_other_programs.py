"""hledger and Beancount accept our journals, and add them up to our trial balance."""

import re
from collections import defaultdict

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from projections.exports.account_names import from_beancount, to_beancount
from projections.exports.month_ends import month_end
from projections.reading.span import Span
from tests.projections.booked import ASKED
from tests.projections.finance import year_of_finance
from tests.projections.history import day
from tests.projections.programs import (
    balances_asserted,
    bean_check,
    hledger,
    month_ends_of_hledger,
)


@pytest.fixture
def history():
    return year_of_finance()


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_hledger_accepts_the_journal_and_adds_it_up_as_we_do(export, ours, asked):
    journal = export("hledger", **asked)
    checked = hledger(journal, "check", "--strict", "ordereddates")
    assert checked.returncode == 0, checked.stderr.decode()
    months = month_ends_of_hledger(journal)
    assert months
    for end, balances in months.items():
        assert balances == ours(end, **asked), end
    for fund in ("general", "restricted", "exchange"):
        months = month_ends_of_hledger(journal, f"tag:fund=^{fund}$")
        for end, balances in months.items():
            assert balances == ours(end, fund=fund, **asked), (fund, end)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_bean_check_accepts_the_journal_and_beancount_adds_it_up_as_we_do(
    export, ours, tmp_path, asked
):
    journal = export("beancount", **asked)
    checked = bean_check(journal, tmp_path)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    asserted = balances_asserted(journal)
    assert asserted
    for end, balances in asserted.items():
        standing = {account: minor for account, minor in balances.items() if minor}
        assert standing == ours(end, **asked), end


def test_every_account_is_asserted_at_every_month_end(export, ours):
    """Also at the end of months in which nothing was posted, and on the last day asked for."""
    asked = {"span": Span(None, day("2020-11-14"))}
    journal = export("hledger", **asked).decode()
    asserted = defaultdict(dict)
    for block in journal.split("\n\n"):
        if "assertion:" in block:
            for line in block.splitlines()[1:]:
                account, _, amount = re.split(r"  +| = ", line.strip())
                asserted[block.strip()[:10]][account] = int(amount.split(".")[0].replace("-", ""))
    months = [f"{2019 + n // 12}-{n % 12 + 1:02}" for n in range(8, 23)]
    ends = [month_end(day(f"{month}-01")).isoformat() for month in months]
    assert list(asserted) == [*ends[:-1], "2020-11-14"]
    for end, accounts in asserted.items():
        assert set(ours(day(end), **asked)) <= set(accounts)
    assert len(asserted["2020-11-14"]) > 15


@pytest.mark.parametrize("kind", ["hledger", "beancount"])
def test_a_penny_too_much_is_refused_by_the_program(export, tmp_path, kind):
    """The 1,234 pence that one funder left unpaid are asserted in every month."""
    journal = export(kind)
    spoilt = journal.replace(b" 12.34 ", b" 12.35 ", 1)
    assert spoilt != journal
    run = hledger(spoilt, "check") if kind == "hledger" else bean_check(spoilt, tmp_path)
    assert run.returncode == 1
    assert b"alance" in run.stderr


REFERENCES = st.from_regex(r"\A[A-Za-z0-9._-]{1,64}\Z")


@examples(first=REFERENCES, second=REFERENCES)
def test_no_two_accounts_have_one_name_in_beancount(first, second):
    names = [to_beancount(f"assets:accrued-income:{ref}") for ref in (first, second)]
    for ref, name in zip((first, second), names, strict=True):
        assert re.fullmatch(r"[A-Z][A-Za-z0-9-]*(:[A-Z0-9][A-Za-z0-9-]*)+", name)
        assert from_beancount(name) == f"assets:accrued-income:{ref}"
    assert (names[0] == names[1]) == (first == second)
