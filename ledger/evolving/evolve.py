"""`evolve`: apply one event to the book."""

from typing import Final, assert_never

from ledger.child import Child
from ledger.contract import Contract
from ledger.events.cash import (
    FeeCredited,
    FeeDisputed,
    FeeDisputeWithdrawn,
    FeeInvoiced,
    FeePaid,
    GrantAgreed,
    ReceiptAllocated,
    ReceiptRecorded,
    ReceiptUnallocated,
    RefundPaid,
)
from ledger.events.catalogue import (
    AllocationData,
    CashData,
    ChildData,
    ClaimData,
    ClaimDecisionData,
    EventData,
    MoneyDecisionData,
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
from ledger.events.claims import CreditApplied, CreditRefunded
from ledger.events.codec import AnyEvent
from ledger.events.decisions import (
    FeeAccrued,
    FeeReversed,
    PaymentEvidenceChanged,
    PaymentLapsed,
    PaymentReleased,
    PaymentReversed,
    PaymentWithheld,
)
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.people import FactVoided, PaymentDecided, VerificationRecorded
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.events.privacy import ChildErased, ErasureDeclined, ErasureRequested, RetentionSet
from ledger.events.rules import RulesAdopted
from ledger.events.sealed import is_unreadable
from ledger.events.settlements import PartnerBankConfirmed, PartnerBankSet
from ledger.events.terms import (
    CapSet,
    CohortOpened,
    ContractSigned,
    FunderJoined,
    RateCardIssued,
    SharesSet,
)
from ledger.evolving import (
    cash,
    children,
    delivery,
    payments,
    periods,
    privacy,
    rules,
    settlements,
    terms,
    voiding,
)
from ledger.evolving.allocations import evolve_allocation
from ledger.evolving.evolve_claim import evolve_claim
from ledger.evolving.evolve_settlement import AboutSettlement, evolve_settlement
from ledger.invariants import present
from ledger.state import Book

OF_NO_CONTRACT: Final = (
    ReceiptAllocated,
    ReceiptUnallocated,
    CreditApplied,
    CreditRefunded,
    ErasureRequested,
    ErasureDeclined,
    ChildErased,
    PartnerBankSet,
    PartnerBankConfirmed,
    PeriodClosed,
    PeriodReopened,
    RulesAdopted,
)


def evolve(book: Book, event: AnyEvent) -> None:
    """Apply an event. It has happened: nothing here refuses."""
    content: EventData = event.data
    if isinstance(content, OF_NO_CONTRACT):
        book.enter(event, None)
        _of_no_contract(book, event, content)
        return
    if isinstance(content, ContractSigned):
        book.enter(event, None)
        terms.contract_is_signed(book, content)
        return
    contract = book.contracts[content.contract]
    if isinstance(content, ChildEnrolled):
        _enrol(book, contract, event, content)
        return
    reference = getattr(content, "child", None)
    child = None if reference is None else contract.children[reference]
    book.enter(event, child)
    _apply(book, contract, child, event)
    if child is not None and is_unreadable(content):
        privacy.freeze(book, child.reference)


def _of_no_contract(
    book: Book,
    event: AnyEvent,
    content: AllocationData
    | ErasureRequested
    | ErasureDeclined
    | ChildErased
    | PartnerBankSet
    | PartnerBankConfirmed
    | PeriodClosed
    | PeriodReopened
    | RulesAdopted,
) -> None:
    """What names a receipt, a child or a partner wherever it is, or perhaps the whole ledger."""
    match content:
        case _ if isinstance(content, AllocationData):
            evolve_allocation(book, event, content)
        case ErasureRequested():
            privacy.erasure_is_requested(book, event, content)
        case ErasureDeclined():
            privacy.erasure_is_over(book, content.child)
        case ChildErased():
            privacy.child_is_erased(book, content)
        case PartnerBankSet():
            settlements.bank_is_set(book, event, content)
        case PartnerBankConfirmed():
            settlements.bank_is_confirmed(book, content)
        case PeriodClosed() | PeriodReopened():
            periods.period_is_closed_or_reopened(book, event, content)
        case RulesAdopted():
            rules.rules_are_adopted(book, content)
        case _:
            assert_never(content)


def _enrol(book: Book, contract: Contract, event: AnyEvent, content: ChildEnrolled) -> None:
    children.child_is_enrolled(book, contract, event, content)
    book.enter(event, contract.children[content.child])


def _apply(book: Book, contract: Contract, child: Child | None, event: AnyEvent) -> None:
    content: EventData = event.data
    match content:
        case InteractionRecorded() | MeasurementRecorded() if child is not None:
            _child(book, contract, child, event)  # nine of ten facts: asked first
        case RegisterSubmitted():
            delivery.register_is_submitted(book, contract, event, content)
        case FactVoided():
            voiding.fact_is_voided(book, contract, content.version)
        case EvidenceAttached():
            pass  # a digest is for the auditor; no rule reads it
        case _ if isinstance(content, MoneyDecisionData):
            _decided(book, contract, event, content)
        case (
            FunderJoined()
            | CohortOpened()
            | RateCardIssued()
            | SharesSet()
            | CapSet()
            | OrderPlaced()
            | RetentionSet()
        ):
            _terms(book, contract, event, content)
        case _ if isinstance(content, CashData):
            _cash(book, contract, event, content)
        case _ if isinstance(content, ClaimData | ClaimDecisionData):
            evolve_claim(book, contract, event)
        case _ if isinstance(content, AboutSettlement):
            evolve_settlement(book, contract, event)
        case _:
            _child(book, contract, present(child, "every other event is about a child"), event)


def _child(book: Book, contract: Contract, child: Child, event: AnyEvent) -> None:
    content: ChildData = event.data
    match content:
        case InteractionRecorded():
            children.interaction_takes_place(book, child, event, content)
        case MeasurementRecorded():
            children.score_is_measured(book, child, event, content)
        case VerificationRecorded():
            children.verdict_is_given(book, child, event, content)
        case MeasurementCorrected():
            children.score_is_corrected(book, child, event, content)
        case ChildTransferred():
            children.child_moves(book, contract, child, event, content)
        case ChildWithdrawn():
            children.child_withdraws(book, child, event)
        case ChildCompleted():
            children.child_completes(book, child, event)
        case PaymentDecided():
            children.ruling_is_given(book, child, event, content)
        case PlanAgreed() | EvidenceAttached() | ChildEnrolled():
            pass  # no rule reads a plan or a digest; an enrolment was applied before
        case _:
            assert_never(content)


def _terms(
    book: Book,
    contract: Contract,
    event: AnyEvent,
    content: FunderJoined
    | CohortOpened
    | RateCardIssued
    | SharesSet
    | CapSet
    | OrderPlaced
    | RetentionSet,
) -> None:
    match content:
        case FunderJoined():
            terms.funder_joins(book, contract, content)
        case CohortOpened():
            terms.cohort_opens(book, contract, content)
        case RateCardIssued():
            terms.card_is_issued(book, contract, event, content)
        case SharesSet():
            terms.shares_are_set(book, contract, event, content)
        case CapSet():
            terms.cap_is_set(book, contract, event, content)
        case OrderPlaced():
            terms.order_is_placed(book, contract, event, content)
        case RetentionSet():
            pass  # what is due for erasure is a projection; no rule reads it
        case _:
            assert_never(content)


def _cash(book: Book, contract: Contract, event: AnyEvent, content: CashData) -> None:
    match content:
        case GrantAgreed():
            cash.grant_is_agreed(book, contract, event, content)
        case ReceiptRecorded():
            cash.receipt_arrives(book, contract, event, content)
        case RefundPaid():
            cash.refund_goes_out(book, contract, event, content)
        case FeeInvoiced():
            cash.invoice_comes_in(book, contract, content)
        case FeeDisputed():
            cash.invoice_is_disputed(book, content)
        case FeeDisputeWithdrawn():
            cash.dispute_is_withdrawn(book, content)
        case FeeCredited():
            cash.invoice_is_credited(book, content)
        case FeePaid():
            settlements.partner_is_paid(book, contract, content)
        case _:
            assert_never(content)


def _decided(book: Book, contract: Contract, event: AnyEvent, content: MoneyDecisionData) -> None:
    match content:
        case PaymentReleased():
            payments.payment_is_released(book, contract, event, content)
        case PaymentReversed():
            payments.payment_is_reversed(book, contract, event, content)
        case PaymentWithheld():
            payments.payment_is_withheld(book, contract, event, content)
        case PaymentLapsed():
            payments.payment_lapses(book, contract, content)
        case PaymentEvidenceChanged():
            payments.payment_rests_anew(book, contract, content)
        case FeeAccrued():
            delivery.fee_accrues(book, contract, event, content)
            settlements.fee_can_be_settled(book, contract, event, content)
        case FeeReversed():
            delivery.fee_is_reversed(book, contract, content)
            settlements.fee_can_be_settled(book, contract, event, content)
        case _:
            assert_never(content)
