"""Do the read tables say what a fold of the log says? Slot by slot, row by row."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Any, Final

import msgspec
from psycopg import Connection

from projections.audit.findings import Report
from projections.audit.queries import rows_of
from projections.claim_rows import ClaimContent, ClaimReduction
from projections.rows import OFFSETS_PER_SLOT, TABLES, Page, Payment, PaymentChange, Period
from projections.rows import Series as SeriesRow

JSON_FIELDS: Final[dict[type[Any], tuple[str, ...]]] = {
    Payment: ("split", "carries", "evidence"),
    PaymentChange: ("evidence",),
    ClaimContent: ("funders",),
    ClaimReduction: ("funders",),
    Period: ("trial_balance",),
}


class TablesCheck:
    """Compares what the log folds to, slot by slot of 32,768 versions, with the stored rows."""

    def __init__(self, connection: Connection[Any], report: Report, place: dict[str, Any]) -> None:
        """`place` has the ledger, the generation that is read and the version it has got to."""
        self._connection = connection
        self._report = report
        self._place = place
        self._series: list[Any] = []
        self._after = 0

    def follow(self, version: int, page: Page) -> None:
        """Take the rows of a slot up to a version; at the end of the slot compare."""
        last: int = self._place["version"]
        if version <= last and (version % OFFSETS_PER_SLOT == 0 or version == last):
            self._compare_slot(page, version)

    def finish(self) -> None:
        """Compare the series, which hang on no version, and hold that entries balance.

        What a table holds of no version that it has taken in was compared with nothing so far.
        """
        self._compare(SeriesRow, self._series, after=0, upto=1)
        for table, rows in self._rows("rows_outside"):
            detail = f"{table}: {rows} rows of no version that the read tables have got to"
            self._report.find("projection_differs", self._place["version"], detail)
        for version, fund, amount_minor in self._rows("unbalanced"):
            self._report.find("entry_unbalanced", version, f"{fund} is off by {amount_minor}")

    def _compare_slot(self, page: Page, upto: int) -> None:
        for kind in TABLES:
            rows: list[Any] = page.rows[kind]
            if kind is SeriesRow:
                self._series.extend(rows)
            else:
                self._compare(kind, rows, after=self._after, upto=upto)
        slots = [(*slot[:2], tuple(slot.offsets)) for slot in page.slots()]
        stored = self._rows("rows_event_index", after=self._after, upto=upto)
        self._report_difference(
            "event_index", slots, ((*row[:2], tuple(row[2])) for row in stored), upto
        )
        self._after = upto

    def _compare(self, kind: type[Any], rows: list[Any], *, after: int, upto: int) -> None:
        table = TABLES[kind]
        names = JSON_FIELDS.get(kind, ())
        stored = (kind(*row) for row in self._rows(f"rows_{table}", after=after, upto=upto))
        self._report_difference(
            table,
            (_plain(row, names, parsed=False) for row in rows),
            (_plain(row, names, parsed=True) for row in stored),
            upto,
        )

    def _report_difference(
        self, table: str, folded: Iterable[Hashable], stored: Iterable[Hashable], upto: int
    ) -> None:
        due, found = Counter(folded), Counter(stored)
        self._report.count(f"rows of {table}", due.total())
        missing, extra = due - found, found - due
        if missing or extra:
            detail = f"{table}: {missing.total()} rows missing, {extra.total()} too many"
            self._report.find("projection_differs", upto, detail)

    def _rows(self, query: str, **asked: object) -> list[tuple[Any, ...]]:
        return rows_of(self._connection, query, {**self._place, **asked})


def _plain(row: Any, names: tuple[str, ...], *, parsed: bool) -> Hashable:  # noqa: ANN401 (a row)
    """A row that can be compared: its JSON in one form, its bytes as bytes."""
    values = row._asdict()
    for name in names:
        if values[name] is not None:
            value = values[name] if parsed else msgspec.json.decode(values[name])
            values[name] = msgspec.json.encode(value, order="sorted")
    if "stored" in values:
        values["stored"] = bytes(values["stored"])
    return tuple(tuple(value) if isinstance(value, list) else value for value in values.values())
