"""What other programs make of an export: hledger, Beancount, and a spreadsheet's arithmetic."""

import csv
import datetime
import io
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from projections.exports.account_names import from_beancount
from projections.exports.month_ends import month_end
from projections.reading.span import ONE_DAY

Balances = dict[str, int]
BEAN_CHECK = Path(sys.executable).with_name("bean-check")


def hledger(journal: bytes, *words: str) -> subprocess.CompletedProcess[bytes]:
    """Run hledger over a journal."""
    assert shutil.which("hledger"), "hledger is missing: apt-get install hledger, or scripts/test"
    return subprocess.run(
        ["hledger", "-f", "-", *words], input=journal, capture_output=True, check=False
    )


def bean_check(journal: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run bean-check over a journal."""
    file = folder / "journal.beancount"
    file.write_bytes(journal)
    return subprocess.run([BEAN_CHECK, "--no-cache", file], capture_output=True, check=False)


def month_ends_of_hledger(journal: bytes, *query: str) -> dict[datetime.date, Balances]:
    """What each account stands at when each month ends, as hledger adds it up."""
    asked = ("balance", "--monthly", "--historical", "--flat", "--empty", "--no-total")
    told = hledger(journal, *asked, "--output-format", "csv", *query)
    assert told.returncode == 0, told.stderr
    head, *rows = csv.reader(io.StringIO(told.stdout.decode()))
    days = [month_end(datetime.date.fromisoformat(f"{month}-01")) for month in head[1:]]
    return {
        day: {row[0]: _pence(row[place]) for row in rows if _pence(row[place])}
        for place, day in enumerate(days, start=1)
    }


def _pence(amount: str) -> int:
    return int(Decimal(amount.split(maxsplit=1)[0].replace(",", "")) * 100)


def balances_asserted(journal: bytes) -> dict[datetime.date, Balances]:
    """What a journal for Beancount says each account stands at when a day ends.

    bean-check holds each of them against the postings, to the penny.
    """
    told: defaultdict[datetime.date, Balances] = defaultdict(dict)
    for morning, name, amount in ASSERTION.findall(journal.decode()):
        day = datetime.date.fromisoformat(morning) - ONE_DAY
        told[day][from_beancount(name)] = _pence(amount)
    return told


ASSERTION = re.compile(r"^(\S+) balance (\S+)  (\S+) ~ 0[.]00 GBP$", re.MULTILINE)


TOKEN = re.compile(
    r"\s*(?:(?P<range>(?:'(?P<sheet>[^']+)'!)?\$?(?P<left>[A-Z]+)\$?(?P<top>\d+)"
    r"(?::\$?(?P<right>[A-Z]+)\$?(?P<bottom>\d+))?)|(?P<name>[A-Z]+)\(|(?P<number>\d+)"
    r'|"(?P<text>[^"]*)"|(?P<sign>[-+,)]))'
)


class Recalculated:
    """A workbook whose formulas are worked out here, exactly, and never taken from its file."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._known: dict[tuple[str, str], Any] = {}

    def value(self, sheet: str, cell: str) -> Any:
        """What a cell comes to."""
        if (sheet, cell) not in self._known:
            held = self._book[sheet][cell].value
            if isinstance(held, str) and held.startswith("="):
                held = _Formula(self, sheet, held[1:]).result()
            elif isinstance(held, int | float):
                held = Decimal(str(held))
            self._known[sheet, cell] = held
        return self._known[sheet, cell]

    def formulas(self) -> Iterator[tuple[str, str]]:
        """Every cell that holds a formula."""
        for sheet in self._book:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, str) and cell.value.startswith("="):
                        yield sheet.title, cell.coordinate

    def cells(self, sheet: str, area: str) -> list[Any]:
        """The values of an area, row by row."""
        return [
            self.value(sheet, cell.coordinate) for row in self._book[sheet][area] for cell in row
        ]


class _Formula:
    """One formula: sums and differences of numbers, cells and the functions below."""

    def __init__(self, book: Recalculated, sheet: str, text: str) -> None:
        self._book = book
        self._sheet = sheet
        self._tokens = [found.groupdict() for found in TOKEN.finditer(text)]
        assert "".join(f.group() for f in TOKEN.finditer(text)) == text, text

    def result(self) -> Any:
        worked_out = self._sum()
        assert not self._tokens
        return worked_out

    def _sum(self) -> Any:
        total = self._term()
        while self._tokens and self._tokens[0]["sign"] in {"+", "-"}:
            sign = self._tokens.pop(0)["sign"]
            term = self._term()
            total = _number(total) + (_number(term) if sign == "+" else -_number(term))
        return total

    def _term(self) -> Any:
        token = self._tokens.pop(0)
        if token["number"]:
            return Decimal(token["number"])
        if token["text"] is not None:
            return token["text"]
        if token["name"]:
            return self._call(token["name"])
        sheet = token["sheet"] or self._sheet
        first = token["left"] + token["top"]
        if not token["right"]:
            return self._book.value(sheet, first)
        return self._book.cells(sheet, f"{first}:{token['right']}{token['bottom']}")

    def _call(self, name: str) -> Any:
        arguments = [self._sum()]
        while (sign := self._tokens.pop(0)["sign"]) == ",":
            arguments.append(self._sum())
        assert sign == ")"
        return FUNCTIONS[name](*arguments)


def _number(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(0)


def _meets(value: Any, criterion: Any) -> bool:
    if criterion == ">0":
        return _number(value) > 0
    return bool(value == criterion)


def _matching(conditions: tuple[Any, ...]) -> list[bool]:
    pairs = list(zip(conditions[::2], conditions[1::2], strict=True))
    return [
        all(_meets(cells[place], wanted) for cells, wanted in pairs)
        for place in range(len(pairs[0][0]))
    ]


def _sumifs(amounts: list[Any], *conditions: Any) -> Decimal:
    chosen = zip(amounts, _matching(conditions), strict=True)
    return sum((_number(amount) for amount, fits in chosen if fits), start=Decimal(0))


FUNCTIONS = {
    "SUMIFS": _sumifs,
    "COUNTIFS": lambda *conditions: Decimal(sum(_matching(conditions))),
    "SUM": lambda cells: sum(map(_number, cells), start=Decimal(0)),
    "ABS": lambda value: abs(_number(value)),
    "ROUND": lambda value, places: round(_number(value), int(places)),
}
