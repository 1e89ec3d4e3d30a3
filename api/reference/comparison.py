"""The payments of the contract beside the published ones, a row a period, to the penny."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from api.reference.published import PublishedRow


@dataclass(frozen=True, slots=True)
class Compared:
    """One published row and the payments effective between its first and its last day."""

    row: PublishedRow
    count: int
    released_minor: int

    @property
    def difference_minor(self) -> int:
        """What was released less what was published."""
        return self.released_minor - self.row.amount_minor

    @property
    def agrees(self) -> bool:
        """Whether the two agree when ours is rounded half up to the publication's whole pounds."""
        return (self.released_minor + 50) // 100 * 100 == self.row.amount_minor


@dataclass(frozen=True, slots=True)
class Comparison:
    """All published rows, and what is effective outside every one of them."""

    rows: tuple[Compared, ...]
    outside_minor: int
    count_of_kind: Mapping[str, int]

    @property
    def published_minor(self) -> int:
        """The sum of the published column."""
        return sum(compared.row.amount_minor for compared in self.rows)

    @property
    def released_minor(self) -> int:
        """The sum of what was released, inside the published periods."""
        return sum(compared.released_minor for compared in self.rows)

    @property
    def agrees(self) -> bool:
        """Whether every row agrees, and nothing is effective outside them."""
        return self.outside_minor == 0 and all(compared.agrees for compared in self.rows)

    def published_count(self, reading: str) -> int:
        """How many payments the published rows of this reading stand for."""
        return sum(
            compared.row.count or 0 for compared in self.rows if compared.row.reading == reading
        )


def compare(rows: Sequence[PublishedRow], months: Iterable[Mapping[str, Any]]) -> Comparison:
    """Set months of payments (`/summary?by=month`) beside the published rows."""
    amounts, counts = [0] * len(rows), [0] * len(rows)
    outside = 0
    count_of_kind: dict[str, int] = {}
    for month in months:
        kind = month["kind"]
        count_of_kind[kind] = count_of_kind.get(kind, 0) + month["count"]
        place = _row_of(rows, datetime.date.fromisoformat(month["from"]))
        if place is None:
            outside += month["amount_minor"]
        else:
            amounts[place] += month["amount_minor"]
            counts[place] += month["count"]
    return Comparison(
        rows=tuple(
            Compared(row, count, amount)
            for row, count, amount in zip(rows, counts, amounts, strict=True)
        ),
        outside_minor=outside,
        count_of_kind=count_of_kind,
    )


def _row_of(rows: Sequence[PublishedRow], day: datetime.date) -> int | None:
    """The published row of a day; periods are whole months and do not overlap."""
    return next(
        (place for place, row in enumerate(rows) if row.first_on <= day <= row.last_on), None
    )
