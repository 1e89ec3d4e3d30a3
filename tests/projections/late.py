"""What finance is told of a year that is closed: late children, money, claims, and corrections."""

from collections.abc import Iterator

from ledger.events.cash import (
    FeePaid,
    ReceiptAllocated,
    ReceiptRecorded,
    ReceiptUnallocated,
    RefundPaid,
)
from ledger.events.children import ChildEnrolled
from ledger.events.claims import (
    ClaimApproved,
    ClaimDrafted,
    ClaimSubmitted,
    CreditRefunded,
    WriteOffApproved,
    WriteOffRequested,
)
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from tests.projections import given
from tests.projections.decided import DecidedHistory
from tests.projections.history import CONTRACT, day

SIGNED_ON = given.SIGNED_ON

CLOSED: tuple[str, str] = ("2019-09-01", "2020-07-31")


def told_late(history: DecidedHistory) -> Iterator[str]:
    """Tell a closed year one thing after another; yield what was told."""
    given.enrol(history, "late1", "2020-01-15")
    yield "a sign-up"
    given.register(history, "late-session", "2020-02-02", ("c0",))
    yield "a register"
    invoice = next(
        name
        for name, held in history.book.invoices.items()
        if held.terms.funder == "phil" and held.open_minor > 1_000
    )
    yield from _money_of_funders(history, invoice)
    history.add(WriteOffRequested(CONTRACT, invoice, "w20", 10, "a_dime"), "2020-07-22", actor="f")
    history.add(WriteOffApproved(CONTRACT, "w20"), "2020-07-22", actor="anna")
    yield "a write-off"
    history.add(ClaimDrafted(CONTRACT, "q20", day("2020-07-01")), "2020-07-25", actor="fay")
    history.add(ClaimSubmitted(CONTRACT, "q20"), "2020-07-25", actor="fay")
    yield "a claim that is submitted"
    history.add(ClaimApproved(CONTRACT, "q20"), "2020-07-26", actor="anna")
    yield "a claim that is approved"
    history.add(FeePaid(CONTRACT, "p2", 500, bank_account="petty"), "2020-07-27")
    yield "a fee that was paid from another account"
    order = OrderPlaced(CONTRACT, "p3", "o9", "session", 3_300, fund="legacy")
    history.add(order, SIGNED_ON)
    register = RegisterSubmitted(CONTRACT, "o9", "v1", "delivered", ("c1",))
    history.add(register, "2020-05-05")
    yield "a session that another fund pays"
    enrolment = next(
        event.version
        for event in history.events
        if isinstance(event.data, ChildEnrolled) and event.data.child == "c1"
    )
    given.void(history, enrolment, "2020-08-09")
    yield "a sign-up that was none"


def _money_of_funders(history: DecidedHistory, invoice: str) -> Iterator[str]:
    """Money that came, what it pays and pays no more, and what goes back."""
    history.add(ReceiptRecorded(CONTRACT, "phil", "r20", 1_200), "2020-03-01")
    yield "a receipt"
    history.add(ReceiptAllocated("r20", invoice, 1_000), "2020-07-20")
    yield "an allocation"
    history.add(ReceiptUnallocated("r20", invoice, 400, "wrong_invoice"), "2020-07-20")
    yield "an allocation that is taken back"
    note = next(name for name, held in history.book.credits.items() if held.open_minor > 300)
    history.add(CreditRefunded(note, 300, bank_account="petty"), "2020-07-21")
    yield "a credit note that is paid out"
    history.add(RefundPaid(CONTRACT, "phil", 200), "2020-07-21")
    yield "a refund"
