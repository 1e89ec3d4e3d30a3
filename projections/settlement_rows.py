"""The rows of settlements and of partners' bank details."""

import datetime
from typing import Any, Final, NamedTuple


class SettlementStep(NamedTuple):
    """A step of a settlement, as stored: collected, approved, withdrawn, paid.

    And each payment to a partner, which is the step `settled` of that partner, and `returned` when
    the bank sent it back.
    """

    version: int
    contract: str
    settlement: str
    step: str
    partner: str | None
    effective_on: datetime.date
    actor: str
    stored: bytes


class PartnerBank(NamedTuple):
    """A partner's bank details, by their fingerprint: set by one person, confirmed by another.

    A payment that came back is the step `returned`: from then on nothing is confirmed.
    """

    version: int
    partner: str
    step: str
    fingerprint: str
    effective_on: datetime.date
    actor: str


SettlementRow = SettlementStep | PartnerBank
SETTLEMENT_TABLES: Final[dict[type[Any], str]] = {
    SettlementStep: "settlement_steps",
    PartnerBank: "partner_banks",
}
