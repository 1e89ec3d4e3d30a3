"""May this money fact be recorded? Grants, receipts, refunds, partners' invoices and payments."""

import datetime

from ledger.accepting.children import must_be_within
from ledger.accepting.known import (
    contract_named,
    funder_must_have_joined,
    invoice_named,
    partner_must_have_orders,
)
from ledger.contract import FunderCash
from ledger.events.cash import (
    FeeCredited,
    FeeDisputed,
    FeeDisputeWithdrawn,
    FeeInvoiced,
    FeePaid,
    GrantAgreed,
    ReceiptRecorded,
    RefundPaid,
)
from ledger.grants import grant_due
from ledger.rate_card import card_in_force
from ledger.refusals import (
    AlreadyExists,
    ExceedsDispute,
    ExceedsInvoice,
    ExceedsUnallocated,
    NoRateCard,
    NoShares,
    UnknownOrder,
    UnknownTrigger,
)
from ledger.releases import who_shares
from ledger.state import Book


def may_agree(book: Book, terms: GrantAgreed) -> None:
    """A grant is unique by contract and reference."""
    grant = contract_named(book, terms.contract).grants.get(terms.reference)
    if grant is not None and grant.version not in book.voided:
        raise AlreadyExists(pointer="/data/reference")


def may_agree_on(book: Book, terms: GrantAgreed, day: datetime.date) -> None:
    """A grant is within the contract, listed by a card in force, and somebody pays it."""
    contract = contract_named(book, terms.contract)
    must_be_within(contract, day)
    cohorts = (*contract.cohorts, None)
    if all(card_in_force(contract.cards, cohort, day) is None for cohort in cohorts):
        raise NoRateCard(pointer="/effective_on")
    due = grant_due(contract, terms, day, version=book.version + 1)
    if due is None:
        raise UnknownTrigger(pointer="/data/trigger")
    if who_shares(book, contract, due) is None:
        raise NoShares(pointer="/data/trigger")


def may_receive(book: Book, terms: ReceiptRecorded) -> None:
    """A receipt comes from a funder of the contract; its reference is unique in the ledger."""
    funder_must_have_joined(contract_named(book, terms.contract), terms.funder, "/data/funder")
    if terms.receipt in book.receipts:
        raise AlreadyExists(pointer="/data/receipt")


def may_refund(book: Book, terms: RefundPaid) -> None:
    """Money goes back to a funder of the contract."""
    contract = contract_named(book, terms.contract)
    funder_must_have_joined(contract, terms.funder, "/data/funder")


def must_have_credit(book: Book, terms: RefundPaid) -> None:
    """Refuse a refund above the funder's unallocated credit."""
    contract = contract_named(book, terms.contract)
    credit = contract.cash.get(terms.funder, FunderCash()).unallocated_minor
    if terms.amount_minor > credit:
        raise ExceedsUnallocated(pointer="/data/amount_minor")


def may_invoice(book: Book, terms: FeeInvoiced) -> None:
    """A partner's invoice has a reference that is unique in the ledger."""
    contract = contract_named(book, terms.contract)
    partner_must_have_orders(contract, terms.partner)
    if terms.order is not None:
        placed = contract.orders.get(terms.order)
        if placed is None or placed[0].terms.partner != terms.partner:
            raise UnknownOrder(pointer="/data/order")
    if terms.invoice in book.partner_invoices:
        raise AlreadyExists(pointer="/data/invoice")


def may_dispute(book: Book, terms: FeeDisputed | FeeDisputeWithdrawn) -> None:
    """An invoice of the partner's own is disputed, or in dispute no more."""
    invoice_named(book, contract_named(book, terms.contract), terms.partner, terms.invoice)


def must_be_disputable(book: Book, terms: FeeDisputed) -> None:
    """Refuse to dispute more than was invoiced."""
    invoice = book.partner_invoices[terms.invoice]
    if invoice.disputed_minor + terms.amount_minor > invoice.amount_minor:
        raise ExceedsInvoice(pointer="/data/amount_minor")


def must_be_in_dispute(book: Book, terms: FeeDisputeWithdrawn) -> None:
    """Refuse to give up more than is in dispute."""
    if terms.amount_minor > book.partner_invoices[terms.invoice].in_dispute_minor:
        raise ExceedsDispute(pointer="/data/amount_minor")


def may_credit(book: Book, terms: FeeCredited) -> None:
    """A credit note is about an invoice of the partner's own, and has its own reference."""
    invoice_named(book, contract_named(book, terms.contract), terms.partner, terms.invoice)
    if terms.credit_note in book.credit_notes:
        raise AlreadyExists(pointer="/data/credit_note")


def must_be_creditable(book: Book, terms: FeeCredited) -> None:
    """Refuse to credit more than was invoiced."""
    invoice = book.partner_invoices[terms.invoice]
    if invoice.credited_minor + terms.amount_minor > invoice.amount_minor:
        raise ExceedsInvoice(pointer="/data/amount_minor")


def may_pay(book: Book, terms: FeePaid) -> None:
    """A partner is paid; an invoice that is named is its own."""
    contract = contract_named(book, terms.contract)
    partner_must_have_orders(contract, terms.partner)
    if terms.invoice is not None:
        invoice_named(book, contract, terms.partner, terms.invoice)
