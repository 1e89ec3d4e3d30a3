"""The watch on the clock: a writer whose clock is off by two seconds takes nothing."""

import datetime
from collections.abc import Callable
from typing import Final

from ledger.log.ports import Log
from ledger.log.refusals import ClockSkewed

SKEW_MAX: Final = datetime.timedelta(seconds=2)
CHECK_EVERY: Final = datetime.timedelta(seconds=5)
CHECK_SKEWED_EVERY: Final = datetime.timedelta(seconds=1)

Clock = Callable[[], datetime.datetime]


def utc_now() -> datetime.datetime:
    """What time it is, in UTC."""
    return datetime.datetime.now(datetime.UTC)


class ClockWatch:
    """Compares this process's clock with the log's, now and then."""

    def __init__(self, log: Log, now: Clock) -> None:
        """Compare at the first use."""
        self._log = log
        self._now = now
        self._checked_at: datetime.datetime | None = None
        self._skewed = False

    def moment(self, last: datetime.datetime | None) -> datetime.datetime:
        """The time now. Raises `ClockSkewed` when it cannot be trusted.

        `last` is when the ledger last recorded something; it must not be in the future either.
        """
        now = self._now()
        every = CHECK_SKEWED_EVERY if self._skewed else CHECK_EVERY
        if self._checked_at is None or abs(now - self._checked_at) >= every:
            self._skewed = self._is_skewed()
            self._checked_at = now
        if self._skewed or (last is not None and last - now >= SKEW_MAX):
            raise ClockSkewed(ClockSkewed.__doc__)
        return now

    def _is_skewed(self) -> bool:
        before = self._now()
        theirs = self._log.clock()
        after = self._now()
        return theirs - after >= SKEW_MAX or before - theirs >= SKEW_MAX
