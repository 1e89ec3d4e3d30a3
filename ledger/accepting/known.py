"""Finding what a fact names, or refusing it: contracts, children, orders, invoices."""

from ledger.child import Child
from ledger.contract import Contract
from ledger.refusals import (
    ChildIsErased,
    UnknownChild,
    UnknownContract,
    UnknownFunder,
    UnknownInvoice,
    UnknownPartner,
)
from ledger.state import Book, PartnerInvoice


def contract_named(book: Book, reference: str) -> Contract:
    """The contract of a reference. Refuses `unknown_contract`."""
    contract = book.contracts.get(reference)
    if contract is None:
        raise UnknownContract(pointer="/data/contract")
    return contract


def child_named(contract: Contract, reference: str, pointer: str = "/data/child") -> Child:
    """The enrolled child of a reference. Refuses `unknown_child` and `child_erased`."""
    child = contract.children.get(reference)
    if child is None or (child.enrolment is None and not child.frozen):
        raise UnknownChild(pointer=pointer)
    if child.frozen:
        raise ChildIsErased(pointer=pointer)
    return child


def funder_must_have_joined(contract: Contract, funder: str | None, pointer: str) -> None:
    """Refuse `unknown_funder` for a funder that is named and has not joined."""
    if funder is not None and funder not in contract.funders:
        raise UnknownFunder(pointer=pointer)


def partner_must_have_orders(
    contract: Contract, partner: str, pointer: str = "/data/partner"
) -> None:
    """Refuse `unknown_partner` for a partner with whom no order has been placed."""
    if partner not in contract.partners():
        raise UnknownPartner(pointer=pointer)


def invoice_named(book: Book, contract: Contract, partner: str, invoice: str) -> PartnerInvoice:
    """The partner's own invoice of a reference. Refuses `unknown_invoice`."""
    found = book.partner_invoices.get(invoice)
    if found is None or (found.contract, found.partner) != (contract.terms.contract, partner):
        raise UnknownInvoice(pointer="/data/invoice")
    return found
