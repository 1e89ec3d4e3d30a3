"""Refused about a period: closing it, or opening it again."""

from ledger.refusals.refusal import Refusal


class UnknownPeriod(Refusal):
    """No period of these very days is closed."""

    code = "unknown_period"


class AlreadyClosed(Refusal):
    """These days are closed; only a soft closing can be made hard."""

    code = "already_closed"


class PeriodOverlaps(Refusal):
    """Some of these days are closed; what lies before the first closed period is as well."""

    code = "period_overlaps"


class PeriodGap(Refusal):
    """Days between the last closed period and this one would stay open."""

    code = "period_gap"


class EarlierPeriodSoft(Refusal):
    """An earlier period is closed softly; make that one hard first."""

    code = "earlier_period_soft"


class PeriodNotOver(Refusal):
    """A period is closed when its last day has passed."""

    code = "period_not_over"


class PeriodMoved(Refusal):
    """The ledger has moved on since the trial balance was taken; ask again."""

    code = "period_moved"


class LaterPeriodClosed(Refusal):
    """A later period is closed; reopen that one first."""

    code = "later_period_closed"


class LedgerIsClosed(Refusal):
    """The whole ledger is closed over these days; reopen its period first."""

    code = "ledger_closed"


class CloserCannotReopen(Refusal):
    """Whoever closed a period, softly or hard, cannot reopen it."""

    code = "closer_cannot_reopen"
