"""The statements of funders, taken again from the journal that the events make.

A statement has what a funder was charged (accrued, outstanding) and what it has in credit: opening,
each movement by the day of posting, closing. Every one that the events give is compared line by
line, and no other may be there.
"""

import csv
import io
from typing import Final, NamedTuple

from projections.bundle.checker.books import decimal
from projections.bundle.checker.contents import Contents
from projections.bundle.checker.findings import Findings
from projections.bundle.checker.posting import Posting

STATEMENTS: Final = "statements/"
FIGURES: Final = ("accrued", "outstanding", "unallocated")
STATEMENT_COLUMNS: Final = ("posted_on", "effective_on", "version", "reason", "fund", *FIGURES)
FIGURE_OF: Final = {
    "assets:accrued-income": 0,
    "assets:receivable": 1,
    "liabilities:funder-credit": 2,
}
CREDIT: Final = 2
FAULTS_OF_A_STATEMENT_MAX: Final = 20


class Movement(NamedTuple):
    """What a line of the journal moved of one figure; they sort as a statement has them."""

    posted_on: str
    version: int
    line: int
    figure: int
    amount: int
    cells: tuple[str, ...]


class Statements:
    """Collects what moves the accounts of each funder, under each contract."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._moved: dict[str, list[Movement]] = {}

    def add(self, posting: Posting, reason: str) -> None:
        """Take a line of the journal."""
        figure = FIGURE_OF.get(posting.account.rpartition(":")[0])
        if figure is None:
            return
        amount = -posting.amount if figure == CREDIT else posting.amount
        cells = (posting.posted_on, posting.day, str(posting.version), reason, posting.fund)
        name = f"{STATEMENTS}{posting.contract}/{posting.funder}.csv"
        place = (posting.posted_on, posting.version, posting.line)
        self._moved.setdefault(name, []).append(Movement(*place, figure, amount, cells))

    def check(self, contents: Contents, findings: Findings) -> None:
        """Compare every statement; none is missing, and none is about what never moved."""
        stored = {name for name in contents.names if name.startswith(STATEMENTS)}
        for name in sorted(stored - self._moved.keys()):
            findings.fault(name, "by the events this funder has no statement")
        for name in sorted(self._moved):
            if name not in stored:
                findings.fault(name, "this statement is missing")
                continue
            findings.count("statements of funders")
            self._compare(contents, name, findings)

    def _compare(self, contents: Contents, name: str, findings: Findings) -> None:
        again = self._lines(name)
        faults = line = 0
        for line, stored in contents.lines(name):
            expected = again[line - 1] if line <= len(again) else None
            if stored.decode("utf-8", "replace") != expected and faults < FAULTS_OF_A_STATEMENT_MAX:
                faults += 1
                told = stored.decode("utf-8", "replace")
                findings.fault(name, f"{told} stands there, the events say {expected}", line=line)
        if line < len(again):
            findings.fault(name, f"it ends before {again[line]}", line=line + 1)

    def _lines(self, name: str) -> list[str]:
        """A statement as it must be, line by line."""
        rows: list[list[str]] = [list(STATEMENT_COLUMNS)]
        sums = [0, 0, 0]
        rows.append(["", "", "", "opening", "", *map(decimal, sums)])
        for moved in sorted(self._moved[name]):
            sums[moved.figure] += moved.amount
            figures = [""] * len(FIGURES)
            figures[moved.figure] = decimal(moved.amount)
            rows.append([*moved.cells, *figures])
        rows.append(["", "", "", "closing", "", *map(decimal, sums)])
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        return text.getvalue().splitlines()
