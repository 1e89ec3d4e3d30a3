"""The catalogue: every event that can be stored, by its type.

A stored name is a type and a schema number, `child.enrolled.v1`. Stored names never change; a new
shape is a new name with an upcast. Facts come from clients; decisions only from the rules.
"""

from typing import Final

from ledger.events import cash, children, decisions, delivery, people, terms

SCHEMA: Final = 1

TermsData = (
    terms.ContractSigned
    | terms.FunderJoined
    | terms.CohortOpened
    | terms.RateCardIssued
    | terms.SharesSet
    | terms.CapSet
    | delivery.OrderPlaced
)
PathData = (
    children.ChildEnrolled
    | children.ChildWithdrawn
    | children.ChildCompleted
    | children.MeasurementCorrected
    | children.EvidenceAttached
)
ChildData = (
    PathData
    | children.InteractionRecorded
    | children.MeasurementRecorded
    | children.ChildTransferred
    | children.PlanAgreed
    | people.VerificationRecorded
    | people.PaymentDecided
)
CashData = (
    cash.GrantAgreed
    | cash.ReceiptRecorded
    | cash.ReceiptAllocated
    | cash.RefundPaid
    | cash.FeeInvoiced
    | cash.FeeDisputed
    | cash.FeeCredited
    | cash.FeePaid
)
FactData = ChildData | TermsData | CashData | delivery.RegisterSubmitted | people.FactVoided
DecisionData = (
    decisions.PaymentReleased
    | decisions.PaymentReversed
    | decisions.PaymentWithheld
    | decisions.PaymentLapsed
    | decisions.PaymentEvidenceChanged
    | decisions.FeeAccrued
    | decisions.FeeReversed
)
EventData = FactData | DecisionData

FACTS: Final[dict[str, type[FactData]]] = {
    "contract.signed": terms.ContractSigned,
    "funder.joined": terms.FunderJoined,
    "cohort.opened": terms.CohortOpened,
    "rate_card.issued": terms.RateCardIssued,
    "shares.set": terms.SharesSet,
    "cap.set": terms.CapSet,
    "child.enrolled": children.ChildEnrolled,
    "child.transferred": children.ChildTransferred,
    "child.withdrawn": children.ChildWithdrawn,
    "child.completed": children.ChildCompleted,
    "plan.agreed": children.PlanAgreed,
    "interaction.recorded": children.InteractionRecorded,
    "order.placed": delivery.OrderPlaced,
    "register.submitted": delivery.RegisterSubmitted,
    "measurement.recorded": children.MeasurementRecorded,
    "measurement.corrected": children.MeasurementCorrected,
    "evidence.attached": children.EvidenceAttached,
    "verification.recorded": people.VerificationRecorded,
    "payment.decided": people.PaymentDecided,
    "fact.voided": people.FactVoided,
    "grant.agreed": cash.GrantAgreed,
    "receipt.recorded": cash.ReceiptRecorded,
    "receipt.allocated": cash.ReceiptAllocated,
    "refund.paid": cash.RefundPaid,
    "fee.invoiced": cash.FeeInvoiced,
    "fee.disputed": cash.FeeDisputed,
    "fee.credited": cash.FeeCredited,
    "fee.paid": cash.FeePaid,
}
DECISIONS: Final[dict[str, type[DecisionData]]] = {
    "payment.released": decisions.PaymentReleased,
    "payment.reversed": decisions.PaymentReversed,
    "payment.withheld": decisions.PaymentWithheld,
    "payment.lapsed": decisions.PaymentLapsed,
    "payment.evidence_changed": decisions.PaymentEvidenceChanged,
    "fee.accrued": decisions.FeeAccrued,
    "fee.reversed": decisions.FeeReversed,
}
EVENTS: Final[dict[str, type[EventData]]] = {**FACTS, **DECISIONS}
TYPE_OF: Final[dict[type[EventData], str]] = {shape: name for name, shape in EVENTS.items()}
