"""`accept` for settlements and bank details: which question each fact must answer."""

from typing import assert_never

from ledger.accepting import settlements
from ledger.events.catalogue import BankData, SettlementData
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    SettlementApproved,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
    SettlementWithdrawn,
)
from ledger.state import Book


def accept_settlement(book: Book, content: SettlementData | BankData, actor: str) -> None:
    """Refuse what cannot be in the state that things are in; dates and amounts come later."""
    match content:
        case SettlementDrafted():
            settlements.may_draft(book, content)
        case SettlementWithdrawn():
            settlements.may_withdraw(book, content)
        case SettlementApproved():
            settlements.may_approve(book, content, actor)
        case SettlementPaid():
            settlements.may_pay(book, content)
        case SettlementReturned():
            settlements.may_return(book, content)
        case PartnerBankSet():
            settlements.may_set_bank(book, content)
        case PartnerBankConfirmed():
            settlements.may_confirm_bank(book, content, actor)
        case _:
            assert_never(content)
