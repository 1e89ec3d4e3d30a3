"""Writing an export: every query of it sees one moment, and lines go out as they are read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any, Final, Literal

from psycopg import Connection

from projections.exports.beancount import beancount_journal
from projections.exports.comma_separated import journal_csv, trial_balance_csv
from projections.exports.entries import Entry, entries_of
from projections.exports.figures import SQL, Figures, figures_of
from projections.exports.hledger import hledger_journal
from projections.exports.wanted import Wanted
from projections.exports.workbook import write_workbook

Kind = Literal["hledger", "beancount", "csv", "trial_balance_csv", "xlsx"]
Write = Callable[[Wanted, Figures, Iterable[Entry]], Iterator[str]]

AS_TEXT: Final[Mapping[str, Write]] = {
    "hledger": hledger_journal,
    "beancount": beancount_journal,
    "csv": journal_csv,
    "trial_balance_csv": trial_balance_csv,
}


def write_export(
    connection: Connection[Any], kind: Kind, wanted: Wanted, target: IO[bytes]
) -> Figures:
    """Write an export and say its figures. Raises `WorkbookTooLong`."""
    with connection.transaction():
        connection.execute(SQL["hold_still"])
        figures = figures_of(connection, wanted)
        entries = entries_of(connection, wanted, figures)
        if kind == "xlsx":
            write_workbook(target, wanted, figures, entries)
        else:
            target.writelines(part.encode() for part in AS_TEXT[kind](wanted, figures, entries))
    return figures
