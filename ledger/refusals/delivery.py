"""Refused about a partner session."""

from ledger.refusals.refusal import Refusal


class EngagedNotAttended(Refusal):
    """A child engaged in a session that it did not attend."""

    code = "engaged_not_attended"


class AttendedNotExpected(Refusal):
    """A child attended a session where it was not expected."""

    code = "attended_not_expected"


class MinutesNeeded(Refusal):
    """The order is paid by the hour; the register needs its minutes."""

    code = "minutes_needed"
