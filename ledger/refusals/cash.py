"""Refused about money that came in or goes out."""

from ledger.refusals.refusal import Refusal


class ExceedsAllocation(Refusal):
    """The amount is above what is allocated of the receipt to the invoice."""

    code = "exceeds_allocation"


class ExceedsInvoice(Refusal):
    """The amount is above what is left of the invoice."""

    code = "exceeds_invoice"


class ExceedsReceipt(Refusal):
    """The amount is above what is left of the receipt."""

    code = "exceeds_receipt"


class ExceedsUnallocated(Refusal):
    """The amount is above the funder's unallocated credit."""

    code = "exceeds_unallocated"
