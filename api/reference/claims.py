"""Claims, made up: one after each published period, as it was known then; and what was received.

Finance drafts and submits, the funders' panel approves ten days later. What was corrected after a
claim is in the next one. Two more facts of life: funders pay late, short, too much or two invoices
at once, and what they overpaid is used for the next invoice.
"""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.reference import published
from api.reference.intakes import CONTRACT
from api.reference.written import Written, written

FINANCE: Final = "finance"
PANEL: Final = "funders-panel"
DRAFTED_AFTER: Final = datetime.timedelta(days=8)
SUBMITTED_AFTER: Final = datetime.timedelta(days=2)
APPROVED_AFTER: Final = datetime.timedelta(days=10)
PAID_BEFORE_DUE: Final = datetime.timedelta(days=2)
MISSING_MINOR: Final = 50_000
WHOLE_MINOR: Final = 100_000


def claims() -> Iterator[Written]:
    """A claim for each published period, from draft to approval."""
    for row in published.payments():
        yield from _claim(row.last_on)


def _claim(upto: datetime.date) -> Iterator[Written]:
    name = f"{upto:%Y-%m}"
    content = {"contract": CONTRACT, "claim": name}
    drafted_on = upto + DRAFTED_AFTER
    draft = {**content, "upto": upto.isoformat()}
    yield written(FINANCE, "claim.drafted", f"claim:{name}:drafted", drafted_on, draft)
    submitted_on = drafted_on + SUBMITTED_AFTER
    submitted = f"claim:{name}:submitted"
    yield written(FINANCE, "claim.submitted", submitted, submitted_on, content)
    approved_on = submitted_on + APPROVED_AFTER
    yield written(PANEL, "claim.approved", f"claim:{name}:approved", approved_on, content)


@dataclass(frozen=True, slots=True)
class Issued:
    """An invoice as the ledger issued it."""

    invoice: str
    claim: str
    funder: str
    amount_minor: int
    due_on: datetime.date


@dataclass(frozen=True, slots=True)
class Paid:
    """One receipt: what it pays of which invoices, and what was paid too much; in minor units."""

    parts: tuple[tuple[Issued, int], ...]
    over_minor: int = 0


def receipts(invoices: Iterable[Issued]) -> Iterator[Written]:
    """What the funders paid for these invoices, and how it was allocated."""
    by_funder: dict[str, list[Issued]] = {}
    for invoice in invoices:
        by_funder.setdefault(invoice.funder, []).append(invoice)
    for funder, owed in by_funder.items():
        for paid in HABITS.get(funder, _each)(owed):
            yield from _received(paid)


def _each(owed: Sequence[Issued]) -> Iterator[Paid]:
    """Every invoice is paid by itself."""
    for invoice in owed:
        yield Paid(((invoice, invoice.amount_minor),))


def _short_once(owed: Sequence[Issued]) -> Iterator[Paid]:
    """The first invoice is paid 500.00 short; what is missing comes with the second."""
    first, *others = owed
    yield Paid(((first, first.amount_minor - MISSING_MINOR),))
    for second in others[:1]:
        yield Paid(((first, MISSING_MINOR), (second, second.amount_minor)))
    yield from _each(others[1:])


def _over_once(owed: Sequence[Issued]) -> Iterator[Paid]:
    """The first invoice is paid up to the next thousand pounds; the rest stays credit."""
    first, *others = owed
    yield Paid(((first, first.amount_minor),), -first.amount_minor % WHOLE_MINOR)
    yield from _each(others)


def _two_at_once(owed: Sequence[Issued]) -> Iterator[Paid]:
    """The first two invoices are paid by one receipt."""
    if len(owed) > 1:
        yield Paid(tuple((invoice, invoice.amount_minor) for invoice in owed[:2]))
    yield from _each(owed[2:])


HABITS: Final = {"brent": _short_once, "schools": _over_once, "rbkc": _two_at_once}


def _received(paid: Paid) -> Iterator[Written]:
    """The receipt, two days before the last of its invoices is due, and its allocations."""
    last, _ = paid.parts[-1]
    receipt = f"{last.funder}-{last.claim}"
    day = last.due_on - PAID_BEFORE_DUE
    content: dict[str, Any] = {
        "contract": CONTRACT,
        "funder": last.funder,
        "receipt": receipt,
        "amount_minor": sum(amount for _, amount in paid.parts) + paid.over_minor,
        "reference": last.invoice,
    }
    yield written(FINANCE, "receipt.recorded", f"receipt:{receipt}", day, content)
    for invoice, amount in paid.parts:
        allocated = {"receipt": receipt, "invoice": invoice.invoice, "amount_minor": amount}
        name = f"allocated:{receipt}:{invoice.claim}"
        yield written(FINANCE, "receipt.allocated", name, day, allocated)
