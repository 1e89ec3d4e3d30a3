"""The books as an Excel workbook whose sums are live, with one cell that must read 0.

The trial balance adds up the journal, the funds add up the trial balance, and the check adds up
whatever does not agree: with the balances of the ledger, with the control totals, with zero. Every
formula has its value with it. Accounts and funds are added up by number, because Excel compares
texts without regard to case; no formula needs an array, which not every program works out alike.
Rows are written as they come and are not held in memory.
"""

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from tempfile import TemporaryDirectory
from typing import IO, Final, NamedTuple

from xlsxwriter import Workbook

from projections.exports.amounts import decimal
from projections.exports.entries import REFERENCES, Entry, Line
from projections.exports.figures import Figures, TrialRow, heading
from projections.exports.sheets import Cell, Formula, Sheet
from projections.exports.wanted import Wanted

KINDS: Final = ("assets", "liabilities", "income", "expenses")
JOURNAL: Final = (
    "account number", "version", "line", "posted on", "effective on", "event",
    *(name.replace("_", " ") for name in REFERENCES), "contract", "fund", "funder", "partner",
    "account", "debit", "credit", "child",
)  # fmt: skip
TRIAL_BALANCE: Final = (
    "account number", "fund number", "contract", "account", "fund", "kind", "opening", "debits",
    "credits", "closing", "in the ledger", "off by",
)  # fmt: skip
FUNDS: Final = ("fund number", "fund", *KINDS, "total", "off by")
CREATED: Final = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""Said of every workbook, so that equal books are equal files."""

ROWS_MAX: Final = 1_048_576
NOTHING: Final = Decimal("0.00")


class WorkbookTooLong(ValueError):
    """A sheet of Excel cannot hold so many lines; ask for a shorter span."""


def write_workbook(
    target: IO[bytes], wanted: Wanted, figures: Figures, entries: Iterable[Entry]
) -> None:
    """Write the workbook. Raises `WorkbookTooLong`."""
    rows = figures.lines + (len(figures.opening) if wanted.span.first_on else 0)
    if rows >= ROWS_MAX:  # one row is the head
        raise WorkbookTooLong("the journal has more lines than a sheet has rows")
    with workbook(target) as book:
        parameters = Sheet(book, "parameters")
        journal = Sheet(book, "journal", JOURNAL if wanted.with_children else JOURNAL[:-1])
        trial = Sheet(book, "trial balance", TRIAL_BALANCE)
        funds = Sheet(book, "by fund", FUNDS)
        book.define_name("check", "=parameters!$B$1")
        _write_journal(journal, figures, entries)
        _write_trial_balance(trial, figures, journal, rows)
        _write_funds(funds, figures, trial)
        _write_parameters(parameters, wanted, figures, _Written(journal, rows, trial, funds))


@contextmanager
def workbook(target: IO[bytes]) -> Iterator[Workbook]:
    """A workbook whose unfinished parts are files in a folder; they are gone whatever happens."""
    with TemporaryDirectory() as folder:
        book = Workbook(target, {"constant_memory": True, "tmpdir": folder})
        book.set_properties({"created": CREATED})
        try:
            yield book
        finally:
            book.close()


def _write_journal(sheet: Sheet, figures: Figures, entries: Iterable[Entry]) -> None:
    numbers = {row[:3]: number for number, row in enumerate(figures.rows, start=1)}
    for entry in entries:
        for line in entry.lines:
            number = numbers[line.contract, line.account, line.fund]
            sheet.row(_journal_cells(number, entry, line))


def _journal_cells(number: int, entry: Entry, line: Line) -> list[Cell]:
    return [
        number,
        entry.version,
        line.line,
        entry.posted_on,
        entry.effective_on,
        entry.event,
        *(entry.references.get(name) for name in REFERENCES),
        line.contract,
        line.fund,
        line.funder,
        line.partner,
        line.account,
        decimal(max(line.amount_minor, 0)),
        decimal(max(-line.amount_minor, 0)),
        line.child,
    ]


def _write_trial_balance(sheet: Sheet, figures: Figures, journal: Sheet, rows: int) -> None:
    funds = _fund_numbers(figures)
    debit, credit, number, version = (
        journal.cells(column, rows) for column in ("debit", "credit", "account number", "version")
    )
    for place, row in enumerate(figures.rows, start=1):
        at = sheet.next_row
        mine = f"{number},$A{at},{version}"
        opening = f"=SUMIFS({debit},{mine},0)-SUMIFS({credit},{mine},0)"
        sheet.row(
            [
                place,
                funds[row.fund],
                row.contract,
                row.account,
                row.fund,
                row.kind,
                Formula(opening, decimal(row.opening_minor)),
                Formula(f'=SUMIFS({debit},{mine},">0")', decimal(row.debits_minor)),
                Formula(f'=SUMIFS({credit},{mine},">0")', decimal(row.credits_minor)),
                Formula(f"=ROUND(G{at}+H{at}-I{at},2)", decimal(row.closing_minor)),
                decimal(row.closing_minor),
                Formula(f"=ABS(ROUND(J{at}-K{at},2))", NOTHING),
            ]
        )


def _fund_numbers(figures: Figures) -> dict[str, int]:
    funds = sorted({row.fund for row in figures.rows})
    return {fund: number for number, fund in enumerate(funds, start=1)}


def _write_funds(sheet: Sheet, figures: Figures, trial: Sheet) -> None:
    closing, number, kind = (
        trial.cells(column, len(figures.rows)) for column in ("closing", "fund number", "kind")
    )
    for fund, place in _fund_numbers(figures).items():
        at = sheet.next_row
        held = [row for row in figures.rows if row.fund == fund]
        sums = [
            Formula(
                f'=ROUND(SUMIFS({closing},{number},$A{at},{kind},"{name}"),2)',
                decimal(_closing(row for row in held if row.kind == name)),
            )
            for name in KINDS
        ]
        total = Formula(f"=ROUND(SUM(C{at}:F{at}),2)", decimal(_closing(held)))
        sheet.row([place, fund, *sums, total, Formula(f"=ABS(G{at})", NOTHING)])


def _closing(rows: Iterable[TrialRow]) -> int:
    return sum(row.closing_minor for row in rows)


class _Written(NamedTuple):
    """The sheets that the check looks at."""

    journal: Sheet
    rows: int
    trial: Sheet
    funds: Sheet


def _write_parameters(sheet: Sheet, wanted: Wanted, figures: Figures, written: _Written) -> None:
    controls = list(_controls(figures, written))
    first = 4
    last = first + len(controls) - 1
    check = Formula(f"=ROUND(SUM(D{first}:D{last}),2)", NOTHING)
    sheet.row(["check, must read 0", check], bold=True)
    sheet.row([])
    sheet.row(["control", "in this workbook", "in the ledger", "off by"], bold=True)
    for name, live, stated in controls:
        at = sheet.next_row
        sheet.row([name, live, stated, Formula(f"=ABS(ROUND(B{at}-C{at},2))", NOTHING)])
    sheet.row([])
    sheet.row(["parameter", "value"], bold=True)
    for name, value in heading(wanted, figures).items():
        sheet.row([name, value])


def _controls(figures: Figures, written: _Written) -> Iterator[tuple[str, Formula, Decimal]]:
    """What is added up in the workbook, and what it must come to."""
    version = written.journal.cells("version", written.rows)
    lines = decimal(figures.lines * 100)
    yield "lines of the journal", Formula(f'=COUNTIFS({version},">0")', lines), lines
    for side, minor in (("debit", figures.debits_minor), ("credit", figures.credits_minor)):
        cells = written.journal.cells(side, written.rows)
        sums = Formula(f'=SUMIFS({cells},{version},">0")', decimal(minor))
        yield f"{side}s of the journal", sums, decimal(minor)
    rows = len(figures.rows)
    off = written.trial.cells("off by", rows)
    yield "accounts off", Formula(f"=SUM({off})", NOTHING), NOTHING
    closing = written.trial.cells("closing", rows)
    yield "sum of all accounts", Formula(f"=ROUND(SUM({closing}),2)", NOTHING), NOTHING
    totals = written.funds.cells("off by", len(_fund_numbers(figures)))
    yield "funds off", Formula(f"=SUM({totals})", NOTHING), NOTHING
