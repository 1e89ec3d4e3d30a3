"""Money that people report enters the book."""

import datetime

from ledger.contract import Contract, FunderCash, Grant
from ledger.events.cash import (
    FeeCredited,
    FeeDisputed,
    FeeDisputeWithdrawn,
    FeeInvoiced,
    GrantAgreed,
    ReceiptRecorded,
    RefundPaid,
)
from ledger.events.codec import AnyEvent
from ledger.settlements import fund_of_partner
from ledger.state import Book, PartnerInvoice, Receipt


def grant_is_agreed(book: Book, contract: Contract, event: AnyEvent, terms: GrantAgreed) -> None:
    """A grant is due under its reference."""
    grant = Grant(event.version, event.effective_on, terms)
    book.changes.put(contract.grants, terms.reference, grant)


def receipt_arrives(
    book: Book, contract: Contract, event: AnyEvent, terms: ReceiptRecorded
) -> None:
    """A funder has unallocated credit."""
    book.changes.put(
        book.receipts, terms.receipt, Receipt(event.version, event.effective_on, terms)
    )
    book.changes.put(book.receipt_names, event.version, terms.receipt)
    _receive(book, contract, book.receipts[terms.receipt], terms.amount_minor)


def _receive(book: Book, contract: Contract, receipt: Receipt, amount: int) -> None:
    cash = cash_of(book, contract, receipt.terms.funder)
    book.changes.assign(cash, "received_minor", cash.received_minor + amount)
    move_credit(book, cash, receipt.received_on, amount)


def move_credit(book: Book, cash: FunderCash, day: datetime.date, amount: int) -> None:
    """A funder's credit changes on a day."""
    book.changes.put(cash.credit_moves, day, cash.credit_moves.get(day, 0) + amount)


def cash_of(book: Book, contract: Contract, funder: str) -> FunderCash:
    """A funder's money, from the first of it on."""
    cash = contract.cash.get(funder)
    if cash is None:
        cash = FunderCash()
        book.changes.put(contract.cash, funder, cash)
    return cash


def receipt_is_voided(book: Book, contract: Contract, version: int) -> None:
    """A receipt never arrived; its reference stays taken."""
    receipt = book.receipts[book.receipt_names[version]]
    _receive(book, contract, receipt, -receipt.terms.amount_minor)


def refund_goes_out(book: Book, contract: Contract, event: AnyEvent, terms: RefundPaid) -> None:
    """A funder has less unallocated credit."""
    cash = cash_of(book, contract, terms.funder)
    book.changes.assign(cash, "refunded_minor", cash.refunded_minor + terms.amount_minor)
    move_credit(book, cash, event.effective_on, -terms.amount_minor)


def invoice_comes_in(book: Book, contract: Contract, terms: FeeInvoiced) -> None:
    """A partner's invoice can be credited, disputed and paid."""
    if terms.order is None:
        fund = fund_of_partner(contract, terms.partner)
    else:
        fund = contract.orders[terms.order][-1].terms.fund
    invoice = PartnerInvoice(terms.contract, terms.partner, fund, terms.amount_minor)
    book.changes.put(book.partner_invoices, terms.invoice, invoice)


def invoice_is_disputed(book: Book, terms: FeeDisputed) -> None:
    """A part of an invoice is in dispute."""
    invoice = book.partner_invoices[terms.invoice]
    for name in ("disputed_minor", "in_dispute_minor"):
        book.changes.assign(invoice, name, getattr(invoice, name) + terms.amount_minor)


def dispute_is_withdrawn(book: Book, terms: FeeDisputeWithdrawn) -> None:
    """A part of an invoice is in dispute no more."""
    invoice = book.partner_invoices[terms.invoice]
    for name in ("disputed_minor", "in_dispute_minor"):
        book.changes.assign(invoice, name, getattr(invoice, name) - terms.amount_minor)


def invoice_is_credited(book: Book, terms: FeeCredited) -> None:
    """A part of an invoice was taken back by the partner; what is in dispute first."""
    invoice = book.partner_invoices[terms.invoice]
    in_dispute = max(0, invoice.in_dispute_minor - terms.amount_minor)
    book.changes.assign(invoice, "in_dispute_minor", in_dispute)
    book.changes.assign(invoice, "credited_minor", invoice.credited_minor + terms.amount_minor)
    book.changes.add(book.credit_notes, terms.credit_note)
