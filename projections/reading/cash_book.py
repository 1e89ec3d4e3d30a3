"""The cash book: what came in and went out, an account at a time, with a running balance."""

import datetime
from collections.abc import Iterable, Mapping
from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.balances import Balance
from projections.reading.pair import Pair, bounded, cursor_of, keys_of, page_of
from projections.reading.reasons import reasons
from projections.reading.span import ONE_DAY, WHOLE, Span, closing, day_in, opening, standing

BANK: Final = "assets:bank:"


def cash_book(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    bank_account: str | None = None,
    contract: str | None = None,
    span: Span = WHOLE,
    limit: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """Each bank account from its opening to its closing balance, and the entries between.

    Entries are in order of account, day of posting and version. One payment out of several funds
    is one entry. What is voided went out again on the day it had come in.
    """
    account = None if bank_account is None else BANK + bank_account
    filters = {"book": "journal", "contract": contract, "account": account}
    asked = {
        **at.asked(ledger), "contract": contract,
        "account": account, **span.asked,
    }  # fmt: skip
    began = _by_account(opening(connection, ledger, at, span, **filters))
    ended = _by_account(closing(connection, ledger, at, span, **filters))
    moved = {row["account"]: row for row in ask(connection, "books.in_and_out", asked)}
    most = bounded(limit)
    keys = keys_of(after, (str, int, int)) or ("", 1, 0)
    start = {
        "after_account": keys[0], "after_day": day_in(keys[1], after), "after_version": keys[2],
    }  # fmt: skip
    rows, following = page_of(
        ask(connection, "books.cash_book", {**asked, **start, "limit": most + 1}), most, _cursor
    )
    began_page = {**began, **_balance_behind(connection, at, span, {**asked, **start})}
    return {
        **span.told,
        "accounts": [_account(name, began, ended, moved) for name in sorted({*began, *moved})],
        "entries": _entries(connection, ledger, rows, began_page),
        "next": following,
    }


def _by_account(found: Iterable[Balance]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for balance in found:
        if balance.account.startswith(BANK):
            sums[balance.account] = sums.get(balance.account, 0) + balance.balance_minor
    return {account: minor for account, minor in sums.items() if minor}


def _cursor(row: Mapping[str, Any]) -> str:
    return cursor_of(row["account"], row["posted_on"].toordinal(), row["version"])


def _balance_behind(
    connection: Connection[Any], at: Pair, span: Span, asked: Mapping[str, Any]
) -> dict[str, int]:
    """The balance of the account that a page goes on with, behind the last entry before it."""
    account, day = asked["after_account"], asked["after_day"]
    if not account:
        return {}
    before = max(day, span.begins_on)
    who = {"book": "journal", "account": account, "contract": asked["contract"]}
    found = (
        standing(connection, asked["ledger"], at, before - ONE_DAY, **who)
        if before > datetime.date.min
        else []
    )
    [of_day] = ask(connection, "books.cash_of_day", dict(asked))
    return {account: sum(balance.balance_minor for balance in found) + of_day["amount_minor"]}


def _account(
    name: str,
    began: Mapping[str, int],
    ended: Mapping[str, int],
    moved: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    found = moved.get(name, {})
    return {
        "bank_account": name.removeprefix(BANK),
        "opening_minor": began.get(name, 0),
        "in_minor": found.get("in_minor") or 0,
        "out_minor": found.get("out_minor") or 0,
        "closing_minor": ended.get(name, 0),
    }


def _entries(
    connection: Connection[Any],
    ledger: str,
    rows: Iterable[dict[str, Any]],
    began: Mapping[str, int],
) -> list[dict[str, Any]]:
    rows = list(rows)
    why = reasons(connection, ledger, [row["version"] for row in rows])
    balances = dict(began)
    entries = []
    for row in rows:
        account = row.pop("account")
        balances[account] = balances.get(account, 0) + row["amount_minor"]
        named = {"bank_account": account.removeprefix(BANK)}
        running = {"balance_minor": balances[account], "reason": why[row["version"]]}
        entries.append(shown({**named, **row, **running}))
    return entries
