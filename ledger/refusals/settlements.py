"""Refused about a settlement, or about the account that its money would go to."""

from ledger.refusals.refusal import Refusal


class UnknownSettlement(Refusal):
    """No settlement of this reference has been drafted in the contract."""

    code = "unknown_settlement"


class NothingToSettle(Refusal):
    """Nothing that accrued up to there waits for a settlement, and nothing is owed from before."""

    code = "nothing_to_settle"


class SettlementNotOpen(Refusal):
    """The settlement is in another state."""

    code = "settlement_not_open"


class ExceedsOwed(Refusal):
    """The settlement would pay more than is owed by now; withdraw it and draft it anew."""

    code = "exceeds_owed"


class AlreadyReturned(Refusal):
    """The bank has sent this payment back already."""

    code = "already_returned"


class ReturnDiffers(Refusal):
    """A payment comes back whole: this is not the amount that was paid."""

    code = "return_differs"


class ExceedsDispute(Refusal):
    """The amount is above what is in dispute of the invoice."""

    code = "exceeds_dispute"


class BankUnknown(Refusal):
    """No bank details of the partner are known."""

    code = "bank_unknown"


class BankUnconfirmed(Refusal):
    """The partner's bank details changed, and nobody else than who set them has confirmed them."""

    code = "bank_unconfirmed"


class BankDiffers(Refusal):
    """The partner's bank details are others by now."""

    code = "bank_differs"


class AlreadySet(Refusal):
    """These are the partner's bank details already."""

    code = "already_set"


class AlreadyConfirmed(Refusal):
    """The partner's bank details have been confirmed."""

    code = "already_confirmed"


class SetterCannotConfirm(Refusal):
    """Whoever set bank details cannot confirm them."""

    code = "setter_cannot_confirm"
