"""Registers and fees enter the book."""

from array import array

from ledger.contract import Accrual, Contract, Register, Session
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, FeeReversed
from ledger.events.delivery import RegisterSubmitted
from ledger.state import Book


def register_is_submitted(
    book: Book, contract: Contract, event: AnyEvent, terms: RegisterSubmitted
) -> None:
    """A session is registered, or registered anew: the latest register counts."""
    key = (terms.order, terms.session)
    number = contract.session_numbers.get(key)
    session = None if number is None else contract.sessions[number]
    register = _register(contract, event, terms, None if session is None else session.register)
    if session is not None:
        book.changes.assign(session, "register", register)
    else:
        number = len(contract.sessions)
        book.changes.append(contract.sessions, Session(terms.order, terms.session, register))
        book.changes.put(contract.session_numbers, key, number)
        _file_under_order(book, contract, terms.order, number)
    before = () if register.superseded is None else _ever_expected(register.superseded)
    for serial in register.expected:
        if serial not in before:
            book.changes.append(book.children[serial].sessions, number or 0)


def _register(
    contract: Contract, event: AnyEvent, terms: RegisterSubmitted, superseded: Register | None
) -> Register:
    expected = tuple(contract.children[reference].serial for reference in terms.expected)
    everybody = terms.attended == terms.expected
    return Register(
        version=event.version,
        day=event.effective_on.toordinal(),
        received=event.received_on.toordinal(),
        status=terms.status,
        expected=expected,
        attended=expected
        if everybody
        else tuple(contract.children[reference].serial for reference in terms.attended or ()),
        minutes=terms.minutes,
        superseded=superseded,
    )


def _ever_expected(register: Register) -> set[int]:
    """Everybody whom this register or one that it superseded expected."""
    expected: set[int] = set()
    earlier: Register | None = register
    while earlier is not None:
        expected.update(earlier.expected)
        earlier = earlier.superseded
    return expected


def _file_under_order(book: Book, contract: Contract, order: str, number: int) -> None:
    numbers = contract.order_sessions.get(order)
    if numbers is None:
        numbers = array("i")
        book.changes.put(contract.order_sessions, order, numbers)
    book.changes.append(numbers, number)


def fee_accrues(book: Book, contract: Contract, event: AnyEvent, terms: FeeAccrued) -> None:
    """A fee is owed for a session, and uses the order's limit."""
    accrual = Accrual(
        version=event.version,
        effective_on=book.share(event.effective_on),
        partner=book.share(terms.partner),
        amount_minor=book.share(terms.amount_minor),
        over_limit_minor=terms.over_limit_minor,
        terms_version=terms.terms_version,
    )
    _set_accrual(book, contract, terms, accrual)


def fee_is_reversed(book: Book, contract: Contract, terms: FeeReversed) -> None:
    """A fee is no longer owed; its part of the order's limit is free."""
    _set_accrual(book, contract, terms, None)


def _set_accrual(
    book: Book, contract: Contract, terms: FeeAccrued | FeeReversed, accrual: Accrual | None
) -> None:
    session = contract.sessions[contract.session_numbers[terms.order, terms.session]]
    used = contract.order_accrued.get(terms.order, 0)
    book.changes.assign(session, "accrual", accrual)
    book.changes.put(contract.order_accrued, terms.order, used + terms.amount_minor)
