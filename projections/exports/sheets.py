"""Sheets of a workbook, written row by row: texts, numbers, days, amounts, formulas with values."""

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from projections.exports.spreadsheets import guarded

WIDTH: Final = 16


class Formula(NamedTuple):
    """A live formula, and what it comes to when the workbook is written."""

    text: str
    value: Decimal


Cell = str | int | Decimal | datetime.date | Formula | None


class Sheet:
    """A sheet with a head; rows go to its end. An amount is a `Decimal`, a count an int."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[str] = ()) -> None:
        """Add the sheet to the book, and its head where it has one."""
        self._name = name
        self._columns = {column: place for place, column in enumerate(columns)}
        self._sheet = book.add_worksheet(name)
        self._bold = book.add_format({"bold": True})
        self._money = book.add_format({"num_format": "#,##0.00"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._rows = 0
        self._sheet.set_column(0, max(len(columns), 4), WIDTH)
        if columns:
            self._sheet.freeze_panes(1, 0)
            self.row(columns, bold=True)

    @property
    def next_row(self) -> int:
        """The number of the row that is written next, as formulas count."""
        return self._rows + 1

    def cells(self, column: str, rows: int) -> str:
        """A column of this sheet as formulas name it, for as many rows behind the head."""
        letter = xl_col_to_name(self._columns[column])
        return f"'{self._name}'!${letter}$2:${letter}${max(rows, 1) + 1}"

    def row(self, cells: Iterable[Cell], *, bold: bool = False) -> None:
        """Write one more row."""
        for place, cell in enumerate(cells):
            self._write(place, cell, self._bold if bold else None)
        self._rows += 1

    def _write(self, place: int, cell: Cell, emphasis: Any) -> None:  # noqa: ANN401 (a format)
        at = (self._rows, place)
        match cell:
            case None:
                pass
            case Formula():
                self._sheet.write_formula(*at, cell.text, self._money, cell.value)
            case Decimal():
                self._sheet.write_number(*at, cell, self._money)
            case int():
                self._sheet.write_number(*at, cell)
            case datetime.date():
                self._sheet.write_datetime(*at, cell, self._day)
            case str():
                self._sheet.write_string(*at, guarded(cell), emphasis)
