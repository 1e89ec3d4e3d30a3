"""A settlement in the book, the fees that can be settled, and where each partner stands.

A fee and its reversal are entries of their own. A fee that is reversed before it was settled nets
out: neither is ever settled. Every other entry is in at most one live settlement.
"""

import datetime
from dataclasses import dataclass, field
from typing import Literal

from ledger.events.settlements import PartnerPart, PartnerSettled, SettlementCollected

SettlementState = Literal["drafted", "approved", "paid", "withdrawn"]
FundSums = dict[str, int]


@dataclass(slots=True, eq=False)
class FeeEntry:
    """A fee or a reversal as it can be settled; `settlement` is the live one that holds it.

    It waits for a settlement from `waits_from` on: its own day, or that on which a settlement let
    it go.
    """

    version: int
    effective_on: datetime.date
    waits_from: datetime.date
    partner: str
    fund: str
    amount_minor: int
    reverses: int | None = None
    reversed_by: int | None = None
    settlement: str | None = None
    netted: bool = False

    @property
    def can_be_settled(self) -> bool:
        """Whether no live settlement holds it and it does not net out."""
        return self.settlement is None and not self.netted


@dataclass(slots=True, eq=False)
class PartnerAccount:
    """Where a partner stands in a contract, fund by fund, in minor units.

    `collected` is what live settlements hold of what accrued; `reserved` is what those among them
    that are not paid yet will pay; `paid` is what was paid, by settlements and without, and did not
    come back.
    """

    accrued: FundSums = field(default_factory=dict)
    collected: FundSums = field(default_factory=dict)
    reserved: FundSums = field(default_factory=dict)
    paid: FundSums = field(default_factory=dict)

    @property
    def accrued_minor(self) -> int:
        """Every fee less every reversal."""
        return sum(self.accrued.values())

    @property
    def collected_minor(self) -> int:
        """What live settlements hold."""
        return sum(self.collected.values())

    @property
    def reserved_minor(self) -> int:
        """What drafted and approved settlements will pay."""
        return sum(self.reserved.values())

    @property
    def paid_minor(self) -> int:
        """What has been paid."""
        return sum(self.paid.values())

    def brought(self) -> FundSums:
        """What was collected before and neither paid nor reserved; negative: paid too much."""
        funds = dict.fromkeys((*self.collected, *self.reserved, *self.paid))
        return {
            fund: self.collected.get(fund, 0) - self.reserved.get(fund, 0) - self.paid.get(fund, 0)
            for fund in funds
        }


@dataclass(slots=True, eq=False)
class PartnerPayment:
    """A payment of a settlement as it went out; `returned` once the bank has sent it back."""

    version: int
    terms: PartnerSettled
    returned: bool = False


@dataclass(slots=True, eq=False)
class Settlement:
    """A settlement as it stands, drafted on `drafted_on`, its latest step on `last_on`.

    `payments` are those that went out, by partner.
    """

    version: int
    collected: SettlementCollected
    drafter: str
    drafted_on: datetime.date
    last_on: datetime.date
    state: SettlementState = "drafted"
    payments: dict[str, PartnerPayment] = field(default_factory=dict)

    def to_pay(self) -> tuple[PartnerPart, ...]:
        """The parts by which money goes out."""
        return tuple(part for part in self.collected.partners if part.pay_minor)


@dataclass(slots=True, eq=False)
class BankDetails:
    """The account that a partner's money goes to, by its fingerprint; never the account itself.

    `setters` are those who ever gave this fingerprint as the partner's. They are `confirmed` until
    a payment to the partner comes back.
    """

    version: int
    fingerprint: str
    setters: tuple[str, ...]
    confirmed: bool = False
