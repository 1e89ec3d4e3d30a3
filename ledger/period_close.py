"""Period close: which days are closed, and where what comes late is posted (`domain.md` 9).

A closed period refuses nothing. What is effective in it, or before it, and becomes known while it
is closed is posted on the first open day behind it, so the books up to its last day do not change.
Periods of a contract, and those of the whole ledger, follow each other without gaps: all that is
closed of one of them ends on one day (0021).
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.events.words import Hardness

A_DAY: Final = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A period as it stands; `closed_by` are all who closed it, softly or hard."""

    first_on: datetime.date
    last_on: datetime.date
    hardness: Hardness
    closed_by: tuple[str, ...]

    def spans(self, terms: PeriodClosed | PeriodReopened) -> bool:
        """Whether these are its very days."""
        return (self.first_on, self.last_on) == (terms.first_on, terms.last_on)


Periods = tuple[ClosedPeriod, ...]
Closed = Mapping[str | None, Periods]
"""The closed periods in their order, by contract; under None those of the whole ledger."""


def periods_after(periods: Periods, terms: PeriodClosed | PeriodReopened, actor: str) -> Periods:
    """The closed periods of a contract, or of the ledger, after a closing or a reopening.

    A closing adds a period, or makes a soft one hard. Only the last period is reopened.
    """
    if isinstance(terms, PeriodReopened):
        return periods[:-1]
    for place, period in enumerate(periods):
        if period.spans(terms):
            closers = (*period.closed_by, actor)
            made_hard = replace(period, hardness=terms.hardness, closed_by=closers)
            return (*periods[:place], made_hard, *periods[place + 1 :])
    return (*periods, ClosedPeriod(terms.first_on, terms.last_on, terms.hardness, (actor,)))


def closed_through(closed: Closed, contract: str | None) -> datetime.date | None:
    """The last closed day of a contract: by a period of its own, or by one of the ledger."""
    ends = [periods[-1].last_on for key in {contract, None} if (periods := closed.get(key, ()))]
    return max(ends, default=None)


def posting_day(closed: Closed, contract: str, day: datetime.date) -> datetime.date:
    """The day that something effective on a day is posted on: that one, or the first open one."""
    through = closed_through(closed, contract) if closed else None
    return day if through is None or day > through else through + A_DAY
