"""The statement of a funder: opening, movements with their reasons, closing, and open items.

Four figures move: what is released and not yet invoiced (accrued), what is claimed, what is
invoiced and not yet paid (outstanding), and what was received and not yet allocated (unallocated).
Opening and movements add up to closing in each; open items add up to the balance.
"""

from collections.abc import Iterable
from typing import Any, Final

from psycopg import Connection

from projections.reading.asking import ask, shown
from projections.reading.balances import Balance
from projections.reading.open_items import open_items
from projections.reading.paging import paged
from projections.reading.pair import Pair
from projections.reading.reasons import reasons
from projections.reading.span import WHOLE, Span, closing, day_in, opening
from projections.reading.terms import terms_at

FIGURES: Final = ("accrued_minor", "claimed_minor", "outstanding_minor", "unallocated_minor")
FIGURE_OF: Final = {
    "assets:accrued-income": ("accrued_minor", 1),
    "claimed": ("claimed_minor", 1),
    "assets:receivable": ("outstanding_minor", 1),
    "liabilities:funder-credit": ("unallocated_minor", -1),
}
"""Kind of account -> the figure that it is, and the sign of a debit in it."""

MOVEMENTS: Final = {
    "released": ("accrued_minor", 1),
    "reversed": ("accrued_minor", -1),
    "deducted": ("accrued_minor", -1),
    "claimed": ("claimed_minor", 1),
    "invoiced": ("outstanding_minor", 1),
    "credited": ("outstanding_minor", -1),
    "written_off": ("outstanding_minor", -1),
    "credit_refunded": ("outstanding_minor", 1),
    "received": ("unallocated_minor", 1),
    "allocated": ("unallocated_minor", -1),
    "allocation_reversed": ("unallocated_minor", 1),
    "refunded": ("unallocated_minor", -1),
}
"""Movement -> the figure that its amount is read from, and the sign there."""


def funder_statement(  # noqa: PLR0913 (one filter each)
    connection: Connection[Any],
    ledger: str,
    funder: str,
    at: Pair,
    *,
    contract: str | None = None,
    span: Span = WHOLE,
    limit: int | None = None,
    after: str | None = None,
) -> dict[str, Any] | None:
    """The statement of a funder, of one contract or of all; None when it has joined none."""
    terms = terms_at(connection, ledger, at, contract=contract, types=("funder.joined",))
    if not any(funder in held.funders for held in terms.values()):
        return None
    who: dict[str, Any] = {"contract": contract, "funders": [funder]}
    began = opening(connection, ledger, at, span, **who)
    ended = closing(connection, ledger, at, span, **who)
    asked = {
        **at.asked(ledger), "contract": contract,
        "funder": funder, **span.asked,
    }  # fmt: skip
    movements, following = _movements(connection, asked, limit, after)
    return {
        "funder": funder,
        "contract": contract,
        **span.told,
        "opening": _figures(began),
        "movements": movements,
        "next": following,
        "totals": _totals(began, ended),
        "closing": _figures(ended),
        "to_date": _totals((), ended),
        "open_items": open_items(connection, asked, ended),
    }


def _figures(found: Iterable[Balance]) -> dict[str, int]:
    """The four figures, and the balance: what is left to pay of what was invoiced."""
    sums = dict.fromkeys(FIGURES, 0)
    for balance in found:
        figure, sign = _figure_of(balance)
        sums[figure] = sums.get(figure, 0) + sign * balance.balance_minor
    kept = {name: sums[name] for name in FIGURES}
    return {**kept, "balance_minor": kept["outstanding_minor"] - kept["unallocated_minor"]}


def _figure_of(balance: Balance) -> tuple[str, int]:
    """Which figure an account is; accounts of the other side are none."""
    kind = ":".join(balance.account.split(":")[:2])
    return FIGURE_OF.get(kind, ("", 0))


def _totals(began: Iterable[Balance], ended: Iterable[Balance]) -> dict[str, int]:
    """What each movement comes to, between two moments."""
    sums = dict.fromkeys(MOVEMENTS, 0)
    for found, way in ((began, -1), (ended, 1)):
        for balance in found:
            movement = balance.detail.replace("-", "_")
            figure, sign = _figure_of(balance)
            if figure and MOVEMENTS[movement][0] == figure:
                sums[movement] += way * sign * MOVEMENTS[movement][1] * balance.balance_minor
    return {f"{movement}_minor": amount for movement, amount in sums.items()}


def _movements(
    connection: Connection[Any], asked: dict[str, Any], limit: int | None, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """What was posted in the span, in order of day and version, with its reasons."""
    accounts = {
        "accrued": f"assets:accrued-income:{asked['funder']}",
        "outstanding": f"assets:receivable:{asked['funder']}",
        "unallocated": f"liabilities:funder-credit:{asked['funder']}",
    }

    def find(start: tuple[int, int, str], most: int) -> list[dict[str, Any]]:
        day, version, detail = start
        place = {"after_day": day_in(day, after), "after_version": version, "after_detail": detail}
        page = {**asked, **accounts, **place, "limit": most}
        return ask(connection, "books.movements_of_funder", page)

    rows, following = paged(
        find,
        lambda row: (row["posted_on"].toordinal(), row["version"], row["detail"]),
        first=(1, 0, ""), limit=limit, after=after,
    )  # fmt: skip
    why = reasons(connection, asked["ledger"], [row["version"] for row in rows])
    return [_movement(row, why[row["version"]]) for row in rows], following


def _movement(row: dict[str, Any], reason: dict[str, Any]) -> dict[str, Any]:
    movement = row.pop("detail").replace("-", "_")
    figure, sign = MOVEMENTS[movement]
    named = {"movement": movement, "amount_minor": sign * row[figure]}
    return shown({**named, **row, "reason": reason})
