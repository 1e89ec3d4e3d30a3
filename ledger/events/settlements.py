"""From accrued fees to money paid: partners' bank details and settlement runs (`domain.md` 7).

A settlement is drafted, approved by another person, and paid; or withdrawn before it is paid. What
it holds is decided when it is drafted and never edited: what comes later is for the next one. A
payment that the bank sends back is a fact of its own, and the partner is owed again.
"""

import datetime
from typing import Annotated

from msgspec import Meta

from ledger.events.words import (
    Amount,
    Code,
    Ref,
    Sha256,
    Shape,
    Title,
    Version,
    require,
    require_day,
)

Fingerprint = Annotated[
    Sha256, Meta(description="a keyed hash of the account, made by the client; never the account")
]
Partners = Annotated[tuple[Ref, ...], Meta(min_length=1, max_length=1000)]


class PartnerBankSet(Shape, frozen=True):
    """A partner's money goes to another account from now on, once another person agrees."""

    partner: Ref
    fingerprint: Fingerprint


class PartnerBankConfirmed(Shape, frozen=True):
    """And another person agrees: this is the partner's account."""

    partner: Ref
    fingerprint: Fingerprint


class SettlementDrafted(Shape, frozen=True):
    """A settlement of what is owed by a day and known at a version; of all partners or of some."""

    contract: Ref
    settlement: Ref
    upto: datetime.date
    known_at: Version | None = None
    partners: Partners | None = None

    def __post_init__(self) -> None:
        """Refuse a day outside the calendar, and a partner named twice."""
        require_day(self.upto)
        named = self.partners or ()
        require(len(named) == len(set(named)), "a partner is named twice")


class SettlementWithdrawn(Shape, frozen=True):
    """The settlement is taken back before it is paid; what it held may be settled again."""

    contract: Ref
    settlement: Ref
    reason_code: Code


class SettlementApproved(Shape, frozen=True):
    """Somebody who did not draft the settlement approves it."""

    contract: Ref
    settlement: Ref


class SettlementPaid(Shape, frozen=True, omit_defaults=False):
    """The money has gone out, one payment a partner."""

    contract: Ref
    settlement: Ref
    reference: Title | None = None
    bank_account: Ref = "main"


class SettlementReturned(Shape, frozen=True):
    """The bank sent back what a settlement had paid to a partner: always the whole payment."""

    contract: Ref
    settlement: Ref
    partner: Ref
    amount_minor: Amount
    reason_code: Code


class FundAmount(Shape, frozen=True):
    """What one fund bears; negative: what it gets back, because it paid too much before."""

    fund: Ref
    amount_minor: int


class PartnerPart(Shape, frozen=True):
    """What a settlement holds of one partner: fees and reversals by their versions, and the sum.

    `brought_minor` was owed, or overpaid, before; `disputed_minor` is held back. What is paid is
    never negative: `carried_minor` is `accrued_minor` and `brought_minor` less `pay_minor`. A sum
    may be above what a single amount may be; what is paid at once never is.
    """

    partner: Ref
    accruals: tuple[Version, ...]
    accrued_minor: int
    brought_minor: int
    disputed_minor: int
    pay_minor: int
    carried_minor: int
    funds: tuple[FundAmount, ...]


class SettlementCollected(Shape, frozen=True):
    """What a settlement holds, partner by partner."""

    contract: Ref
    settlement: Ref
    upto: datetime.date
    known_at: Version
    partners: tuple[PartnerPart, ...]
    rule_version: int


class PartnerSettled(Shape, frozen=True, omit_defaults=False):
    """One payment of a settlement: to which account, and which fund bears what of it."""

    contract: Ref
    settlement: Ref
    partner: Ref
    amount_minor: Amount
    bank_account: Ref
    fingerprint: Fingerprint
    funds: tuple[FundAmount, ...]
    rule_version: int
    reference: Title | None = None


class PartnerUnsettled(Shape, frozen=True, omit_defaults=False):
    """A payment of a settlement that came back: exactly its pennies, in each fund, negated."""

    contract: Ref
    settlement: Ref
    partner: Ref
    amount_minor: int
    bank_account: Ref
    fingerprint: Fingerprint
    funds: tuple[FundAmount, ...]
    settled_version: int
    reason_code: Code
    rule_version: int
    reference: Title | None = None
