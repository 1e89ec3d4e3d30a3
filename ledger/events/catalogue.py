"""The catalogue: every event that can be stored, by its type.

A stored name is a type and a schema number, `child.enrolled.v1`. Stored names never change; a new
shape is a new name with an upcast. Schema 2 is schema 1 with values of a child sealed. Facts come
from clients; decisions only from the rules.
"""

from typing import Final

from ledger.events import (
    cash,
    children,
    claims,
    decisions,
    delivery,
    people,
    periods,
    privacy,
    rules,
    samples,
    settlements,
    terms,
)

SCHEMA: Final = 1
SEALED_SCHEMA: Final = 2

TermsData = (
    terms.ContractSigned
    | terms.FunderJoined
    | terms.CohortOpened
    | terms.RateCardIssued
    | terms.SharesSet
    | terms.CapSet
    | delivery.OrderPlaced
    | privacy.RetentionSet
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
    | cash.RefundPaid
    | cash.FeeInvoiced
    | cash.FeeDisputed
    | cash.FeeDisputeWithdrawn
    | cash.FeeCredited
    | cash.FeePaid
)
AllocationData = (
    cash.ReceiptAllocated | cash.ReceiptUnallocated | claims.CreditApplied | claims.CreditRefunded
)
SampleData = samples.SampleDrawn | samples.SampleJudged | samples.SampleClosed
ClaimData = (
    claims.ClaimDrafted
    | claims.ClaimSubmitted
    | claims.ClaimWithdrawn
    | claims.ClaimLineQueried
    | claims.ClaimLineCleared
    | claims.ClaimLineRejected
    | claims.ClaimApproved
    | SampleData
    | claims.WriteOffRequested
    | claims.WriteOffApproved
)
SettlementData = (
    settlements.SettlementDrafted
    | settlements.SettlementWithdrawn
    | settlements.SettlementApproved
    | settlements.SettlementPaid
    | settlements.SettlementReturned
)
BankData = settlements.PartnerBankSet | settlements.PartnerBankConfirmed
PeriodData = periods.PeriodClosed | periods.PeriodReopened
ErasureData = privacy.ErasureRequested | privacy.ErasureDeclined
FactData = (
    ChildData
    | AllocationData
    | TermsData
    | CashData
    | ClaimData
    | SettlementData
    | BankData
    | ErasureData
    | PeriodData
    | rules.RulesAdopted
    | delivery.RegisterSubmitted
    | people.FactVoided
)
MoneyDecisionData = (
    decisions.PaymentReleased
    | decisions.PaymentReversed
    | decisions.PaymentWithheld
    | decisions.PaymentLapsed
    | decisions.PaymentEvidenceChanged
    | decisions.FeeAccrued
    | decisions.FeeReversed
)
ClaimDecisionData = (
    claims.ClaimCollected
    | claims.ClaimReduced
    | samples.SampleSelected
    | claims.InvoiceIssued
    | claims.CreditNoteIssued
    | claims.InvoiceWrittenOff
)
SettlementDecisionData = (
    settlements.SettlementCollected | settlements.PartnerSettled | settlements.PartnerUnsettled
)
DecisionData = MoneyDecisionData | ClaimDecisionData | SettlementDecisionData | privacy.ChildErased
EventData = FactData | DecisionData

BY_DOORS: Final = (privacy.ErasureRequested, privacy.ErasureDeclined, periods.PeriodClosed)
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
    "receipt.unallocated": cash.ReceiptUnallocated,
    "refund.paid": cash.RefundPaid,
    "fee.invoiced": cash.FeeInvoiced,
    "fee.disputed": cash.FeeDisputed,
    "fee.dispute_withdrawn": cash.FeeDisputeWithdrawn,
    "fee.credited": cash.FeeCredited,
    "fee.paid": cash.FeePaid,
    "claim.drafted": claims.ClaimDrafted,
    "claim.submitted": claims.ClaimSubmitted,
    "claim.withdrawn": claims.ClaimWithdrawn,
    "claim.line_queried": claims.ClaimLineQueried,
    "claim.line_cleared": claims.ClaimLineCleared,
    "claim.line_rejected": claims.ClaimLineRejected,
    "claim.approved": claims.ClaimApproved,
    "sample.drawn": samples.SampleDrawn,
    "sample.judged": samples.SampleJudged,
    "sample.closed": samples.SampleClosed,
    "credit.applied": claims.CreditApplied,
    "credit.refunded": claims.CreditRefunded,
    "write_off.requested": claims.WriteOffRequested,
    "write_off.approved": claims.WriteOffApproved,
    "partner.bank_set": settlements.PartnerBankSet,
    "partner.bank_confirmed": settlements.PartnerBankConfirmed,
    "settlement.drafted": settlements.SettlementDrafted,
    "settlement.withdrawn": settlements.SettlementWithdrawn,
    "settlement.approved": settlements.SettlementApproved,
    "settlement.paid": settlements.SettlementPaid,
    "settlement.returned": settlements.SettlementReturned,
    "period.closed": periods.PeriodClosed,
    "period.reopened": periods.PeriodReopened,
    "rules.adopted": rules.RulesAdopted,
    "retention.set": privacy.RetentionSet,
    "erasure.requested": privacy.ErasureRequested,
    "erasure.declined": privacy.ErasureDeclined,
}
APPENDED: Final = {name: shape for name, shape in FACTS.items() if shape not in BY_DOORS}
"""What clients append; the rest is made by doors of its own."""
DECISIONS: Final[dict[str, type[DecisionData]]] = {
    "payment.released": decisions.PaymentReleased,
    "payment.reversed": decisions.PaymentReversed,
    "payment.withheld": decisions.PaymentWithheld,
    "payment.lapsed": decisions.PaymentLapsed,
    "payment.evidence_changed": decisions.PaymentEvidenceChanged,
    "fee.accrued": decisions.FeeAccrued,
    "fee.reversed": decisions.FeeReversed,
    "claim.collected": claims.ClaimCollected,
    "claim.reduced": claims.ClaimReduced,
    "sample.selected": samples.SampleSelected,
    "invoice.issued": claims.InvoiceIssued,
    "credit_note.issued": claims.CreditNoteIssued,
    "invoice.written_off": claims.InvoiceWrittenOff,
    "settlement.collected": settlements.SettlementCollected,
    "partner.settled": settlements.PartnerSettled,
    "partner.unsettled": settlements.PartnerUnsettled,
    "child.erased": privacy.ChildErased,
}
EVENTS: Final[dict[str, type[EventData]]] = {**FACTS, **DECISIONS}
SEALED: Final = (
    "child.withdrawn",
    "measurement.recorded",
    "measurement.corrected",
    "evidence.attached",
)
STORED_NAMES: Final = (
    *(f"{name}.v{SCHEMA}" for name in EVENTS),
    *(f"{name}.v{SEALED_SCHEMA}" for name in SEALED),
)
TYPE_OF: Final[dict[type[EventData], str]] = {shape: name for name, shape in EVENTS.items()}
