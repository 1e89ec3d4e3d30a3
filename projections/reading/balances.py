"""Balances at any pair, from the cumulative curves (design: a probe and at most 2,048 rows).

The day of the pair is the effective one, or that of posting: then what closed periods have moved
to a later day is put in, from curves of its own that only such postings have (0021).
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple

from psycopg import Connection

from projections.reading.asking import ask
from projections.reading.pair import Pair

EFFECTIVE: Final = {None: ("journal", "memo"), "journal": ("journal",), "memo": ("memo",)}
POSTED: Final = {
    None: ("journal", "memo", "prior_period", "prior_period_memo"),
    "journal": ("journal", "prior_period"),
    "memo": ("memo", "prior_period_memo"),
}
"""Book that is asked for -> the books whose series add up to it, by day of posting."""


class Balance(NamedTuple):
    """A series and what it stands at: debit positive, in minor units."""

    series: int
    book: str
    account: str
    contract: str
    fund: str
    funder: str | None
    partner: str | None
    detail: str
    parts: int
    parts_total: int
    balance_minor: int


def balances(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    *,
    book: str | None = None,
    posted: bool = False,
    account: str | None = None,
    contract: str | None = None,
    fund: str | None = None,
    funders: Sequence[str] | None = None,
    partners: Sequence[str] | None = None,
) -> list[Balance]:
    """Every matching series that anything was posted to by then.

    When `posted`, the day is that of posting; an account may then come as two series.
    """
    asked = {
        **at.asked(ledger),
        "books": list((POSTED if posted else EFFECTIVE)[book]),
        "account": account,
        "contract": contract,
        "fund": fund,
        "funders": None if funders is None else list(funders),
        "partners": None if partners is None else list(partners),
    }
    return _told(ask(connection, "balances.balances", asked))


def posted_behind(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    day: datetime.date,
    *,
    book: str | None = None,
    account: str | None = None,
    contract: str | None = None,
    fund: str | None = None,
    funders: Sequence[str] | None = None,
) -> list[Balance]:
    """What is effective at a pair and was posted behind a day, of each matching series."""
    asked = {
        **at.asked(ledger),
        "posted_behind": day,
        "books": list(EFFECTIVE[book]),
        "account": account,
        "contract": contract,
        "fund": fund,
        "funders": None if funders is None else list(funders),
    }
    return _told(ask(connection, "balances.posted_behind", asked))


def _told(rows: Iterable[dict[str, Any]]) -> list[Balance]:
    return [Balance(**row) for row in rows]


def balances_of(
    connection: Connection[Any],
    ledger: str,
    at: Pair,
    keys: Sequence[tuple[str, str]],
    side: Literal["funder", "partner"],
) -> dict[tuple[str, str], list[Balance]]:
    """The series of some funders, or partners, by contract and name; all of them in one look."""
    found: dict[tuple[str, str], list[Balance]] = {key: [] for key in keys}
    if not keys:
        return found
    contracts, names = (sorted(set(parts)) for parts in zip(*keys, strict=True))
    series = balances(
        connection,
        ledger,
        at,
        contract=contracts[0] if len(contracts) == 1 else None,
        funders=names if side == "funder" else None,
        partners=names if side == "partner" else None,
    )
    for balance in series:
        key = (balance.contract, balance.funder if side == "funder" else balance.partner)
        if key in found:
            found[key].append(balance)
    return found


def total(found: Sequence[Balance], *, account: str, detail: str) -> int:
    """The sum of the balances of one account that have one detail."""
    return sum(
        balance.balance_minor
        for balance in found
        if balance.detail == detail and balance.account == account
    )
