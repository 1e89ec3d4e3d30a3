"""What each account stands at when a month ends, kept up while entries go by."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from projections.exports.entries import Entry
from projections.reading.span import ONE_DAY

DECEMBER: Final = 12


def month_end(day: datetime.date) -> datetime.date:
    """The last day of a day's month."""
    if day.month == DECEMBER:
        return day.replace(day=31)
    return day.replace(month=day.month + 1, day=1) - ONE_DAY


@dataclass(slots=True)
class MonthEnds:
    """The balances of all accounts, by name; `last_on` is the last day that anything is said of."""

    last_on: datetime.date
    balances: dict[str, int] = field(default_factory=dict)
    _next: datetime.date | None = None

    def before(self, entry: Entry) -> Iterator[tuple[datetime.date, Mapping[str, int]]]:
        """Each month end that passes before an entry, with the balances then."""
        while self._next is not None and self._next < entry.posted_on:
            yield self._next, self.balances
            self._next = month_end(self._next + ONE_DAY)

    def count(self, entry: Entry) -> None:
        """Let an entry move the balances."""
        for line in entry.lines:
            self.balances[line.account] = self.balances.get(line.account, 0) + line.amount_minor
        self._next = self._next or month_end(entry.posted_on)

    def after_all(self) -> Iterator[tuple[datetime.date, Mapping[str, int]]]:
        """The end of the last month, or the last day when that comes before it."""
        if self._next is not None:
            yield min(self._next, self.last_on), self.balances
