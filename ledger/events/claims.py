"""From payment to invoice: claims and what comes of them, credit notes, write-offs (`domain.md` 6).

A claim is drafted, submitted and approved, or withdrawn. What it holds is decided when it is
drafted and never edited: a line that is rejected comes off, what changes later is an adjustment of
the next claim.
"""

import datetime
from typing import Annotated

from msgspec import Meta

from ledger.events.words import (
    Amount,
    Code,
    Ref,
    Shape,
    SignedAmount,
    Title,
    Version,
    require_day,
)

Reference = Annotated[str, Meta(pattern=r"^RF[0-9]{2}[A-Z0-9]{1,14}$(?!\n)")]


class ClaimDrafted(Shape, frozen=True):
    """A claim for what is released, unclaimed, effective by a day and known at a version."""

    contract: Ref
    claim: Ref
    upto: datetime.date
    known_at: Version | None = None

    def __post_init__(self) -> None:
        """Refuse a day outside the calendar."""
        require_day(self.upto)


class ClaimSubmitted(Shape, frozen=True):
    """The claim goes to the funders; from now on nobody edits it."""

    contract: Ref
    claim: Ref


class ClaimWithdrawn(Shape, frozen=True):
    """The claim is taken back before it is approved; its lines may be claimed again."""

    contract: Ref
    claim: Ref
    reason_code: Code


class ClaimLineQueried(Shape, frozen=True):
    """A funder asks about a line; the claim waits for the answer."""

    contract: Ref
    claim: Ref
    payment: Ref
    reason_code: Code


class ClaimLineCleared(Shape, frozen=True):
    """A query is answered; the line stays."""

    contract: Ref
    claim: Ref
    payment: Ref
    reason_code: Code


class ClaimLineRejected(Shape, frozen=True):
    """A line comes off the claim; its payment may be claimed again."""

    contract: Ref
    claim: Ref
    payment: Ref
    reason_code: Code


class ClaimApproved(Shape, frozen=True):
    """Somebody who did not prepare the claim approves it; invoices follow."""

    contract: Ref
    claim: Ref


class FunderAmount(Shape, frozen=True):
    """What one funder owes of a claim; negative: what it is owed."""

    funder: Ref
    amount_minor: SignedAmount


class ClaimCollected(Shape, frozen=True):
    """What a claim holds: releases and reversals by their versions, and its control totals."""

    contract: Ref
    claim: Ref
    upto: datetime.date
    known_at: Version
    lines: tuple[Version, ...]
    adjustments: tuple[Version, ...]
    amount_minor: SignedAmount
    funded_minor: SignedAmount
    unfunded_minor: SignedAmount
    funders: tuple[FunderAmount, ...]
    rule_version: int


class ClaimReduced(Shape, frozen=True):
    """What comes off a submitted claim, for a rejected line or for a sample; negative amounts."""

    contract: Ref
    claim: Ref
    amount_minor: SignedAmount
    funded_minor: SignedAmount
    unfunded_minor: SignedAmount
    funders: tuple[FunderAmount, ...]
    rule_version: int
    payment: Ref | None = None
    sample: Ref | None = None


class InvoiceIssued(Shape, frozen=True):
    """What a funder owes of an approved claim, with its reference (ISO 11649) and its due day."""

    contract: Ref
    claim: Ref
    funder: Ref
    invoice: Ref
    amount_minor: Amount
    reference: Reference
    due_on: datetime.date
    rule_version: int


class CreditNoteIssued(Shape, frozen=True):
    """What a funder is owed of an approved claim; the amount is positive."""

    contract: Ref
    claim: Ref
    funder: Ref
    credit_note: Ref
    amount_minor: Amount
    reference: Reference
    rule_version: int


class CreditApplied(Shape, frozen=True):
    """A part of a credit note set against an invoice of the same funder."""

    credit_note: Ref
    invoice: Ref
    amount_minor: Amount


class CreditRefunded(Shape, frozen=True, omit_defaults=False):
    """A part of a credit note paid to its funder in cash."""

    credit_note: Ref
    amount_minor: Amount
    reference: Title | None = None
    bank_account: Ref = "main"


class WriteOffRequested(Shape, frozen=True):
    """A part of an invoice will not be paid, says one person."""

    contract: Ref
    invoice: Ref
    write_off: Ref
    amount_minor: Amount
    reason_code: Code


class WriteOffApproved(Shape, frozen=True):
    """And another one agrees: the invoice is less by it."""

    contract: Ref
    write_off: Ref


class InvoiceWrittenOff(Shape, frozen=True):
    """A part of an invoice that nobody will pay."""

    contract: Ref
    funder: Ref
    invoice: Ref
    write_off: Ref
    amount_minor: Amount
    rule_version: int
