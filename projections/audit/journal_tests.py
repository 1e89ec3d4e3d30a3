"""Journal tests: what an auditor's tools would ask of the entries, answered from the log (0031).

Each test says what it is, with which parameters, how many entries it looked at, how many it found,
what they come to, and a page of them. What is found is no error: it is what somebody looks at.
"""

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, get_args

from psycopg import Connection
from psycopg.rows import dict_row

from ledger.events.codec import decode_event
from ledger.log.queries import load_queries
from projections.reading.asking import ask, shown
from projections.reading.pair import Pair, bounded, cursor_of, keys_of, page_of
from projections.reading.span import WHOLE, Span

FOLDER: Final = Path(__file__).parent
SQL: Final = {
    **load_queries(FOLDER / "journal_entries.sql"),
    **load_queries(FOLDER / "journal_acts.sql"),
    **load_queries(FOLDER / "makers_and_checkers.sql"),
}
TestName = Literal[
    "same_maker_checker", "odd_hours", "back_dated", "round_sums", "reversed_in_period",
    "new_bank_details", "duplicate_amounts", "number_gaps", "seldom_actors", "closed_period",
    "below_limit",
]  # fmt: skip
COUNTED: Final = ("examined", "count", "total_minor")
MONDAY_TO_FRIDAY: Final = (1, 2, 3, 4, 5)


class Limits(NamedTuple):
    """What the tests are run with; days of the week are counted from Monday, as 1."""

    office_from: datetime.time = datetime.time(8)
    office_to: datetime.time = datetime.time(18)
    workdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    back_dated_days: int = 90
    round_minor: int = 10_000
    bank_days: int = 30
    seldom_entries: int = 5
    limit_minor: int = 1_000_000
    below_percent: int = 5


class JournalTest(NamedTuple):
    """A test: what it finds, and which of the limits it takes."""

    says: str
    takes: tuple[str, ...] = ()


TESTS: Final[dict[TestName, JournalTest]] = {
    "same_maker_checker": JournalTest(
        "acts that whoever prepared them agreed to: claims, samples, settlements, write-offs, "
        "reopened periods, bank details, erasures, voidings, verifications that a payment rests "
        "on; the rules refuse every one of them"
    ),
    "odd_hours": JournalTest(
        "entries recorded outside the office hours, in the ledger's time zone",
        ("office_from", "office_to", "workdays"),
    ),
    "back_dated": JournalTest(
        "entries recorded more than so many days after the day that they are effective on",
        ("back_dated_days",),
    ),
    "round_sums": JournalTest(
        "entries whose debits are a multiple of a round sum", ("round_minor",)
    ),
    "reversed_in_period": JournalTest(
        "entries that are posted, and posted back, in the span: reversals, returns, voidings, "
        "allocations taken back, deductions of claims that are withdrawn"
    ),
    "new_bank_details": JournalTest(
        "payments to partners no more than so many days after their bank details were set",
        ("bank_days",),
    ),
    "duplicate_amounts": JournalTest(
        "payments to one partner, or invoices of one, of the same amount on the same day"
    ),
    "number_gaps": JournalTest(
        "receipts and partners' documents whose number leaves one out, where most of the numbers "
        "are there; references that end in a year and a month, and our own invoices, which have "
        "the number of their version, are left out"
    ),
    "seldom_actors": JournalTest(
        "entries by actors who have no more than so many in the span", ("seldom_entries",)
    ),
    "closed_period": JournalTest(
        "entries effective in a closed period, posted on the first open day behind it"
    ),
    "below_limit": JournalTest(
        "entries whose debits are just below a limit", ("limit_minor", "below_percent")
    ),
}


class Scope(NamedTuple):
    """Which entries: of a contract, posted in a span; and where the ledger is kept."""

    timezone: str
    contract: str | None = None
    span: Span = WHOLE
    limits: Limits = Limits()


def journal_tests(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    scope: Scope,
    only: TestName | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> dict[str, Any]:
    """All tests, each with its first items; or `only` one, with a page of them.

    Each has 100 items where no `limit` is given, and 1,000 at most; `count` and `amount_minor` (in
    pence, by debits) are of all that it found. `after` goes on with `only`. Raises
    `CursorUnreadable`.
    """
    names: Iterable[TestName] = get_args(TestName) if only is None else (only,)
    place = (keys_of(after, (int,)) or (0,))[0]
    asked = {
        **at.asked(ledger), **scope.span.asked, **_parameters(scope),
        "contract": scope.contract, "timezone": scope.timezone,
    }  # fmt: skip
    most = bounded(limit)
    found = [_answered(connection, ledger, name, {**asked, "after": place}, most) for name in names]
    about = {"contract": scope.contract, **scope.span.told, "timezone": scope.timezone}
    return {**about, "tests": found, "next": found[0]["next"] if only else None}


def _parameters(scope: Scope) -> dict[str, Any]:
    return {**scope.limits._asdict(), "workdays": list(scope.limits.workdays)}


def _answered(
    connection: Connection[Any], ledger: str, name: TestName, asked: Mapping[str, Any], most: int
) -> dict[str, Any]:
    """One test: what it looked at and found, and a page of it."""
    with connection.cursor(row_factory=dict_row, binary=True) as cursor:
        rows = cursor.execute(SQL[name], {**asked, "limit": most + 1}, prepare=False).fetchall()
    counted = {key: rows[0][key] for key in COUNTED}
    found = [row for row in rows if row["version"] is not None]
    page, following = page_of(found, most, lambda row: cursor_of(row["version"]))
    test = TESTS[name]
    return {
        "test": name,
        "description": test.says,
        "parameters": {key: _told(asked[key]) for key in test.takes},
        "examined": counted["examined"],
        "count": counted["count"],
        "amount_minor": counted["total_minor"],
        "items": _signed(connection, ledger, page),
        "next": following,
    }


def _told(parameter: Any) -> Any:  # noqa: ANN401 (a number, a time, or days of the week)
    return f"{parameter:%H:%M}" if isinstance(parameter, datetime.time) else parameter


def _signed(
    connection: Connection[Any], ledger: str, rows: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Items with the event that made each of them: who recorded it, and when."""
    items = [{key: value for key, value in row.items() if key not in COUNTED} for row in rows]
    versions = [item["version"] for item in items]
    stored = ask(connection, "books.events", {"ledger": ledger, "versions": versions})
    events = {row["version"]: decode_event(row["topic"], bytes(row["state"])) for row in stored}
    return [
        {
            **shown(item),
            "event": events[item["version"]].type,
            "actor": events[item["version"]].actor,
            "recorded_at": events[item["version"]].recorded_at,
        }
        for item in items
    ]
