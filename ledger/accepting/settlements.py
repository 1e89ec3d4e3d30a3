"""Questions about settlements and bank details; who drafted cannot approve, nor confirm who set."""

import datetime

from ledger.accepting.known import contract_named, partner_must_have_orders
from ledger.events.settlements import (
    PartnerBankConfirmed,
    PartnerBankSet,
    SettlementApproved,
    SettlementDrafted,
    SettlementPaid,
    SettlementReturned,
    SettlementWithdrawn,
)
from ledger.refusals import (
    AlreadyConfirmed,
    AlreadyExists,
    AlreadyReturned,
    AlreadySet,
    BankDiffers,
    BankUnconfirmed,
    BankUnknown,
    ExceedsOwed,
    NothingToSettle,
    OutOfOrder,
    PreparerCannotApprove,
    ReturnDiffers,
    SetterCannotConfirm,
    SettlementNotOpen,
    UnknownPartner,
    UnknownSettlement,
    VersionAhead,
)
from ledger.settlement import Settlement
from ledger.settlements import account_of, disputed_of, parts_of, payable
from ledger.state import Book

Step = SettlementApproved | SettlementWithdrawn | SettlementPaid | SettlementReturned


def settlement_named(book: Book, contract: str, reference: str) -> Settlement:
    """The settlement of a reference. Refuses `unknown_contract` and `unknown_settlement`."""
    settlement = contract_named(book, contract).settlements.get(reference)
    if settlement is None:
        raise UnknownSettlement(pointer="/data/settlement")
    return settlement


def may_draft(book: Book, terms: SettlementDrafted) -> None:
    """There is something to settle, and the reference is free in the contract."""
    contract = contract_named(book, terms.contract)
    for place, partner in enumerate(terms.partners or ()):
        partner_must_have_orders(contract, partner, f"/data/partners/{place}")
    if terms.settlement in contract.settlements:
        raise AlreadyExists(pointer="/data/settlement")
    if terms.known_at is not None and terms.known_at > book.version:
        raise VersionAhead(pointer="/data/known_at")
    if not parts_of(book, contract, terms):
        raise NothingToSettle(pointer="/data/upto")


def may_withdraw(book: Book, terms: SettlementWithdrawn) -> None:
    """A settlement is taken back before it is paid."""
    settlement = settlement_named(book, terms.contract, terms.settlement)
    _must_be(settlement, "drafted", "approved")


def may_approve(book: Book, terms: SettlementApproved, actor: str) -> None:
    """Somebody else than its drafter approves a draft, for accounts that are known."""
    settlement = settlement_named(book, terms.contract, terms.settlement)
    _must_be(settlement, "drafted")
    if actor == settlement.drafter:
        raise PreparerCannotApprove
    _must_know_the_banks(book, settlement)


def may_pay(book: Book, terms: SettlementPaid) -> None:
    """An approved settlement is paid once, to accounts that are known still."""
    settlement = settlement_named(book, terms.contract, terms.settlement)
    _must_be(settlement, "approved")
    _must_know_the_banks(book, settlement)


def may_return(book: Book, terms: SettlementReturned) -> None:
    """A payment that went out comes back once."""
    settlement = settlement_named(book, terms.contract, terms.settlement)
    _must_be(settlement, "paid")
    payment = settlement.payments.get(terms.partner)
    if payment is None:
        raise UnknownPartner("The settlement paid this partner nothing.", pointer="/data/partner")
    if payment.returned:
        raise AlreadyReturned(pointer="/data/partner")


def must_be_what_was_paid(book: Book, terms: SettlementReturned) -> None:
    """Refuse more or less than the payment: a bank sends back the whole."""
    payment = book.contracts[terms.contract].settlements[terms.settlement].payments[terms.partner]
    if terms.amount_minor != payment.terms.amount_minor:
        raise ReturnDiffers(pointer="/data/amount_minor")


def _must_be(settlement: Settlement, *states: str) -> None:
    if settlement.state not in states:
        raise SettlementNotOpen(
            f"The settlement is {settlement.state}.", pointer="/data/settlement"
        )


def _must_know_the_banks(book: Book, settlement: Settlement) -> None:
    """Whoever is paid has bank details that two people stand behind."""
    for part in settlement.to_pay():
        bank = book.banks.get(part.partner)
        if bank is None:
            detail = f"No bank details of {part.partner} are known."
            raise BankUnknown(detail, pointer="/data/settlement")
        if not bank.confirmed:
            detail = f"The bank details of {part.partner} changed and are not confirmed."
            raise BankUnconfirmed(detail, pointer="/data/settlement")


def may_step_on(book: Book, terms: Step, day: datetime.date) -> None:
    """A step is dated on the day of the one before it, or later."""
    if day < settlement_named(book, terms.contract, terms.settlement).last_on:
        raise OutOfOrder(pointer="/effective_on")


def must_be_owed(book: Book, terms: SettlementApproved | SettlementPaid) -> None:
    """Refuse to pay anybody more than is owed by now: a draft may have been overtaken."""
    contract = book.contracts[terms.contract]
    disputed = disputed_of(book, contract)
    for part in contract.settlements[terms.settlement].to_pay():
        account = account_of(contract, part.partner)
        most = payable(account, disputed[part.partner], own_minor=part.pay_minor)
        if part.pay_minor > most:
            detail = f"{part.partner} is owed less by now; withdraw it and draft it anew."
            raise ExceedsOwed(detail, pointer="/data/settlement")


def may_set_bank(book: Book, terms: PartnerBankSet) -> None:
    """A partner of any contract has other bank details than before."""
    _must_be_a_partner(book, terms.partner)
    bank = book.banks.get(terms.partner)
    if bank is not None and bank.fingerprint == terms.fingerprint:
        raise AlreadySet(pointer="/data/fingerprint")


def may_confirm_bank(book: Book, terms: PartnerBankConfirmed, actor: str) -> None:
    """Somebody who never set these details confirms them, once, and knows which they are."""
    _must_be_a_partner(book, terms.partner)
    bank = book.banks.get(terms.partner)
    if bank is None:
        raise BankUnknown(pointer="/data/partner")
    if bank.fingerprint != terms.fingerprint:
        raise BankDiffers(pointer="/data/fingerprint")
    if bank.confirmed:
        raise AlreadyConfirmed(pointer="/data/fingerprint")
    if actor in bank.setters:
        raise SetterCannotConfirm


def _must_be_a_partner(book: Book, partner: str) -> None:
    if not any(partner in contract.partners() for contract in book.contracts.values()):
        raise UnknownPartner(pointer="/data/partner")
