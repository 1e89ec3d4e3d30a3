"""Refused about a claim, or about what settles an invoice."""

from ledger.refusals.refusal import Refusal


class UnknownClaim(Refusal):
    """No claim of this reference has been drafted in the contract."""

    code = "unknown_claim"


class UnknownLine(Refusal):
    """The claim has no such line in a state that this could change."""

    code = "unknown_line"


class UnknownCredit(Refusal):
    """No credit note of this reference has been issued."""

    code = "unknown_credit"


class UnknownWriteOff(Refusal):
    """Nobody has asked for a write-off of this reference in the contract."""

    code = "unknown_write_off"


class NothingToClaim(Refusal):
    """Nothing that was released up to there waits for a claim."""

    code = "nothing_to_claim"


class ClaimTooLarge(Refusal):
    """The lines add up to more than one amount may be; claim them in parts."""

    code = "claim_too_large"


class ClaimNotOpen(Refusal):
    """The claim is in another state."""

    code = "claim_not_open"


class LinesQueried(Refusal):
    """A line of the claim is asked about; answer the question or reject the line first."""

    code = "lines_queried"


class PreparerCannotApprove(Refusal):
    """Whoever prepared it cannot approve it."""

    code = "preparer_cannot_approve"


class AlreadyApproved(Refusal):
    """It has been approved."""

    code = "already_approved"


class ExceedsCredit(Refusal):
    """The amount is above what is left of the credit note."""

    code = "exceeds_credit"


class OutOfOrder(Refusal):
    """It is dated before what it follows."""

    code = "out_of_order"


class VersionAhead(Refusal):
    """The ledger has not reached this version."""

    code = "version_ahead"
