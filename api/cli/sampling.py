"""`audit sample` and `audit evaluate`: which items to look at, and what they say of the others."""

import io
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli import sample_tables
from api.cli.asking import Service
from api.cli.doing import READER, Desk, at_desk, pair
from api.cli.files import must_be_new, write_parts
from api.cli.options import Actor, AsJson, Folder, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import MISUSE, Trouble, console, say_json
from api.cli.showing import After
from projections.sampling.evaluating import Finding
from projections.sampling.judging import Judged, Standard, judged
from projections.sampling.sheet import (
    ReadSheet,
    SheetUnreadable,
    findings_of,
    pence,
    read_sheet,
    sheet_csv,
    sheet_workbook,
)

SHEETS: Final = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PERCENT: Final = re.compile(r"[0-9]{1,2}(\.[0-9]{1,4})?")
PAGE: Final = 1_000
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How the files of spreadsheets begin: .xlsx and .ods, and the older .xls."""
AS_CSV: Final = "save its findings as CSV (UTF-8), then `audit evaluate {file}`"
Answer = Mapping[str, Any]

Of = Annotated[str, typer.Argument(help="payments, fees, invoices, receipts or journal.")]
Method = Annotated[str, typer.Option(help="random, systematic or monetary_unit.")]
Words = Annotated[str, typer.Option("--seed", help="Your words; they decide what is drawn.")]
Size = Annotated[int | None, typer.Option(help="How many; or plan it.")]
Confidence = Annotated[str | None, typer.Option(metavar="PERCENT", help="How sure to be.")]
Tolerable = Annotated[
    str | None, typer.Option(metavar="PERCENT", help="What may be wrong, of amount or items.")
]
Expected = Annotated[
    str | None, typer.Option(metavar="PERCENT", help="What is expected to be wrong.")
]
SizeTable = Annotated[
    str | None, typer.Option("--table", help="poisson, binomial or hypergeometric.")
]
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="From this day.")]
Upto = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Up to this day.")]
Out = Annotated[Path | None, typer.Option(help="Write a sheet to fill in: .csv or .xlsx.")]
Limit = Annotated[int, typer.Option(min=1, max=PAGE, help="How many items to print.")]
Filled = Annotated[Path, typer.Argument(help="A sheet of `audit sample`, filled in, as CSV.")]
Judging = Annotated[Path | None, typer.Option("--out", help="Write the findings: .csv or .xlsx.")]
Offline = Annotated[
    bool, typer.Option("--offline", help="Ask no service: believe what the sheet says it is.")
]


@at_desk(READER, pair)
def sample(  # noqa: PLR0913 (each is an option of the command)
    at: Desk,
    of: Of,
    *,
    method: Method,
    words: Words,
    size: Size = None,
    confidence: Confidence = None,
    tolerable: Tolerable = None,
    expected: Expected = None,
    size_table: SizeTable = None,
    first_on: From = None,
    last_on: Upto = None,
    out: Out = None,
    limit: Limit = 100,
    after: After = None,
) -> None:
    """Draw a sample by your words and the log's root; the same words always draw the same.

    A sheet that is there already is left alone: somebody may have filled it in. Where there is
    nothing to draw from, this is said, and no sheet is written.
    """
    rates = {"confidence": confidence, "tolerable": tolerable, "expected": expected}
    asked = {"of": of, "method": method, "seed": words, "size": size, "table": size_table}
    asked |= {**rates, "from": first_on, "to": last_on}
    if out is None:
        at.tell(("audit", "sample"), sample_tables.sample, **asked, limit=limit, after=after)
        return
    _write_drawn(at, out, asked)


def _write_drawn(at: Desk, out: Path, asked: Mapping[str, object]) -> None:
    """A sheet of the sample; none where there is nothing to draw from: nobody could fill it in."""
    kind = _kind_of_new(out)
    first = at.ask("audit", "sample", **asked, limit=1)
    if not first["population"]["items"]:
        console().print(f"{sample_tables.nothing_of(first)}; {out} is not written", soft_wrap=True)
        return
    path = ("v1", "ledgers", at.ledger, "audit", "sample")
    about = {**at.about, **asked, "known_at": first["frozen"]["version"]}
    write_parts(out, [at.service.fetch(kind, *path, **about)])
    console().print(f"The sample is in {out}; {_to_do(out)}", soft_wrap=True)


def _to_do(out: Path) -> str:
    """What the auditor does with a sheet: a workbook is read back as CSV."""
    if out.suffix == ".csv":
        return f"fill in audited_value, then `audit evaluate {out}`"
    return f"fill in audited value, {AS_CSV.format(file=out.with_suffix('.csv'))}"


def evaluate(  # noqa: PLR0913 (each is an option of the command)
    sheet: Filled,
    *,
    confidence: Confidence = None,
    tolerable: Tolerable = None,
    out: Judging = None,
    offline: Offline = False,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    as_json: AsJson = False,
) -> None:
    """Say what a filled-in sheet says of the whole, after drawing its sample again.

    The exit code is 1 when what may be wrong is not below what is tolerable. The findings are
    written to a file that is not there yet.
    """
    _must_be_writable(out, offline=offline)
    filled, found = _read(sheet)
    again = None
    if not offline:
        service = Service(url_for(url, data), key_for(key, data, actor or READER))
        again = _drawn_again(service, filled)
    about = filled.parameters
    standard = Standard(
        _rate(confidence or about["confidence"], "--confidence"),
        _rate(tolerable or about["tolerable"], "--tolerable"),
    )
    conclusion = {
        **_sample_of(about),
        "drawn_again": not offline,
        **_judged(about, found, standard),
    }
    _say(conclusion, as_json=as_json)
    if out is not None and again is not None:
        _write(out, again, about["ledger"], found, conclusion)
    if conclusion["conclusion"] != "below_tolerable":
        raise typer.Exit(1)


def _must_be_writable(out: Path | None, *, offline: bool) -> None:
    """Refuse findings that could not be written, before anything is read."""
    if out is None:
        return
    if offline:
        message = "--out draws the sample again: leave --offline out"
        raise Trouble(message, MISUSE)
    _kind_of_new(out)


def _read(path: Path) -> tuple[ReadSheet, dict[str, Finding]]:
    try:
        filled = read_sheet(_text_of(path))
        return filled, findings_of(filled)
    except SheetUnreadable as wrong:
        message = f"{path}: {wrong}"
        raise Trouble(message) from None


def _text_of(path: Path) -> str:
    """The text of a sheet. A person reaches for the workbook first: what to do is said."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        message = f"{path} is not there"
        raise Trouble(message, MISUSE) from None
    except OSError as unread:
        message = f"{path} cannot be read: {unread.strerror}"
        raise Trouble(message, MISUSE) from None
    if content.startswith(WORKBOOKS):
        message = f"{path} is a workbook; {AS_CSV.format(file=path.with_suffix('.csv'))}"
        raise Trouble(message, MISUSE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = f"{path} is not in UTF-8; {AS_CSV.format(file=path)}"
        raise Trouble(message, MISUSE) from None


def _drawn_again(service: Service, filled: ReadSheet) -> dict[str, Any]:
    """The sample as the ledger draws it; a sheet that says otherwise is refused."""
    about = filled.parameters
    asked = {
        **{name: about[name] or None for name in ("of", "method", "seed", "from", "to", "as_of")},
        "size": about["size"],
        "contract": about["of_contract"] or None,
        "known_at": about["frozen_version"],
    }
    again = _whole(service, about["ledger"], asked)
    _must_agree("root", again["frozen"]["root"], about["root"])
    population = again["population"]
    _must_agree("population_items", str(population["items"]), about["population_items"])
    total = pence(about["population_amount"], "population_amount")
    _must_agree("population_amount", population["amount_minor"], total)
    drawn = {item["item"]: item["amount_minor"] for item in again["items"]}
    on_sheet = {row.item: row.book_minor for row in filled.rows}
    for item in sorted({*drawn, *on_sheet}):
        _must_agree(item, drawn.get(item), on_sheet.get(item))
    planned = {name: about[name] for name in ("confidence", "tolerable", "expected", "table")}
    return {**again, "planned": planned}


def _whole(service: Service, ledger: str, asked: Mapping[str, object]) -> dict[str, Any]:
    """A sample with all its items."""
    path = ("v1", "ledgers", ledger, "audit", "sample")
    answer = service.ask(*path, **asked, limit=PAGE)
    items = [*answer["items"]]
    while answer["next"]:
        answer = service.ask(*path, **asked, limit=PAGE, after=answer["next"])
        items += answer["items"]
    return {**answer, "items": items}


def _must_agree(what: str, drawn: object, on_sheet: object) -> None:
    if drawn != on_sheet:
        message = f"the sheet is not what was drawn: {what}"
        raise Trouble(message)


def _rate(text: str, option: str) -> Fraction:
    if not PERCENT.fullmatch(text):
        message = f"{option} is needed, in percent, such as 95 or 2.5"
        raise Trouble(message, MISUSE)
    return Fraction(text) / 100


def _sample_of(about: Mapping[str, str]) -> dict[str, Any]:
    names = ("ledger", "of", "method", "seed", "frozen_version", "root")
    return {name: about[name] for name in names}


def _judged(
    about: Mapping[str, str], found: Mapping[str, Finding], standard: Standard
) -> dict[str, Any]:
    total = pence(about["population_amount"], "population_amount")
    method: Any = about["method"]
    return judged(Judged(method, int(about["size"]), total, found), standard)


def _kind_of(out: Path) -> str:
    """The form that a file's name asks for."""
    if out.suffix not in SHEETS:
        message = f"{out}: a sheet ends in .csv or .xlsx"
        raise Trouble(message, MISUSE)
    return SHEETS[out.suffix]


def _kind_of_new(out: Path) -> str:
    """The same, of a file that is not there yet: one that is may have been filled in."""
    kind = _kind_of(out)
    must_be_new(out)
    return kind


def _write(
    out: Path, again: Answer, ledger: str, found: Mapping[str, Finding], conclusion: Answer
) -> None:
    """The findings: the sheet with differences and taints, and what they come to."""
    audited = {item: one.audited_minor for item, one in found.items()}
    if _kind_of(out) == SHEETS[".csv"]:
        write_parts(out, (line.encode() for line in sheet_csv(again, ledger, audited, conclusion)))
        return
    target = io.BytesIO()
    sheet_workbook(target, again, ledger, audited, conclusion)
    write_parts(out, [target.getvalue()])


def _say(conclusion: Answer, *, as_json: bool) -> None:
    if as_json:
        say_json(conclusion)
        return
    out = console()
    for drawn in sample_tables.evaluation(conclusion):
        out.print(drawn)
