"""`report`: what may leave the organisation, with small numbers hidden; as tables or as a sheet."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.asking import Service
from api.cli.options import Actor, AsJson, AsOf, Folder, KnownAt, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import Trouble, console, money, table
from api.cli.showing import READER, newest, say
from api.reference.intakes import LEDGER

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


@app.command("outcomes")
def report_outcomes(  # noqa: PLR0913 (each is an option of the command)
    *,
    contract: Contract,
    suppress_below: SuppressBelow = None,
    sheet: AsSheet = None,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Outcomes by area and cohort with totals."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    query = {"contract": contract, "suppress_below": suppress_below}
    query |= {"as_of": as_of, "known_at": known_at}
    _report(service, ledger, "outcomes", query, outcomes, sheet, as_json=as_json)


@app.command("payments")
def report_payments(  # noqa: PLR0913 (each is an option of the command)
    *,
    contract: Contract,
    by: Annotated[str, typer.Option(help="month, quarter or year")] = "quarter",
    suppress_below: SuppressBelow = None,
    sheet: AsSheet = None,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Payments by period and trigger with totals."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    query = {"contract": contract, "suppress_below": suppress_below, "by": by}
    query |= {"as_of": as_of, "known_at": known_at}
    _report(service, ledger, "payments", query, payments, sheet, as_json=as_json)


def _report(
    service: Service,
    ledger: str,
    name: str,
    query: Mapping[str, object],
    draw: Callable[[Answer], Iterable[Table | str]],
    sheet: Path | None,
    *,
    as_json: bool,
) -> None:
    """Ask for a report at the version the ledger has now, and print it or write the sheet."""
    path = ("v1", "ledgers", ledger, "reports", name)
    version = newest(service, ledger) if query["known_at"] is None else None
    if sheet is None:
        say(service.ask(*path, **query, min_version=version), draw, as_json=as_json)
        return
    content = service.fetch(SHEET, *path, **query, min_version=version)
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
