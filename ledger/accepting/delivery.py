"""The question that a register must answer before it is recorded."""

import datetime

from ledger.accepting.children import must_be_within
from ledger.accepting.known import child_named, contract_named
from ledger.contract import Contract
from ledger.events.delivery import RegisterSubmitted
from ledger.partners import terms_in_force
from ledger.refusals import (
    AttendedNotExpected,
    EngagedNotAttended,
    MinutesNeeded,
    UnknownOrder,
)
from ledger.state import Book


def may_register(book: Book, terms: RegisterSubmitted) -> None:
    """A register is of a placed order and enrolled children; who attended was expected.

    An erased child may be listed again by the register that replaces one in which it was: the
    partner's fee is corrected, and the child's payments stay.
    """
    contract = contract_named(book, terms.contract)
    if terms.order not in contract.orders:
        raise UnknownOrder(pointer="/data/order")
    listed = listed_before(contract, terms)
    for place, reference in enumerate(terms.expected):
        if reference not in listed:
            child_named(contract, reference, f"/data/expected/{place}")
    attended = terms.attended or ()
    if not set(attended).issubset(terms.expected):
        raise AttendedNotExpected(pointer="/data/attended")
    if terms.engaged and not set(terms.engaged).issubset(attended):
        raise EngagedNotAttended(pointer="/data/engaged")


def listed_before(contract: Contract, terms: RegisterSubmitted) -> frozenset[str]:
    """The erased children whom the standing register of the session expected."""
    number = contract.session_numbers.get((terms.order, terms.session))
    if number is None:
        return frozenset()
    expected = set(contract.sessions[number].register.expected)
    return frozenset(
        name
        for name in terms.expected
        for child in (contract.children.get(name),)
        if child is not None and child.erased and child.serial in expected
    )


def may_register_on(book: Book, terms: RegisterSubmitted, day: datetime.date) -> None:
    """A session is within the contract; one that may be paid by the hour says its minutes.

    Before any terms of its order, it may be what any of them says.
    """
    contract = contract_named(book, terms.contract)
    must_be_within(contract, day)
    placed = contract.orders[terms.order]
    in_force = terms_in_force(placed, day)
    priced_by = placed if in_force is None else (in_force,)
    if terms.minutes is None and any(found.terms.unit == "hour" for found in priced_by):
        raise MinutesNeeded(pointer="/data/minutes")
