"""Aged debtors and creditors: what is owed to us by days past due, what we owe by age of accrual.

Ages are counted to the day of the question, or to today without one. The totals are the accounts'.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import ask
from projections.reading.balances import Balance
from projections.reading.paging import page_of_keys
from projections.reading.pair import Pair
from projections.reading.span import standing

Key = tuple[str, str]
Row = dict[str, int]

DEBTOR_AGES: Final = (
    ("not_due_minor", 0),
    ("days_1_to_30_minor", 30),
    ("days_31_to_60_minor", 60),
    ("days_61_to_90_minor", 90),
)
"""Each bucket with the last day past due in it."""

OVER: Final = "over_90_minor"
DEBTORS: Final = (*(name for name, _ in DEBTOR_AGES), OVER, "credit_notes_minor", "total_minor")

CREDITOR_AGES: Final = (
    (OVER, 91),
    ("days_61_to_90_minor", 61),
    ("days_31_to_60_minor", 31),
)
"""Each bucket, the oldest first, with the least age in it; what is younger is in `YOUNG`."""

YOUNG: Final = "days_0_to_30_minor"
CREDITORS: Final = (
    *(name for name, _ in CREDITOR_AGES), YOUNG, "in_advance_minor", "total_minor",
)  # fmt: skip


def aged_debtors(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    today: datetime.date,
    posted_upto: datetime.date | None = None,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """What each funder owes of its invoices, by days past due; credit notes count against it.

    `posted_upto` leaves out what was posted later, and ages are then counted to that day.
    The totals are those of all funders, whatever the page, and equal the receivable accounts.
    """
    aged_on, upto = _days(at, posted_upto, today)
    asked = {**at.asked(ledger), "contract": contract, "aged_on": aged_on, "last_on": upto}
    rows: defaultdict[Key, Row] = defaultdict(lambda: dict.fromkeys(DEBTORS, 0))
    for found in ask(connection, "books.aged_documents", asked):
        row = rows[found["contract"], found["funder"]]
        sign = 1 if found["kind"] == "invoice" else -1
        row[_debtor_bucket(found)] += sign * found["open_minor"]
        row["total_minor"] += sign * found["open_minor"]
    accounts = standing(connection, ledger, at, upto, book="journal", contract=contract)
    return {
        "aged_on": aged_on.isoformat(),
        **_page(rows, "funder", limit, after),
        "totals": {
            **_totals(rows, DEBTORS),
            "receivable_minor": _sum(accounts, "assets:receivable:"),
        },
    }


def _days(
    at: Pair, posted_upto: datetime.date | None, today: datetime.date
) -> tuple[datetime.date, datetime.date]:
    """The day that ages are counted to, and the last day of posting that counts."""
    ends = [day for day in (at.as_of, posted_upto) if day is not None]
    return min(ends, default=today), posted_upto or datetime.date.max


def _days_before(day: datetime.date, days: int) -> datetime.date:
    """So many days earlier; the first day of the calendar has none before it."""
    return datetime.date.fromordinal(max(1, day.toordinal() - days))


def _debtor_bucket(found: Mapping[str, Any]) -> str:
    if found["kind"] == "credit_note":
        return "credit_notes_minor"
    for name, last in DEBTOR_AGES:
        if found["days_past_due"] <= last:
            return name
    return OVER


def aged_creditors(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    today: datetime.date,
    posted_upto: datetime.date | None = None,
    contract: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """What each partner is owed, by the age of the fees; payments settle the oldest fees first.

    What a partner was paid in advance, or too much, is negative. The totals are those of all
    partners, whatever the page, and equal the accounts of accrued fees and of payables.
    """
    aged_on, upto = _days(at, posted_upto, today)
    where: dict[str, Any] = {"book": "journal", "contract": contract}
    accounts = standing(connection, ledger, at, upto, **where)
    unpaid = {}
    for bucket, age in CREDITOR_AGES:
        day = min(at.day, _days_before(aged_on, age))
        then = standing(connection, ledger, Pair(day, at.known_at), upto, **where)
        unpaid[bucket] = _unpaid(accounts, then)
    rows = _by_age(_owed(accounts), unpaid)
    return {
        "aged_on": aged_on.isoformat(),
        **_page(rows, "partner", limit, after),
        "totals": {
            **_totals(rows, CREDITORS),
            "accrued_fees_minor": -_sum(accounts, "liabilities:accrued-fees:"),
            "payable_minor": -_sum(accounts, "liabilities:payable:"),
        },
    }


def _by_age(owed: Mapping[Key, int], unpaid: Mapping[str, Mapping[Key, int]]) -> dict[Key, Row]:
    """What each partner is owed, by age; `unpaid` has what is at least as old as each bucket."""
    rows = {key: dict.fromkeys(CREDITORS, 0) for key in sorted(owed)}
    for key, row in rows.items():
        older = 0
        for bucket, of in unpaid.items():
            row[bucket] = of[key] - older
            older = of[key]
        row[YOUNG] = max(0, owed[key]) - older
        row["in_advance_minor"] = min(0, owed[key])
        row["total_minor"] = owed[key]
    return rows


def _unpaid(accounts: Sequence[Balance], then: Sequence[Balance]) -> dict[Key, int]:
    """What is unpaid today of the fees that each partner had earned by then."""
    accrued, earned = _fees(accounts), _fees(then)
    return {
        key: max(0, earned.get(key, 0) - (accrued.get(key, 0) - owed))
        for key, owed in _owed(accounts).items()
    }


def _fees(found: Iterable[Balance]) -> dict[Key, int]:
    """The fees that each partner earned."""
    return _by_partner(found, ("expenses:partner-fees:",), 1)


def _owed(found: Iterable[Balance]) -> dict[Key, int]:
    """What each partner is owed: accrued, or invoiced, and not paid."""
    return _by_partner(found, ("liabilities:accrued-fees:", "liabilities:payable:"), -1)


def _by_partner(found: Iterable[Balance], kinds: tuple[str, ...], sign: int) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for balance in found:
        if balance.partner is not None and balance.account.startswith(kinds):
            key = (balance.contract, balance.partner)
            sums[key] = sums.get(key, 0) + sign * balance.balance_minor
    return sums


def _sum(found: Iterable[Balance], kind: str) -> int:
    return sum(balance.balance_minor for balance in found if balance.account.startswith(kind))


def _totals(rows: Mapping[Key, Row], names: Sequence[str]) -> Row:
    return {name: sum(row[name] for row in rows.values()) for name in names}


def _page(rows: Mapping[Key, Row], of: str, limit: int | None, after: str | None) -> dict[str, Any]:
    """The rows in which something is open, by contract and name."""
    keys = sorted(key for key, row in rows.items() if any(row.values()))
    held, following = page_of_keys(keys, first=("", ""), limit=limit, after=after)
    items = [{"contract": key[0], of: key[1], **rows[key]} for key in held]
    return {"items": items, "next": following}
