"""Money that people report: grants, receipts, refunds, and partners' invoices and payments."""

from ledger.events.words import Amount, Code, Ref, Shape, Title


class GrantAgreed(Shape, frozen=True):
    """An agreed sum that hangs on no child; the amount is the price."""

    contract: Ref
    reference: Ref
    trigger: Ref
    amount_minor: Amount
    reason: Code


class ReceiptRecorded(Shape, frozen=True, omit_defaults=False):
    """Money that arrived from a funder."""

    contract: Ref
    funder: Ref
    receipt: Ref
    amount_minor: Amount
    reference: Title | None = None
    bank_account: Ref = "main"


class ReceiptAllocated(Shape, frozen=True):
    """A part of a receipt set against an invoice."""

    receipt: Ref
    invoice: Ref
    amount_minor: Amount


class ReceiptUnallocated(Shape, frozen=True):
    """A part of a receipt that was set against an invoice, and is so no more."""

    receipt: Ref
    invoice: Ref
    amount_minor: Amount
    reason_code: Code


class RefundPaid(Shape, frozen=True, omit_defaults=False):
    """Unallocated credit paid back to a funder."""

    contract: Ref
    funder: Ref
    amount_minor: Amount
    reference: Title | None = None
    bank_account: Ref = "main"


class FeeInvoiced(Shape, frozen=True):
    """A partner's invoice, recorded as it is, also above what accrued."""

    contract: Ref
    partner: Ref
    invoice: Ref
    amount_minor: Amount
    order: Ref | None = None


class FeeDisputed(Shape, frozen=True):
    """A part of a partner's invoice that we do not accept."""

    contract: Ref
    partner: Ref
    invoice: Ref
    amount_minor: Amount
    reason: Code


class FeeDisputeWithdrawn(Shape, frozen=True):
    """A part of a dispute that we give up: it may be paid again."""

    contract: Ref
    partner: Ref
    invoice: Ref
    amount_minor: Amount
    reason: Code


class FeeCredited(Shape, frozen=True):
    """A partner's credit note against its invoice."""

    contract: Ref
    partner: Ref
    credit_note: Ref
    invoice: Ref
    amount_minor: Amount


class FeePaid(Shape, frozen=True, omit_defaults=False):
    """Money paid to a partner."""

    contract: Ref
    partner: Ref
    amount_minor: Amount
    invoice: Ref | None = None
    reference: Title | None = None
    bank_account: Ref = "main"
