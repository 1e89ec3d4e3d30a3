"""Cash facts: receipts, refunds, and partners' invoices, disputes, credits and payments."""

from ledger.events.cash import (
    FeeCredited,
    FeeDisputed,
    FeeDisputeWithdrawn,
    FeeInvoiced,
    FeePaid,
    ReceiptAllocated,
    ReceiptRecorded,
    ReceiptUnallocated,
    RefundPaid,
)
from ledger.events.claims import CreditRefunded
from ledger.events.codec import AnyEvent
from projections.folds.bearings import Bearings
from projections.rows import Cash, Page

CashData = (
    ReceiptRecorded
    | ReceiptAllocated
    | ReceiptUnallocated
    | RefundPaid
    | CreditRefunded
    | FeeInvoiced
    | FeeDisputed
    | FeeDisputeWithdrawn
    | FeeCredited
    | FeePaid
)


def record_cash(event: AnyEvent, bearings: Bearings, page: Page) -> None:
    """Add a cash fact's row, with the fund that its posting takes."""
    if not isinstance(event.data, CashData):
        return
    fact = _row(event, event.data, bearings)
    bearings.learn_cash(fact)
    page.add(fact)


def _row(event: AnyEvent, cash: CashData, bearings: Bearings) -> Cash:
    match cash:
        case ReceiptRecorded() | RefundPaid():
            name = cash.receipt if isinstance(cash, ReceiptRecorded) else None
            fund = bearings.fund_of_funder(cash.contract, cash.funder)
            return _funders(event, cash, name=name, fund=fund)
        case ReceiptAllocated():
            return _allocated(event, cash, bearings, cash.amount_minor)
        case ReceiptUnallocated():
            return _allocated(event, cash, bearings, -cash.amount_minor)
        case CreditRefunded():
            return _paid_out(event, cash, bearings)
        case FeeInvoiced(order=str(order)):
            fund = bearings.fund_of_order(cash.contract, order)
            return _partners(event, cash, name=cash.invoice, fund=fund)
        case FeeInvoiced():
            fund = bearings.fund_of_partner(cash.contract, cash.partner)
            return _partners(event, cash, name=cash.invoice, fund=fund)
        case FeeDisputed() | FeeDisputeWithdrawn() | FeePaid():
            fund = bearings.fund_of_partner(cash.contract, cash.partner, cash.invoice)
            return _partners(event, cash, name=cash.invoice, fund=fund)
        case FeeCredited():
            fund = bearings.fund_of_partner(cash.contract, cash.partner, cash.invoice)
            return _partners(event, cash, name=cash.credit_note, fund=fund)


def _allocated(
    event: AnyEvent,
    cash: ReceiptAllocated | ReceiptUnallocated,
    bearings: Bearings,
    amount_minor: int,
) -> Cash:
    """An allocation belongs to the contract, funder and fund of its receipt.

    One that is taken back is negative: its entry is the exact opposite.
    """
    receipt = bearings.receipts[cash.receipt]
    return Cash(
        version=event.version,
        type=event.type,
        contract=receipt.contract,
        funder=receipt.funder,
        partner=None,
        name=cash.invoice,
        fund=receipt.fund,
        bank_account=None,
        effective_on=event.effective_on,
        amount_minor=amount_minor,
    )


def _paid_out(event: AnyEvent, cash: CreditRefunded, bearings: Bearings) -> Cash:
    """What is paid out of a credit note belongs to the note's contract and funder."""
    contract, funder = bearings.noted[cash.credit_note]
    return Cash(
        version=event.version,
        type=event.type,
        contract=contract,
        funder=funder,
        partner=None,
        name=cash.credit_note,
        fund=bearings.fund_of_funder(contract, funder),
        bank_account=cash.bank_account,
        effective_on=event.effective_on,
        amount_minor=cash.amount_minor,
    )


def _funders(
    event: AnyEvent, cash: ReceiptRecorded | RefundPaid, *, name: str | None, fund: str
) -> Cash:
    return Cash(
        version=event.version,
        type=event.type,
        contract=cash.contract,
        funder=cash.funder,
        partner=None,
        name=name,
        fund=fund,
        bank_account=cash.bank_account,
        effective_on=event.effective_on,
        amount_minor=cash.amount_minor,
    )


def _partners(
    event: AnyEvent,
    cash: FeeInvoiced | FeeDisputed | FeeDisputeWithdrawn | FeeCredited | FeePaid,
    *,
    name: str | None,
    fund: str,
) -> Cash:
    return Cash(
        version=event.version,
        type=event.type,
        contract=cash.contract,
        funder=None,
        partner=cash.partner,
        name=name,
        fund=fund,
        bank_account=cash.bank_account if isinstance(cash, FeePaid) else None,
        effective_on=event.effective_on,
        amount_minor=cash.amount_minor,
    )
