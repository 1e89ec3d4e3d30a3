"""Who may do what: one table, read by the routes and by the tests (`api.md`, the roles).

A route is known by its name; a route that is not in the table is open to nobody. Roles add up: a
key with two roles may do what either may.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from ledger.events.catalogue import APPENDED

ADMIN: Final = "admin"
RECORDER: Final = "recorder"
VERIFIER: Final = "verifier"
FINANCE: Final = "finance"
APPROVER: Final = "approver"
AUDITOR: Final = "auditor"
CUSTODIAN: Final = "custodian"
WITNESS: Final = "witness"

ROLES: Final = (ADMIN, RECORDER, VERIFIER, FINANCE, APPROVER, AUDITOR, CUSTODIAN, WITNESS)
BUSINESS: Final = frozenset({VERIFIER, FINANCE, APPROVER, AUDITOR})
WRITERS: Final = frozenset({RECORDER, VERIFIER, FINANCE, APPROVER})

APPENDS: Final[Mapping[str, tuple[str, ...]]] = {
    ADMIN: (),
    RECORDER: (
        "child.enrolled",
        "child.transferred",
        "child.withdrawn",
        "child.completed",
        "plan.agreed",
        "interaction.recorded",
        "register.submitted",
        "measurement.recorded",
        "measurement.corrected",
        "evidence.attached",
    ),
    VERIFIER: ("verification.recorded", "evidence.attached", "sample.judged"),
    FINANCE: (
        "contract.signed",
        "funder.joined",
        "cohort.opened",
        "rate_card.issued",
        "shares.set",
        "cap.set",
        "order.placed",
        "grant.agreed",
        "receipt.recorded",
        "receipt.allocated",
        "receipt.unallocated",
        "refund.paid",
        "fee.invoiced",
        "fee.disputed",
        "fee.dispute_withdrawn",
        "fee.credited",
        "fee.paid",
        "retention.set",
        "claim.drafted",
        "claim.submitted",
        "claim.withdrawn",
        "claim.line_queried",
        "claim.line_cleared",
        "claim.line_rejected",
        "sample.drawn",
        "sample.closed",
        "credit.applied",
        "credit.refunded",
        "write_off.requested",
        "partner.bank_set",
        "settlement.drafted",
        "settlement.withdrawn",
        "settlement.paid",
        "settlement.returned",
    ),
    APPROVER: (
        "payment.decided",
        "fact.voided",
        "claim.approved",
        "write_off.approved",
        "partner.bank_confirmed",
        "settlement.approved",
        "period.reopened",
        "rules.adopted",
    ),
    AUDITOR: (),
    CUSTODIAN: (),
    WITNESS: (),
}
"""Role -> the types of fact that it may append."""

ROUTES: Final[Mapping[str, frozenset[str]]] = {
    "create_key": frozenset({ADMIN}),
    "list_keys": frozenset({ADMIN}),
    "delete_key": frozenset({ADMIN}),
    "metrics": frozenset({ADMIN}),
    "create_ledger": frozenset({ADMIN}),
    "list_ledgers": BUSINESS | {ADMIN},
    "read_ledger": BUSINESS | {ADMIN},
    "append_events": WRITERS,
    "list_events": BUSINESS | {RECORDER},
    "read_event": BUSINESS | {RECORDER},
    "stream_events": BUSINESS | {RECORDER},
    "read_stored_event": BUSINESS | {RECORDER},
    "read_checkpoint": BUSINESS | {WITNESS},
    "read_proof": BUSINESS,
    "read_consistency": BUSINESS | {WITNESS},
    "read_log_key": BUSINESS | {WITNESS, ADMIN},
    "add_cosignature": frozenset({WITNESS, AUDITOR}),
    "add_witness": frozenset({ADMIN}),
    "delete_witness": frozenset({ADMIN}),
    "delete_log_key": frozenset({ADMIN}),
    "add_time_stamp": frozenset({AUDITOR, FINANCE}),
    "list_time_stamps": BUSINESS,
    "list_children": BUSINESS | {RECORDER},
    "read_child": BUSINESS | {RECORDER},
    "read_outcomes": BUSINESS | {RECORDER},
    "list_contracts": BUSINESS,
    "read_contract": BUSINESS,
    "list_funders": BUSINESS,
    "read_funder": BUSINESS,
    "list_partners": BUSINESS,
    "read_partner": BUSINESS,
    "list_payments": BUSINESS,
    "read_payment": BUSINESS,
    "why_payment": BUSINESS,
    "why_fee": BUSINESS,
    "why_invoice": BUSINESS,
    "why_receipt": BUSINESS,
    "why_entry": BUSINESS,
    "read_bought": BUSINESS,
    "read_caused": BUSINESS,
    "read_summary": BUSINESS,
    "read_trial_balance": BUSINESS,
    "list_journal": BUSINESS,
    "read_funder_statement": BUSINESS,
    "read_aged_debtors": BUSINESS,
    "read_aged_creditors": BUSINESS,
    "read_accrued_income": BUSINESS,
    "read_cash_book": BUSINESS,
    "read_activities": BUSINESS,
    "read_export": BUSINESS,
    "read_difference": BUSINESS,
    "draft_claim": frozenset({FINANCE}),
    "submit_claim": frozenset({FINANCE}),
    "withdraw_claim": frozenset({FINANCE}),
    "query_claim_line": frozenset({FINANCE}),
    "clear_claim_line": frozenset({FINANCE}),
    "reject_claim_line": frozenset({FINANCE}),
    "approve_claim": frozenset({APPROVER}),
    "draw_sample": frozenset({FINANCE}),
    "judge_sample": frozenset({VERIFIER}),
    "close_sample": frozenset({FINANCE}),
    "list_samples": BUSINESS,
    "read_sample": BUSINESS,
    "list_claims": BUSINESS,
    "read_claim": BUSINESS,
    "list_claim_lines": BUSINESS,
    "list_invoices": BUSINESS,
    "read_invoice": BUSINESS,
    "list_credit_notes": BUSINESS,
    "list_receipts": BUSINESS,
    "unallocate_receipt": frozenset({FINANCE}),
    "refund_credit_note": frozenset({FINANCE}),
    "draft_settlement": frozenset({FINANCE}),
    "approve_settlement": frozenset({APPROVER}),
    "withdraw_settlement": frozenset({FINANCE}),
    "return_settlement_payment": frozenset({FINANCE}),
    "pay_settlement": frozenset({FINANCE}),
    "list_settlements": BUSINESS,
    "read_settlement": BUSINESS,
    "read_remittance": BUSINESS,
    "close_period": frozenset({FINANCE}),
    "reopen_period": frozenset({APPROVER}),
    "list_periods": BUSINESS,
    "read_rules": BUSINESS,
    "read_period": BUSINESS,
    "read_period_trial_balance": BUSINESS,
    "request_erasure": frozenset({ADMIN}),
    "decline_erasure": frozenset({ADMIN}),
    "read_erasure": BUSINESS | {ADMIN},
    "list_erasures": BUSINESS | {ADMIN},
    "list_due": BUSINESS | {ADMIN},
    "put_identity": frozenset({CUSTODIAN}),
    "read_identity": frozenset({CUSTODIAN}),
    "delete_identity": frozenset({CUSTODIAN}),
    "list_identity_reads": frozenset({CUSTODIAN, AUDITOR}),
    "read_subject_access": frozenset({CUSTODIAN}),
    "report_outcomes": BUSINESS,
    "report_payments": BUSINESS,
    "read_audit_sample": BUSINESS,
    "read_journal_tests": BUSINESS,
}
"""Route -> the roles that may use it."""

SHOWS_SMALLER: Final = frozenset({APPROVER})
"""Who may take a report with numbers below the usual threshold out of the house (0018)."""

OPEN_ROUTES: Final = frozenset({"livez", "readyz", "version", "openapi", "docs"})
"""Routes that need no key (`api.md`, Operating)."""


def may_use(route: str, roles: Iterable[str]) -> bool:
    """Whether any of the roles opens the route."""
    return not ROUTES.get(route, frozenset()).isdisjoint(roles)


def may_append(roles: Iterable[str]) -> frozenset[str]:
    """The types of fact that a key with these roles may append."""
    return frozenset(name for role in roles for name in APPENDS[role] if name in APPENDED)


def sees_own_events_only(roles: Iterable[str]) -> bool:
    """Whether the log is narrowed to what the key itself recorded."""
    return BUSINESS.isdisjoint(roles)
