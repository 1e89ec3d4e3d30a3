"""The books as tables: one function a question."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from api.cli.saying import money, table

Answer = Mapping[str, Any]

FIGURES: Final = ("accrued", "claimed", "outstanding", "unallocated")
NAMES: Final = (
    "payment", "claim", "invoice", "credit_note", "receipt", "write_off", "settlement", "order",
)  # fmt: skip
DEBTORS: Final = (
    "not_due", "days_1_to_30", "days_31_to_60", "days_61_to_90", "over_90", "credit_notes", "total",
)  # fmt: skip
CREDITORS: Final = (
    "over_90", "days_61_to_90", "days_31_to_60", "days_0_to_30", "in_advance", "total",
)  # fmt: skip
SUMS: Final = ("net_movement", "brought_forward", "carried_forward")


def statement(answer: Answer) -> Iterator[Table]:
    """A funder's statement; the figures of each line add up to those of the closing one."""
    movements = answer["movements"]
    rows: list[Sequence[object]] = [("", "opening", "", "", *_amounts(answer["opening"], FIGURES))]
    rows += [
        (
            row["posted_on"],
            row["movement"].replace("_", " "),
            reason(row["reason"]),
            money(row["amount_minor"]),
            *_amounts(row, FIGURES),
        )
        for row in movements
    ]
    if answer["next"]:
        rows.append(("", "further movements", "", "", *map(money, _left_out(answer))))
    rows.append(("", "closing", "", "", *_amounts(answer["closing"], FIGURES)))
    title = f"Statement of {answer['funder']}, {_span(answer)}"
    yield table(title, ("posted on", "movement", "reason", "amount", *FIGURES), rows, texts=3)
    items = [
        (
            row["item"].replace("_", " "),
            row.get("document", row.get("fund")),
            row.get("contract"),
            row.get("due_on"),
            money(row["open_minor"]),
        )
        for row in answer["open_items"]
    ]
    items.append(("balance", "", "", "", money(answer["closing"]["balance_minor"])))
    yield table("Open items", ("item", "reference", "contract", "due on", "open"), items, texts=4)


def _left_out(answer: Answer) -> Iterator[int]:
    """What the movements behind the last line of a page come to, in each figure."""
    for name in FIGURES:
        figure = f"{name}_minor"
        shown = sum(row[figure] for row in answer["movements"])
        yield answer["closing"][figure] - answer["opening"][figure] - shown


def aged_debtors(answer: Answer) -> Iterator[Table]:
    """What funders owe, by days past due."""
    yield _aged(answer, "funder", DEBTORS, f"Aged debtors on {answer['aged_on']}")


def aged_creditors(answer: Answer) -> Iterator[Table]:
    """What partners are owed, the oldest first."""
    yield _aged(answer, "partner", CREDITORS, f"Aged creditors on {answer['aged_on']}")


def accrued_income(answer: Answer) -> Iterator[Table]:
    """What is accrued, and what is deferred."""
    names = ("accrued", "deferred")
    rows = [
        (row["contract"], row["fund"], row["funder"], *_amounts(row, names))
        for row in answer["items"]
    ]
    rows.append(("total", "", "", *_amounts(answer["totals"], names)))
    title = "Accrued income, and deferred income (unallocated credit of funders)"
    yield table(title, ("contract", "fund", "funder", *names), rows, texts=3)


def cash_book(answer: Answer) -> Iterator[Table]:
    """Each bank account, and what went through it."""
    sums = ("opening", "in", "out", "closing")
    accounts = [(row["bank_account"], *_amounts(row, sums)) for row in answer["accounts"]]
    yield table(f"Cash book, {_span(answer)}", ("bank account", *sums), accounts)
    entries = [
        (
            row["bank_account"],
            row["posted_on"],
            row["funder"] or row["partner"],
            reason(row["reason"]),
            money(row["amount_minor"]),
            money(row["balance_minor"]),
        )
        for row in answer["entries"]
    ]
    heads = ("bank account", "posted on", "with", "reason", "amount", "balance")
    yield table("Entries", heads, entries, texts=4)


def activities(answer: Answer) -> Iterator[Table]:
    """A column a fund, and their total; the form of a charity's accounts."""
    funds = answer["funds"]
    rows: list[Sequence[object]] = []
    for side, naming in (("income", _heading), ("expenditure", _kind)):
        lines = dict.fromkeys(naming(line) for fund in funds for line in fund[side])
        for name in lines:
            amounts = [
                sum(line["amount_minor"] for line in fund[side] if naming(line) == name)
                for fund in funds
            ]
            rows.append((name, *map(money, (*amounts, sum(amounts)))))
        rows.append(_sum_row(side, funds, answer["totals"]))
    rows += [_sum_row(name, funds, answer["totals"]) for name in SUMS]
    heads = ("", *(fund["fund"] for fund in funds), "total")
    yield table(f"Statement of financial activities, {_span(answer)}", heads, rows)


def _sum_row(name: str, funds: Iterable[Answer], totals: Answer) -> tuple[str, ...]:
    figure = f"{name}_minor"
    amounts = [*(fund[figure] for fund in funds), totals[figure]]
    return (name.replace("_", " "), *map(money, amounts))


def _heading(line: Answer) -> str:
    return f"  {line['heading'].replace('_', ' ')}: {line['contract']}"


def _kind(line: Answer) -> str:
    return f"  {line['kind'].replace('_', ' ')}: {line['contract']}"


def reason(why: Answer) -> str:
    """The event, and what it names."""
    return " ".join((why["event"], *(str(why[name]) for name in NAMES if name in why)))


def _aged(answer: Answer, of: str, names: Sequence[str], title: str) -> Table:
    rows = [(row["contract"], row[of], *_amounts(row, names)) for row in answer["items"]]
    rows.append(("total", "", *_amounts(answer["totals"], names)))
    heads = ("contract", of, *(name.replace("_", " ") for name in names))
    return table(title, heads, rows, texts=2)


def _amounts(row: Answer, names: Iterable[str]) -> list[str]:
    return [money(row[f"{name}_minor"]) for name in names]


def _span(answer: Answer) -> str:
    return f"{answer['from'] or 'the beginning'} to {answer['to'] or 'the end'}"
