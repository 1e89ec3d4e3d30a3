"""Refused because what is named is not there, or is there already."""

from ledger.refusals.refusal import Refusal


class UnknownContract(Refusal):
    """No contract of this reference has been signed."""

    code = "unknown_contract"


class UnknownFunder(Refusal):
    """No funder of this reference has joined the contract."""

    code = "unknown_funder"


class UnknownCohort(Refusal):
    """No cohort of this reference has been opened."""

    code = "unknown_cohort"


class UnknownChild(Refusal):
    """No child of this reference is enrolled in the contract."""

    code = "unknown_child"


class UnknownOrder(Refusal):
    """No order of this reference has been placed with the partner."""

    code = "unknown_order"


class UnknownPartner(Refusal):
    """No order has been placed with this partner."""

    code = "unknown_partner"


class UnknownArea(Refusal):
    """The outcome area is not known here."""

    code = "unknown_area"


class UnknownTrigger(Refusal):
    """No rate card that applies here has this trigger."""

    code = "unknown_trigger"


class UnknownReceipt(Refusal):
    """No receipt of this reference has been recorded."""

    code = "unknown_receipt"


class UnknownInvoice(Refusal):
    """No invoice of this reference has been recorded."""

    code = "unknown_invoice"


class UnknownFact(Refusal):
    """The ledger has no fact of this version in this contract."""

    code = "unknown_fact"


class AlreadyExists(Refusal):
    """The reference is taken: it names something recorded before."""

    code = "already_exists"
