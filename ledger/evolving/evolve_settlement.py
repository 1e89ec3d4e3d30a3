"""`evolve` for settlements: which event changes what."""

from typing import assert_never

from ledger.contract import Contract
from ledger.events.catalogue import SettlementData, SettlementDecisionData
from ledger.events.codec import AnyEvent
from ledger.events.settlements import (
    PartnerSettled,
    PartnerUnsettled,
    SettlementApproved,
    SettlementCollected,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
    SettlementWithdrawn,
)
from ledger.evolving import settlements
from ledger.state import Book

AboutSettlement = SettlementData | SettlementDecisionData


def evolve_settlement(book: Book, contract: Contract, event: AnyEvent) -> None:
    """Apply an event about a settlement."""
    content: AboutSettlement = event.data
    match content:
        case SettlementDrafted() | SettlementReturned():
            pass  # what a draft collects, and what a return takes back, is a decision
        case SettlementCollected():
            settlements.settlement_is_collected(book, contract, event, content)
        case SettlementApproved():
            settlement = contract.settlements[content.settlement]
            settlements.settlement_moves(book, settlement, event, "approved")
        case SettlementWithdrawn():
            settlement = contract.settlements[content.settlement]
            settlements.settlement_is_withdrawn(book, contract, settlement, event)
        case SettlementPaid():
            settlement = contract.settlements[content.settlement]
            settlements.settlement_moves(book, settlement, event, "paid")
        case PartnerSettled():
            settlements.partner_is_settled(book, contract, event, content)
        case PartnerUnsettled():
            settlements.partner_is_unsettled(book, contract, content)
        case _:
            assert_never(content)
