"""The answers of the service as tables: one function a question (`api.md`, Reading)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from api.cli.saying import money, table

Answer = Mapping[str, Any]


ENGAGEMENT: Final = (
    "year",
    "formal_interactions",
    "sessions_expected",
    "sessions_attended",
    "met",
    "verified",
)
AREAS: Final = ("area", "domain", "at_risk", "baseline", "end_point", "achieved", "verified")


def child(answer: Answer) -> Iterator[Table]:
    """A child's way, its years, its areas and what was paid for it."""
    title = (
        f"{answer['child']}: {answer['stage']}, cohort {answer['cohort']}, {answer['school']}, "
        f"enrolled {answer['enrolled_on']}"
    )
    amounts = [money(answer[f"{name}_minor"]) for name in ("net", "possible", "forgone")]
    yield table(title, ("net", "still possible", "forgone"), [amounts], texts=0)
    yield _fields("Engagement", answer["engagement"], ENGAGEMENT, texts=1)
    yield _fields("Areas", answer["areas"], AREAS, texts=2)
    yield payments(answer["payments"])


def payments(rows: Iterable[Answer]) -> Table:
    """Payments, one row each, with who pays which part."""
    return table(
        "Payments",
        ("payment", "trigger", "state", "effective on", "amount", "split"),
        [
            (
                row["payment"],
                row["trigger"],
                row["state"],
                row["effective_on"],
                money(row["amount_minor"]),
                _split(row.get("split") or ()),
            )
            for row in rows
        ],
        texts=4,
    )


def funder(answer: Answer) -> Iterator[Table]:
    """A funder's balance, from what it committed to what is outstanding.

    The column adds up: released less reversed is recognised; less what samples deducted and what
    is not claimed, claimed; invoiced less credited and allocated, outstanding.
    """
    yield _balances(
        f"Funder {answer['funder']}",
        answer,
        *("committed", "headroom", "unfunded", "released", "reversed", "recognised", "deducted"),
        *("unclaimed", "claimed", "invoiced", "credited"),
        *(("credit_refunded",) if answer["credit_refunded_minor"] else ()),
        *("received", "allocated", "refunded"),
        *("unallocated", "outstanding"),
    )


def partner(answer: Answer) -> Iterator[Table]:
    """What is owed to a partner, and its orders."""
    yield _balances(
        f"Partner {answer['partner']}",
        answer,
        *("accrued", "invoiced", "disputed", "credited", "paid", "owed"),
    )
    yield table(
        "Orders",
        ("order", "unit", "rate", "accrued", "limit"),
        [
            (
                order["order"],
                order["unit"],
                money(order["rate_minor"]),
                money(order["accrued_minor"]),
                money(order.get("limit_minor")),
            )
            for order in answer["orders"]
        ],
        texts=2,
    )


def trial_balance(answer: Answer) -> Iterator[Table]:
    """Every account, and the total, which is always 0.00."""
    rows: list[Sequence[object]] = [
        (row["account"], row["fund"], money(row["balance_minor"])) for row in answer["accounts"]
    ]
    rows.append(("total", "", money(answer["total_minor"])))
    yield table("Trial balance, debits positive", ("account", "fund", "balance"), rows, texts=2)


def journal(answer: Answer) -> Iterator[Table]:
    """The lines of the journal, debits positive; `late` is what a closed period left behind."""
    heads = ("version", "effective on", "posted on", "late", "account", "fund", "amount")
    rows = [
        (
            row["version"],
            row["effective_on"],
            row["posted_on"],
            "late" if row["prior_period"] else "",
            row["account"],
            row["fund"],
            money(row["amount_minor"]),
        )
        for row in answer["items"]
    ]
    yield table("Journal, debits positive", heads, rows, texts=6)


def periods(answer: Answer) -> Iterator[Table]:
    """Closings, the latest first, and what became of each."""
    heads = ("closing", "contract", "from", "to", "hardness", "state", "closed_by", "reopened_by")
    rows = [[row[head] for head in heads] for row in answer["items"]]
    yield table("Closed periods", [head.replace("_", " ") for head in heads], rows, texts=8)


def outcomes(answer: Answer) -> Iterator[Table]:
    """Areas achieved and verified, in percent of the measured children at risk in them."""
    yield table(
        "Outcomes by area",
        ("area", "domain", "at risk", "measured", "achieved", "percent"),
        _columns(
            answer["areas"],
            *("area", "domain", "at_risk", "measured", "achieved", "achieved_percent"),
        ),
        texts=2,
    )
    children = answer["children"]
    yield table(
        "Children measured, and with at least one, two, three outcomes",
        ("measured", "at least 1", "at least 2", "at least 3"),
        _columns([children], "measured", "at_least_1", "at_least_2", "at_least_3"),
        texts=0,
    )


def summary(answer: Answer) -> Iterator[Table]:
    """Payments by period and trigger: releases less reversals."""
    yield table(
        "Payments by period",
        ("period", "from", "to", "trigger", "count", "amount", "unfunded"),
        [
            (
                row["period"],
                row["from"],
                row["to"],
                row["trigger"],
                row["count"],
                money(row["amount_minor"]),
                money(row["unfunded_minor"]),
            )
            for row in answer["items"]
        ],
        texts=4,
    )


def _fields(title: str, rows: Iterable[Answer], names: Sequence[str], *, texts: int) -> Table:
    heads = [name.replace("_", " ") for name in names]
    return table(title, heads, _columns(rows, *names), texts=texts)


def _balances(title: str, answer: Answer, *names: str) -> Table:
    rows = [(name, money(answer.get(f"{name}_minor"))) for name in names]
    if answer.get("exact_share_minor") is not None:
        rows.append(("exact share, in pence", answer["exact_share_minor"]))
    return table(title, ("", "amount"), rows)


def _columns(rows: Iterable[Answer], *names: str) -> list[list[object]]:
    return [[_word(row.get(name)) for name in names] for row in rows]


def _word(value: object) -> object:
    match value:
        case True:
            return "yes"
        case False:
            return "no"
        case {"value": found}:
            return _word(found)
        case _:
            return value


def _split(split: Iterable[Answer]) -> str:
    parts = [f"{part['funder']} {money(part['amount_minor'])}" for part in split]
    unfunded = sum(part["unfunded_minor"] for part in split)
    return ", ".join([*parts, *([f"unfunded {money(unfunded)}"] if unfunded else [])])
