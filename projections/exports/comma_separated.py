"""The journal and the trial balance as comma-separated values (RFC 4180).

The lines before the head begin with `#` and say what the export is; a reader may skip them.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from projections.exports.amounts import written
from projections.exports.entries import REFERENCES, Entry, Line
from projections.exports.figures import Figures, TrialRow, heading
from projections.exports.spreadsheets import guarded
from projections.exports.wanted import Wanted

JOURNAL: Final = (
    "version", "line", "posted_on", "effective_on", "event", *REFERENCES, "contract", "fund",
    "funder", "partner", "account", "debit", "credit",
)  # fmt: skip
TRIAL_BALANCE: Final = (
    "contract", "account", "fund", "opening", "debits", "credits", "closing",
)  # fmt: skip


def journal_csv(wanted: Wanted, figures: Figures, entries: Iterable[Entry]) -> Iterator[str]:
    """The journal, a line at a time; opening balances are of version 0."""
    yield from _about(wanted, figures)
    yield _row((*JOURNAL, "child") if wanted.with_children else JOURNAL)
    for entry in entries:
        for line in entry.lines:
            yield _row(_journal_cells(entry, line, wanted))


def trial_balance_csv(
    wanted: Wanted, figures: Figures, entries: Iterable[Entry] = ()
) -> Iterator[str]:
    """The trial balance by contract, account and fund; the last row is its total."""
    del entries  # what they come to is in the figures
    yield from _about(wanted, figures)
    yield _row(TRIAL_BALANCE)
    for row in figures.rows:
        yield _row(_trial_cells(row))
    total = TrialRow(
        "total",
        "",
        "",
        sum(row.opening_minor for row in figures.rows),
        sum(row.debits_minor for row in figures.rows),
        sum(row.credits_minor for row in figures.rows),
    )
    yield _row(_trial_cells(total))


def _about(wanted: Wanted, figures: Figures) -> Iterator[str]:
    for name, value in heading(wanted, figures).items():
        yield f"# {name}: {value}\r\n"


def _journal_cells(entry: Entry, line: Line, wanted: Wanted) -> list[str]:
    texts = [
        entry.event, *(entry.references.get(name, "") for name in REFERENCES), line.contract,
        line.fund, line.funder or "", line.partner or "", line.account,
    ]  # fmt: skip
    return [
        str(entry.version),
        str(line.line),
        entry.posted_on.isoformat(),
        entry.effective_on.isoformat(),
        *map(guarded, texts),
        written(max(line.amount_minor, 0)),
        written(max(-line.amount_minor, 0)),
        *([guarded(line.child or "")] if wanted.with_children else []),
    ]


def _trial_cells(row: TrialRow) -> list[str]:
    amounts = (row.opening_minor, row.debits_minor, row.credits_minor, row.closing_minor)
    return [*map(guarded, row[:3]), *map(written, amounts)]


def _row(cells: Sequence[str]) -> str:
    written_row = io.StringIO()
    csv.writer(written_row).writerow(cells)
    return written_row.getvalue()
