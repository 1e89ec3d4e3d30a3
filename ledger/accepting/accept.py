"""`accept`: refuse a fact, or let it in. Reads the book, changes nothing.

The order of refusals is fixed: existence and state first, then dates, then amounts; shape came
before, at the decoder.
"""

import datetime
from typing import Final, assert_never

from ledger.accepting import (
    allocations,
    cash,
    children,
    claims,
    delivery,
    people,
    periods,
    privacy,
    rules,
    settlements,
    terms,
)
from ledger.accepting.accept_claim import accept_claim
from ledger.accepting.accept_settlement import accept_settlement
from ledger.accepting.days import Following, must_not_come_before
from ledger.accepting.known import child_named, contract_named
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
from ledger.events.catalogue import (
    AllocationData,
    BankData,
    CashData,
    ClaimData,
    FactData,
    PathData,
    SettlementData,
    TermsData,
)
from ledger.events.children import (
    ChildCompleted,
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    EvidenceAttached,
    InteractionRecorded,
    MeasurementCorrected,
    MeasurementRecorded,
    PlanAgreed,
)
from ledger.events.claims import WriteOffApproved, WriteOffRequested
from ledger.events.codec import Fact
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.people import FactVoided, PaymentDecided, VerificationRecorded
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.events.privacy import ErasureDeclined, ErasureRequested, RetentionSet
from ledger.events.rules import RulesAdopted
from ledger.events.settlements import (
    SettlementApproved,
    SettlementPaid,
    SettlementReturned,
    SettlementWithdrawn,
)
from ledger.events.terms import (
    CapSet,
    CohortOpened,
    ContractSigned,
    FunderJoined,
    RateCardIssued,
    SharesSet,
)
from ledger.refusals import FutureDate
from ledger.state import Book

TERMS: Final[frozenset[type[FactData]]] = frozenset(
    {
        ContractSigned,
        FunderJoined,
        CohortOpened,
        RateCardIssued,
        SharesSet,
        CapSet,
        OrderPlaced,
        RetentionSet,
    }
)


def accept(book: Book, fact: Fact, *, actor: str, today: datetime.date) -> None:
    """Refuse the fact, or let it in. `actor` records it; `today` is the ledger's own day."""
    _existence_and_state(book, fact.data, actor)
    _dates(book, fact, today)
    _amounts(book, fact.data)


def _existence_and_state(book: Book, content: FactData, actor: str) -> None:
    match content:
        case InteractionRecorded() | MeasurementRecorded() | PlanAgreed() | ChildTransferred():
            child_named(contract_named(book, content.contract), content.child)
        case RegisterSubmitted():
            delivery.may_register(book, content)
        case VerificationRecorded() | PaymentDecided() | FactVoided():
            _people(book, content, actor)
        case ErasureRequested() | ErasureDeclined():
            privacy.may_erase(book, content, actor)
        case PeriodClosed() | PeriodReopened():
            periods.may_close_or_reopen(book, content, actor)
        case RulesAdopted():
            rules.may_adopt(book, content)
        case _ if isinstance(content, PathData):
            _child(book, content)
        case _ if isinstance(content, TermsData):
            _terms(book, content)
        case _ if isinstance(content, AllocationData):
            allocations.may_pay_with(book, content)
        case _ if isinstance(content, ClaimData):
            accept_claim(book, content, actor)
        case _ if isinstance(content, SettlementData | BankData):
            accept_settlement(book, content, actor)
        case _:
            _cash(book, content)


def _people(
    book: Book, content: VerificationRecorded | PaymentDecided | FactVoided, actor: str
) -> None:
    match content:
        case VerificationRecorded():
            people.may_verify(book, content, actor)
        case PaymentDecided():
            people.may_decide(book, content)
        case FactVoided():
            people.may_void(book, content, actor)
        case _:
            assert_never(content)


def _child(book: Book, content: PathData) -> None:
    match content:
        case ChildEnrolled():
            children.may_enrol(book, content)
        case ChildWithdrawn() | ChildCompleted():
            children.may_leave(book, content)
        case MeasurementCorrected():
            children.may_correct(book, content)
        case EvidenceAttached():
            children.may_attach(book, content)
        case _:
            assert_never(content)


def _terms(book: Book, content: TermsData) -> None:
    match content:
        case ContractSigned():
            terms.may_sign(book, content)
        case FunderJoined():
            terms.may_join(book, content)
        case CohortOpened():
            terms.may_open(book, content)
        case RateCardIssued():
            terms.may_issue(book, content)
        case SharesSet():
            terms.may_share(book, content)
        case CapSet():
            terms.may_cap(book, content)
        case OrderPlaced():
            terms.may_order(book, content)
        case RetentionSet():
            contract_named(book, content.contract)
        case _:
            assert_never(content)


def _cash(book: Book, content: CashData) -> None:
    match content:
        case GrantAgreed():
            cash.may_agree(book, content)
        case ReceiptRecorded():
            cash.may_receive(book, content)
        case RefundPaid():
            cash.may_refund(book, content)
        case FeeInvoiced():
            cash.may_invoice(book, content)
        case FeeDisputed() | FeeDisputeWithdrawn():
            cash.may_dispute(book, content)
        case FeeCredited():
            cash.may_credit(book, content)
        case FeePaid():
            cash.may_pay(book, content)
        case _:
            assert_never(content)


def _dates(book: Book, fact: Fact, today: datetime.date) -> None:
    content, day = fact.data, fact.effective_on
    if type(content) not in TERMS:
        _must_not_be_ahead(fact, today)
    match content:
        case InteractionRecorded():
            children.must_be_within(book.contracts[content.contract], day)
        case RegisterSubmitted():
            delivery.may_register_on(book, content, day)
        case ChildEnrolled():
            children.may_enrol_on(book.contracts[content.contract], content, day)
        case ChildTransferred():
            children.may_transfer_on(book, content, day)
        case ChildWithdrawn() | ChildCompleted():
            children.may_leave_on(book, content, day)
        case VerificationRecorded():
            people.may_verify_on(book, content, day)
        case OrderPlaced():
            terms.may_order_from(book, content, day)
        case GrantAgreed():
            cash.may_agree_on(book, content, day)
        case SettlementWithdrawn() | SettlementApproved() | SettlementPaid() | SettlementReturned():
            settlements.may_step_on(book, content, day)
        case _ if isinstance(content, Following):
            must_not_come_before(book, content, day)
        case PeriodClosed():
            periods.must_be_over(content, today)
        case _:
            pass


def _must_not_be_ahead(fact: Fact, today: datetime.date) -> None:
    """Refuse what has not happened yet; terms alone may lie ahead."""
    if fact.effective_on > today:
        raise FutureDate(pointer="/effective_on")
    if fact.received_on is not None and fact.received_on > today:
        raise FutureDate(pointer="/received_on")


def _amounts(book: Book, content: FactData) -> None:
    match content:
        case RefundPaid():
            cash.must_have_credit(book, content)
        case FeeDisputed():
            cash.must_be_disputable(book, content)
        case FeeDisputeWithdrawn():
            cash.must_be_in_dispute(book, content)
        case FeeCredited():
            cash.must_be_creditable(book, content)
        case _ if isinstance(content, AllocationData):
            allocations.must_be_open(book, content)
        case WriteOffRequested() | WriteOffApproved():
            claims.must_fit_the_invoice(book, content)
        case SettlementApproved() | SettlementPaid():
            settlements.must_be_owed(book, content)
        case SettlementReturned():
            settlements.must_be_what_was_paid(book, content)
        case PeriodClosed():
            periods.must_be_current(book, content)
        case _:
            pass
