"""The statements of funders: opening, every movement with its reason, and closing, as text files.

Each is of one funder under one contract, by the day of posting, over all that the bundle holds.
"""

import csv
import io
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from projections.bundle.files import Folder
from projections.bundle.tables import Row
from projections.exports.amounts import written

STANDING: Final = {
    "assets:accrued-income": "accrued",
    "assets:receivable": "outstanding",
    "liabilities:funder-credit": "unallocated",
}
COLUMNS: Final = ("posted_on", "effective_on", "version", "reason", "fund", *STANDING.values())
FUNDER, ACCOUNT, AMOUNT, FUND, CONTRACT = 18, 9, 13, 17, 4
POSTED, EFFECTIVE, VERSION, REASON = 7, 8, 0, 2


@dataclass(slots=True)
class Statements:
    """Collects the movements of each funder from the lines of the journal."""

    movements: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, lines: list[Row]) -> None:
        """Take lines of the journal."""
        for line in lines:
            stem = str(line[ACCOUNT]).rpartition(":")[0]
            if stem in STANDING:
                self.movements[str(line[CONTRACT]), str(line[FUNDER])].append(line)

    def write(self, folder: Folder) -> int:
        """Write a file for each funder; how many there are."""
        for (contract, funder), lines in sorted(self.movements.items()):
            text = io.StringIO()
            rows = csv.writer(text, lineterminator="\n")
            rows.writerow(COLUMNS)
            sums = dict.fromkeys(STANDING.values(), 0)
            rows.writerow(("", "", "", "opening", "", *map(written, sums.values())))
            for line in sorted(lines, key=lambda line: (str(line[POSTED]), line[:2])):
                figure = STANDING[str(line[ACCOUNT]).rpartition(":")[0]]
                moved = int(line[AMOUNT]) * (-1 if figure == "unallocated" else 1)
                sums[figure] += moved
                what = (line[POSTED], line[EFFECTIVE], line[VERSION], line[REASON], line[FUND])
                figures = (written(moved) if name == figure else "" for name in sums)
                rows.writerow((*what, *figures))
            rows.writerow(("", "", "", "closing", "", *map(written, sums.values())))
            name = f"statements/{contract}/{funder}.csv"
            folder.write(name, text.getvalue().encode())
        return len(self.movements)
