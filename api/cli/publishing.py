"""`report`: what may leave the organisation, with small numbers hidden; as tables or as a sheet."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.doing import READER, About, Desk, Draw, at_desk
from api.cli.options import AsOf, KnownAt
from api.cli.saying import Trouble, console, money, table

SHEET: Final = "text/csv"
HIDDEN: Final = "*"
ALL: Final = "all"
AREA: Final = ("at_risk", "measured", "achieved", "achieved_percent")
CHILDREN: Final = ("measured", "at_least_1", "at_least_2", "at_least_3", "erased", "sealed")

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)
Answer = Mapping[str, Any]
Contract = Annotated[str, typer.Option("--contract", help="The contract that is reported on.")]
SuppressBelow = Annotated[
    int | None,
    typer.Option(
        "--suppress-below", metavar="N", help="Hide numbers below this; 5 when it is not given."
    ),
]
AsSheet = Annotated[
    Path | None, typer.Option("--csv", metavar="FILE", help="Write a sheet instead of tables.")
]


def reported(
    *,
    contract: Contract,
    suppress_below: SuppressBelow = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> About:
    """What a report is about: one contract, at a pair of dates, with small numbers hidden."""
    about = {"contract": contract, "suppress_below": suppress_below}
    return {**about, "as_of": as_of, "known_at": known_at}


@app.command("outcomes")
@at_desk(READER, reported)
def report_outcomes(at: Desk, *, sheet: AsSheet = None) -> None:
    """Outcomes by area and cohort with totals."""
    _report(at, "outcomes", outcomes, sheet)


@app.command("payments")
@at_desk(READER, reported)
def report_payments(
    at: Desk,
    *,
    by: Annotated[str, typer.Option(help="month, quarter or year")] = "quarter",
    sheet: AsSheet = None,
) -> None:
    """Payments by period and trigger with totals."""
    _report(at, "payments", payments, sheet, by=by)


def _report(at: Desk, name: str, draw: Draw, sheet: Path | None, **query: object) -> None:
    """Ask for a report at the version the ledger has now, and print it or write the sheet."""
    if sheet is None:
        at.tell(("reports", name), draw, **query)
        return
    asked = {**at.about, **query, "min_version": at.newest()}
    content = at.service.fetch(SHEET, "v1", "ledgers", at.ledger, "reports", name, **asked)
    try:
        sheet.write_bytes(content)
    except OSError as refused:
        message = f"{sheet} cannot be written: {refused.strerror}"
        raise Trouble(message) from None
    console().print(f"The report on {name} is in {sheet}", soft_wrap=True)


def outcomes(answer: Answer) -> Iterator[Table | str]:
    """Areas by cohort, and children by how many outcomes they have."""
    yield table(
        "Outcomes by area and cohort",
        ("area", "cohort", "at risk", "measured", "achieved", "percent"),
        [(row["area"], row["cohort"] or ALL, *_counts(row, AREA)) for row in answer["areas"]],
        texts=2,
    )
    yield table(
        "Children measured, with at least one, two, three outcomes, and left out",
        ("cohort", "measured", "at least 1", "at least 2", "at least 3", "erased", "sealed"),
        [(row["cohort"] or ALL, *_counts(row, CHILDREN)) for row in answer["children"]],
    )
    yield from _hidden(answer)


def payments(answer: Answer) -> Iterator[Table | str]:
    """Payments by period and trigger, with the totals of each and of all."""
    rows = [(row["period"], row["trigger"], row) for row in answer["items"]]
    rows += [(row["period"], ALL, row) for row in answer["periods"]]
    rows += [(ALL, row["trigger"], row) for row in answer["triggers"]]
    rows.append((ALL, ALL, answer["total"]))
    yield table(
        "Payments by period and trigger; grants count as money, not as payments, in totals",
        ("period", "trigger", "count", "amount", "unfunded"),
        [
            (period, trigger, *_counts(row, ("count",)), *_money(row, "amount", "unfunded"))
            for period, trigger, row in rows
        ],
        texts=2,
    )
    yield from _hidden(answer)


def _counts(row: Answer, names: Sequence[str]) -> list[object]:
    return [HIDDEN if name in row["hidden"] else row[name] for name in names]


def _money(row: Answer, *names: str) -> list[str]:
    fields = [f"{name}_minor" for name in names]
    return [HIDDEN if field in row["hidden"] else money(row[field]) for field in fields]


def _hidden(answer: Answer) -> Iterator[str]:
    below, count = answer["suppress_below"], answer["hidden_cells"]
    if count:
        numbers = "1 number is" if count == 1 else f"{count:,} numbers are"
        yield f"* {numbers} hidden: groups below {below}, and what would give them away."
    else:
        yield f"No number is hidden: no group is below {below}."
