"""The rows of claims, invoices, and what settles them."""

import datetime
from typing import Any, Final, NamedTuple


class ClaimStep(NamedTuple):
    """What somebody did with a claim, or with its line about a payment."""

    version: int
    contract: str
    claim: str
    step: str
    payment: str | None
    effective_on: datetime.date
    actor: str


class ClaimContent(NamedTuple):
    """What a claim collected, with its control totals; `funders` is JSON."""

    version: int
    contract: str
    claim: str
    upto: datetime.date
    known_version: int
    effective_on: datetime.date
    amount_minor: int
    funded_minor: int
    unfunded_minor: int
    funders: str


class ClaimLine(NamedTuple):
    """A line of a claim; `version` is the release's, or the reversal's of an adjustment."""

    version: int
    line: int
    contract: str
    claim: str
    adjustment: bool


class ClaimReduction(NamedTuple):
    """What came off a claim, for a rejected line or for a sample; negative amounts."""

    version: int
    contract: str
    claim: str
    payment: str | None
    sample: str | None
    effective_on: datetime.date
    amount_minor: int
    funded_minor: int
    unfunded_minor: int
    funders: str


class Invoice(NamedTuple):
    """An invoice to a funder, or a credit note; `posted_on` where that is another day (0021)."""

    version: int
    kind: str
    contract: str
    claim: str
    funder: str
    name: str
    amount_minor: int
    reference: str
    issued_on: datetime.date
    due_on: datetime.date | None
    posted_on: datetime.date | None


class InvoiceChange(NamedTuple):
    """What settled a part of an invoice: a receipt, a credit note, a write-off (`source`).

    An allocation that is taken back is negative. A credit note that is paid out is less by itself.

    `posted_on` is there where it is another day than the effective one (0021).
    """

    version: int
    invoice: str
    change: str
    source: str
    effective_on: datetime.date
    amount_minor: int
    posted_on: datetime.date | None


ClaimRow = ClaimStep | ClaimContent | ClaimLine | ClaimReduction | Invoice | InvoiceChange
CLAIM_TABLES: Final[dict[type[Any], str]] = {
    ClaimStep: "claim_steps",
    ClaimContent: "claim_contents",
    ClaimLine: "claim_lines",
    ClaimReduction: "claim_reductions",
    Invoice: "invoices",
    InvoiceChange: "invoice_changes",
}
