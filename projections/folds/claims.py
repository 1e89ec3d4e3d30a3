"""Claims: their steps, what they hold, what came off them, and the invoices that followed."""

import msgspec

from ledger.events.cash import ReceiptAllocated, ReceiptUnallocated
from ledger.events.catalogue import AllocationData
from ledger.events.claims import (
    ClaimApproved,
    ClaimCollected,
    ClaimDrafted,
    ClaimLineCleared,
    ClaimLineQueried,
    ClaimReduced,
    ClaimSubmitted,
    ClaimWithdrawn,
    CreditApplied,
    CreditNoteIssued,
    CreditRefunded,
    InvoiceIssued,
    InvoiceWrittenOff,
)
from ledger.events.codec import AnyEvent
from projections.claim_rows import (
    ClaimContent,
    ClaimLine,
    ClaimReduction,
    ClaimStep,
    Invoice,
    InvoiceChange,
)
from projections.folds.bearings import Bearings
from projections.rows import Page

Steps = (
    ClaimDrafted
    | ClaimSubmitted
    | ClaimWithdrawn
    | ClaimApproved
    | ClaimLineQueried
    | ClaimLineCleared
)


def record_claim(event: AnyEvent, bearings: Bearings, page: Page) -> None:
    """Add what an event says of a claim or an invoice."""
    match event.data:
        case ClaimCollected() as collected:
            _collect(event, collected, page)
        case ClaimReduced() as reduced:
            page.add(_reduction(event, reduced))
            if reduced.payment is not None:  # by hand, or because it failed in a sample
                page.add(_step(event, reduced, "rejected"))
        case InvoiceIssued() | CreditNoteIssued() as issued:
            page.add(_invoice(event, issued, bearings))
        case _ if isinstance(event.data, AllocationData | InvoiceWrittenOff):
            page.add(_change(event, event.data, bearings))
        case _ if isinstance(event.data, Steps):
            step = event.type.removeprefix("claim.").removeprefix("line_")
            page.add(_step(event, event.data, step))
        case _:
            pass
    bearings.learn_claim(event)


def _collect(event: AnyEvent, collected: ClaimCollected, page: Page) -> None:
    page.add(
        ClaimContent(
            version=event.version,
            contract=collected.contract,
            claim=collected.claim,
            upto=collected.upto,
            known_version=collected.known_at,
            effective_on=event.effective_on,
            amount_minor=collected.amount_minor,
            funded_minor=collected.funded_minor,
            unfunded_minor=collected.unfunded_minor,
            funders=msgspec.json.encode(collected.funders).decode(),
        )
    )
    for versions, adjustment in ((collected.lines, False), (collected.adjustments, True)):
        for version in versions:
            page.add(
                ClaimLine(
                    version=event.version,
                    line=version,
                    contract=collected.contract,
                    claim=collected.claim,
                    adjustment=adjustment,
                )
            )


def _reduction(event: AnyEvent, reduced: ClaimReduced) -> ClaimReduction:
    return ClaimReduction(
        version=event.version,
        contract=reduced.contract,
        claim=reduced.claim,
        payment=reduced.payment,
        sample=reduced.sample,
        effective_on=event.effective_on,
        amount_minor=reduced.amount_minor,
        funded_minor=reduced.funded_minor,
        unfunded_minor=reduced.unfunded_minor,
        funders=msgspec.json.encode(reduced.funders).decode(),
    )


def _invoice(
    event: AnyEvent, issued: InvoiceIssued | CreditNoteIssued, bearings: Bearings
) -> Invoice:
    is_invoice = isinstance(issued, InvoiceIssued)
    return Invoice(
        version=event.version,
        kind="invoice" if is_invoice else "credit_note",
        contract=issued.contract,
        claim=issued.claim,
        funder=issued.funder,
        name=issued.invoice if isinstance(issued, InvoiceIssued) else issued.credit_note,
        amount_minor=issued.amount_minor,
        reference=issued.reference,
        issued_on=event.effective_on,
        due_on=issued.due_on if isinstance(issued, InvoiceIssued) else None,
        posted_on=bearings.posted_on(issued.contract, event.effective_on),
    )


def _change(
    event: AnyEvent, settled: AllocationData | InvoiceWrittenOff, bearings: Bearings
) -> InvoiceChange:
    """What an invoice, or a credit note, is less by; more by what is taken back."""
    amount_minor = settled.amount_minor
    match settled:
        case ReceiptAllocated():
            document, change, source = settled.invoice, "allocated", settled.receipt
        case ReceiptUnallocated():
            document, change, source = settled.invoice, "allocated", settled.receipt
            amount_minor = -amount_minor
        case CreditApplied():
            document, change, source = settled.invoice, "credited", settled.credit_note
        case CreditRefunded():
            document, change, source = settled.credit_note, "refunded", settled.credit_note
        case InvoiceWrittenOff():
            document, change, source = settled.invoice, "written_off", settled.write_off
    return InvoiceChange(
        version=event.version,
        invoice=document,
        change=change,
        source=source,
        effective_on=event.effective_on,
        amount_minor=amount_minor,
        posted_on=bearings.posted_on(_contract_of(document, bearings), event.effective_on),
    )


def _contract_of(document: str, bearings: Bearings) -> str:
    """The contract of an invoice, or of a credit note."""
    return bearings.invoiced.get(document) or bearings.noted[document][0]


def _step(event: AnyEvent, done: Steps | ClaimReduced, step: str) -> ClaimStep:
    return ClaimStep(
        version=event.version,
        contract=done.contract,
        claim=done.claim,
        step=step,
        payment=getattr(done, "payment", None),
        effective_on=event.effective_on,
        actor=event.actor,
    )
