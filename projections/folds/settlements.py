"""Settlements: their steps as stored, their payments, and partners' bank details."""

from ledger.events.codec import AnyEvent, encode_event
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    PartnerSettled,
    PartnerUnsettled,
    SettlementApproved,
    SettlementCollected,
    SettlementPaid,
    SettlementWithdrawn,
)
from projections.folds.bearings import Bearings
from projections.rows import Page
from projections.settlement_rows import PartnerBank, SettlementStep


def record_settlement(event: AnyEvent, _: Bearings, page: Page) -> None:
    """Add what an event says of a settlement, or of a partner's bank details."""
    match event.data:
        case (
            SettlementCollected() | SettlementApproved() | SettlementWithdrawn() | SettlementPaid()
        ):
            page.add(_step(event, event.type.removeprefix("settlement."), None))
        case PartnerSettled() as settled:
            page.add(_step(event, "settled", settled.partner))
        case PartnerUnsettled() as returned:
            page.add(_step(event, "returned", returned.partner))
            page.add(_bank(event, returned, "returned"))
        case PartnerBankSet() | PartnerBankConfirmed() as bank:
            page.add(_bank(event, bank, event.type.removeprefix("partner.bank_")))
        case _:
            pass  # what a draft collects, and what a return takes back, is a decision


def _bank(
    event: AnyEvent, bank: PartnerBankSet | PartnerBankConfirmed | PartnerUnsettled, step: str
) -> PartnerBank:
    return PartnerBank(
        version=event.version,
        partner=bank.partner,
        step=step,
        fingerprint=bank.fingerprint,
        effective_on=event.effective_on,
        actor=event.actor,
    )


def _step(event: AnyEvent, step: str, partner: str | None) -> SettlementStep:
    return SettlementStep(
        version=event.version,
        contract=event.data.contract,
        settlement=event.data.settlement,
        step=step,
        partner=partner,
        effective_on=event.effective_on,
        actor=event.actor,
        stored=encode_event(event),
    )
