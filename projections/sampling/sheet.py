"""The findings sheet: a sample on paper, filled in by the auditor, and read back.

Comment lines do not survive a spreadsheet, so what the sample was drawn from stands in columns of
every row. The auditor fills in `audited_value`; difference and taint follow from it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Final, NamedTuple

from projections.exports.amounts import MINOR_PER_MAJOR, decimal, written
from projections.exports.sheets import Cell, Formula, Sheet
from projections.exports.spreadsheets import FORMULA_STARTS, guarded
from projections.exports.workbook import NOTHING, workbook
from projections.sampling.concluding import CONCLUDED, as_words, concluded
from projections.sampling.drawing import METHODS
from projections.sampling.evaluating import Finding
from projections.sampling.judging import taint_shown
from projections.sampling.sizes import SIZE_MAX

ITEM: Final = (
    "place", "item", "version", "effective_on", "contract", "with_whom", "drawn_by", "hits",
)  # fmt: skip
FOUND: Final = ("book_value", "audited_value", "difference", "taint", "note")
PARAMETERS: Final = (
    "ledger", "of", "method", "seed", "size", "of_contract", "from", "to", "as_of",
    "frozen_version", "root", "population_items", "population_amount", "confidence", "tolerable",
    "expected", "table",
)  # fmt: skip
COLUMNS: Final = (*ITEM, *FOUND, "why", *PARAMETERS)
AMOUNT: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?")
METHOD: Final = re.compile("|".join(METHODS))
SIZE: Final = re.compile(r"[1-9][0-9]{0,5}")
SEPARATORS: Final = {";": "semicolons", "\t": "tabs"}
"""What spreadsheets put between fields instead of commas, by the country or the kind of text."""
Document = Mapping[str, Any]
Audited = Mapping[str, int]


class SheetUnreadable(ValueError):
    """The sheet is not one that a sample was written to, or not filled in."""


class SheetRow(NamedTuple):
    """A row of a sheet that was read, in pence; None: not filled in."""

    item: str
    book_minor: int
    audited_minor: int | None


class ReadSheet(NamedTuple):
    """A sheet that was read: what it was drawn from, as words, and its rows in their order."""

    parameters: dict[str, str]
    rows: list[SheetRow]


def sheet_csv(
    sample: Document, ledger: str, audited: Audited | None = None, judged: Document | None = None
) -> Iterator[str]:
    """The sheet as comma-separated values (RFC 4180), a line at a time.

    Of a sample that was `judged`, its conclusion stands in further columns of every row.
    """
    yield _line(COLUMNS if judged is None else (*COLUMNS, *CONCLUDED))
    conclusion = [] if judged is None else as_words(concluded(judged))
    parameters = [guarded(text) for text in parameters_of(sample, ledger).values()]
    for item in sample["items"]:
        about = [guarded("" if item[name] is None else str(item[name])) for name in ITEM]
        found = [written(item["amount_minor"]), *_found(item, audited or {}), ""]
        yield _line([*about, *found, item["why"], *parameters, *conclusion])


def sheet_workbook(
    target: IO[bytes],
    sample: Document,
    ledger: str,
    audited: Audited | None = None,
    judged: Document | None = None,
) -> None:
    """The sheet as a workbook, whose differences and taints follow what is filled in.

    Of a sample that was `judged`, its conclusion is a sheet by itself, in front.
    """
    with workbook(target) as book:
        if judged is not None:
            conclusion = Sheet(book, "conclusion")
            for name, value in concluded(judged).items():
                conclusion.row([name.replace("_", " "), value])
        findings = Sheet(book, "findings", [name.replace("_", " ") for name in (*COLUMNS,)])
        parameters = list(parameters_of(sample, ledger).values())
        for item in sample["items"]:
            about: list[Cell] = [_cell(item[name]) for name in ITEM]
            found = _formulas(item, findings.next_row, audited or {})
            findings.row([*about, *found, item["why"], *parameters])


def parameters_of(sample: Document, ledger: str) -> dict[str, str]:
    """What a sample was drawn from and for, as words; with it anybody can draw it again."""
    frozen, population, planned = sample["frozen"], sample["population"], sample["planned"] or {}
    told = {
        "ledger": ledger,
        "of": sample["of"],
        "method": sample["method"],
        "seed": sample["seed"],
        "size": str(sample["size"]),
        "of_contract": sample["contract"],
        "from": sample["from"],
        "to": sample["to"],
        "as_of": frozen["as_of"],
        "frozen_version": str(frozen["version"]),
        "root": frozen["root"],
        "population_items": str(population["items"]),
        "population_amount": written(population["amount_minor"]),
        **{name: planned.get(name) for name in PARAMETERS[-4:]},
    }
    return {name: told[name] or "" for name in PARAMETERS}


def read_sheet(text: str) -> ReadSheet:
    """Read a sheet back, also one that was a workbook.

    Raises `SheetUnreadable`, which names the row at fault.
    """
    try:
        return _read(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    except csv.Error as wrong:
        message = f"no comma-separated values: {wrong}"
        raise SheetUnreadable(message) from None


def _read(lines: "csv.DictReader[str]") -> ReadSheet:
    # The heads of a workbook have spaces for underscores.
    lines.fieldnames = [head.strip().replace(" ", "_") for head in lines.fieldnames or ()]
    _must_have_all_columns(lines.fieldnames)
    rows: list[SheetRow] = []
    parameters: dict[str, str] = {}
    for number, line in enumerate(lines, start=2):
        told = {name: _unguarded(line[name] or "") for name in COLUMNS}
        about = {name: told[name] for name in PARAMETERS}
        if parameters and about != parameters:
            message = f"row {number} is of another sample"
            raise SheetUnreadable(message)
        parameters = about
        rows.append(_row(told, number))
        if len(rows) > SIZE_MAX:
            message = f"a sheet has at most {SIZE_MAX} items"
            raise SheetUnreadable(message)
    if not rows:
        message = "the sheet has no items"
        raise SheetUnreadable(message)
    _must_be_usable(parameters)
    return ReadSheet(parameters, rows)


def _must_have_all_columns(heads: Sequence[str]) -> None:
    """Refuse what is no sheet, or one whose fields are separated by something else than commas."""
    for separator, name in SEPARATORS.items():
        if separator in ",".join(heads) and FOUND[0] not in heads:
            message = f"its fields are separated by {name}; separate them by commas"
            raise SheetUnreadable(message)
    missing = [name for name in COLUMNS if name not in heads]
    if missing:
        message = f"the sheet has no column {missing[0]}"
        raise SheetUnreadable(message)


def _must_be_usable(parameters: Mapping[str, str]) -> None:
    """Refuse a sheet whose sample cannot be judged by what it says it was drawn from."""
    for name, possible in (("method", METHOD), ("size", SIZE)):
        if not possible.fullmatch(parameters[name]):
            message = f"{name}: no sample is drawn like that"
            raise SheetUnreadable(message)
    pence(parameters["population_amount"], "population_amount")


def findings_of(sheet: ReadSheet) -> dict[str, Finding]:
    """What was found, item by item. Raises `SheetUnreadable` where something is not filled in."""
    empty = [row.item for row in sheet.rows if row.audited_minor is None]
    if empty:
        message = f"{len(empty)} items have no audited value, first {empty[0]}"
        raise SheetUnreadable(message)
    found = {row.item: Finding(row.book_minor, row.audited_minor or 0) for row in sheet.rows}
    if len(found) < len(sheet.rows):
        message = "an item is in the sheet twice"
        raise SheetUnreadable(message)
    return found


def _row(told: Mapping[str, str], number: int) -> SheetRow:
    book = pence(told["book_value"], f"row {number}, book_value")
    if book <= 0:
        message = f"row {number}, book_value: not above nothing"
        raise SheetUnreadable(message)
    audited = told["audited_value"].strip()
    if not audited:
        return SheetRow(told["item"], book, None)
    return SheetRow(told["item"], book, pence(audited, f"row {number}, audited_value"))


def pence(text: str, where: str) -> int:
    """An amount as somebody typed it, 1,680.00 or 1680, in pence. Raises `SheetUnreadable`."""
    plain = text.replace(",", "").replace(" ", "").removeprefix("\u00a3")
    if not AMOUNT.fullmatch(plain):
        message = f"{where}: not an amount such as 1680.00"
        raise SheetUnreadable(message)
    pounds, _, rest = plain.removeprefix("-").partition(".")
    minor = int(pounds) * MINOR_PER_MAJOR + int(rest.ljust(2, "0"))
    return -minor if plain.startswith("-") else minor


def _found(item: Document, audited: Audited) -> list[str]:
    if item["item"] not in audited:
        return ["", "", ""]
    one = Finding(item["amount_minor"], audited[item["item"]])
    return [written(one.audited_minor), written(one.difference_minor), taint_shown(one)]


def _formulas(item: Document, at: int, audited: Audited) -> list[Cell]:
    """Book and audited value, and what follows: nothing, until there is a number."""
    book = decimal(item["amount_minor"])
    value = audited.get(item["item"])
    one = Finding(item["amount_minor"], item["amount_minor"] if value is None else value)
    taint = decimal(one.difference_minor) / book
    return [
        book,
        None if value is None else decimal(value),
        Formula(f"=IF(ISNUMBER(J{at}),ROUND(I{at}-J{at},2),0)", decimal(one.difference_minor)),
        Formula(f"=IF(ISNUMBER(J{at}),(I{at}-J{at})/I{at},0)", taint or NOTHING),
        None,
    ]


def _cell(value: object) -> Cell:
    return value if isinstance(value, int) else "" if value is None else str(value)


def _unguarded(text: str) -> str:
    """A text without the apostrophe that kept a spreadsheet from running it."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA_STARTS) else text


def _line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
