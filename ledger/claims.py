"""Claims: which payments go into one, and what each funder owes of it (`domain.md` 6; 0033)."""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from ledger.claim import Claim, PaymentEntry
from ledger.contract import Contract
from ledger.creditor_reference import creditor_reference
from ledger.events.claims import (
    ClaimApproved,
    ClaimCollected,
    ClaimDrafted,
    ClaimLineRejected,
    ClaimReduced,
    CreditNoteIssued,
    FunderAmount,
    InvoiceIssued,
    InvoiceWrittenOff,
    WriteOffApproved,
)
from ledger.events.codec import AnyEvent
from ledger.invariants import present
from ledger.releases import Decided
from ledger.state import Book

PAYMENT_DAYS: Final = 30


def claimable(contract: Contract, *, upto: datetime.date, known_at: int) -> list[PaymentEntry]:
    """What may be claimed up to a day, of what was known at a version; in order of version."""
    return [
        entry
        for entry in contract.payment_entries.values()
        if entry.can_be_claimed and entry.version <= known_at and entry.effective_on <= upto
    ]


def days_to_claim(
    contract: Contract, *, upto: datetime.date, known_at: int
) -> Iterator[datetime.date]:
    """The days of what a draft is about to claim.

    A reversal is claimed no earlier than the release, in whichever draft that is by now (0023).
    """
    for entry in claimable(contract, upto=upto, known_at=known_at):
        yield entry.waits_from
        holder = None if entry.reverses is None else contract.payment_entries[entry.reverses].claim
        if holder is not None:
            yield contract.claims[holder].drafted_on


def by_funder(entries: Iterable[PaymentEntry]) -> tuple[FunderAmount, ...]:
    """What each funder owes of some entries; funders in the order in which they first pay."""
    sums: Counter[str] = Counter()
    for entry in entries:
        for share in entry.split:
            sums[share.funder] += share.amount_minor
    return tuple(FunderAmount(funder, amount) for funder, amount in sums.items())


def claim_follows(contract: Contract, event: AnyEvent, terms: ClaimDrafted) -> Iterator[Decided]:
    """A drafted claim collects what can be claimed."""
    known_at = terms.known_at or event.version
    entries = claimable(contract, upto=terms.upto, known_at=known_at)
    funded = by_funder(entries)
    amount = sum(entry.amount_minor for entry in entries)
    funded_minor = sum(share.amount_minor for share in funded)
    collected = ClaimCollected(
        contract=terms.contract,
        claim=terms.claim,
        upto=terms.upto,
        known_at=known_at,
        lines=tuple(entry.version for entry in entries if entry.reverses is None),
        adjustments=tuple(entry.version for entry in entries if entry.reverses is not None),
        amount_minor=amount,
        funded_minor=funded_minor,
        unfunded_minor=amount - funded_minor,
        funders=funded,
        rule_version=contract.rules.version,
    )
    yield Decided(event.effective_on, collected, (event.version,))


def rejection_follows(
    contract: Contract, event: AnyEvent, terms: ClaimLineRejected
) -> Iterator[Decided]:
    """What a rejected line was worth comes off the claim."""
    claim = contract.claims[terms.claim]
    version = present(line_of(contract, claim, terms.payment), "the rejected line is the claim's")
    reduced = comes_off(contract, claim, contract.payment_entries[version])
    yield Decided(event.effective_on, reduced, (event.version, version))


def comes_off(contract: Contract, claim: Claim, line: PaymentEntry) -> ClaimReduced:
    """What a claim is less by when a line comes off it."""
    funders = tuple(FunderAmount(share.funder, -share.amount_minor) for share in by_funder([line]))
    return ClaimReduced(
        contract=contract.terms.contract,
        claim=claim.collected.claim,
        amount_minor=-line.amount_minor,
        funded_minor=-line.funded_minor,
        unfunded_minor=line.funded_minor - line.amount_minor,
        funders=funders,
        rule_version=contract.rules.version,
        payment=line.payment,
    )


def line_of(contract: Contract, claim: Claim, payment: str) -> int | None:
    """The version of a claim's line about a payment."""
    for version in _entries_about(contract, payment):
        if version in claim.lines:
            return version
    return None


def _entries_about(contract: Contract, payment: str) -> Iterator[int]:
    """The versions of a payment's release and reversal; its id says the first, in one spelling."""
    number = payment.removeprefix("P")
    released = contract.payment_entries.get(int(number)) if number.isdecimal() else None
    if released is not None and released.payment == payment:
        yield released.version
        if released.reversed_by is not None:
            yield released.reversed_by


def entries_of(contract: Contract, versions: Sequence[int]) -> list[PaymentEntry]:
    """The entries of some versions."""
    return [contract.payment_entries[version] for version in versions]


def owed(contract: Contract, claim: Claim) -> Iterator[FunderAmount]:
    """What each funder owes of a claim: the lines that stand, less what a sample deducted."""
    deducted = {share.funder: share.amount_minor for share in claim.deducted}
    for share in by_funder(entries_of(contract, claim.standing())):
        amount = share.amount_minor + deducted.get(share.funder, 0)
        yield FunderAmount(share.funder, amount)


def invoices_follow(
    book: Book, contract: Contract, event: AnyEvent, terms: ClaimApproved
) -> Iterator[Decided]:
    """An approved claim is invoiced: one invoice a funder, or a credit note when negative.

    An invoice's id, and the body of its reference, is I and the version that it is stored at; a
    credit note's is N and its version. Whoever owes nothing gets nothing.
    """
    claim = contract.claims[terms.claim]
    for share in owed(contract, claim):
        content = _document(book, contract, claim, share, event.effective_on)
        if content is not None:
            yield Decided(event.effective_on, content, (event.version,))


def _document(
    book: Book, contract: Contract, claim: Claim, share: FunderAmount, day: datetime.date
) -> InvoiceIssued | CreditNoteIssued | None:
    version = book.version + 1
    if share.amount_minor > 0:
        agreed = contract.funders[share.funder].payment_days
        days = agreed if isinstance(agreed, int) else PAYMENT_DAYS
        return InvoiceIssued(
            contract=claim.collected.contract,
            claim=claim.collected.claim,
            funder=share.funder,
            invoice=f"I{version}",
            amount_minor=share.amount_minor,
            reference=creditor_reference(f"I{version}"),
            due_on=day + datetime.timedelta(days=days),
            rule_version=contract.rules.version,
        )
    if share.amount_minor < 0:
        return CreditNoteIssued(
            contract=claim.collected.contract,
            claim=claim.collected.claim,
            funder=share.funder,
            credit_note=f"N{version}",
            amount_minor=-share.amount_minor,
            reference=creditor_reference(f"N{version}"),
            rule_version=contract.rules.version,
        )
    return None


def write_off_follows(book: Book, event: AnyEvent, terms: WriteOffApproved) -> Iterator[Decided]:
    """What two people agreed on comes off the invoice."""
    asked = book.write_offs[terms.write_off].terms
    written_off = InvoiceWrittenOff(
        contract=asked.contract,
        funder=book.invoices[asked.invoice].terms.funder,
        invoice=asked.invoice,
        write_off=asked.write_off,
        amount_minor=asked.amount_minor,
        rule_version=book.contracts[asked.contract].rules.version,
    )
    yield Decided(event.effective_on, written_off, (event.version,))
