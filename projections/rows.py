"""The rows of the read tables, one type a table, without ledger and generation.

Rows are only ever added. `Page` collects the rows of one batch, by table.
"""

import datetime
from collections import defaultdict
from typing import Final, NamedTuple

from projections.claim_rows import CLAIM_TABLES, ClaimRow
from projections.sample_rows import SAMPLE_TABLES, SampleRow
from projections.settlement_rows import SETTLEMENT_TABLES, SettlementRow

OFFSETS_PER_SLOT: Final = 32_768
POSTINGS_PER_CURVE: Final = 2_048


class Terms(NamedTuple):
    """A terms event as stored: contract, funder, cohort, card, shares, cap or order."""

    version: int
    type: str
    contract: str
    effective_on: datetime.date
    stored: bytes


class Payment(NamedTuple):
    """A payment as released (P..) or withheld (W..), for ever with its original amounts."""

    payment: str
    version: int
    contract: str
    child: str | None
    trigger: str
    kind: str
    reference: str | None
    reason: str | None
    effective_on: datetime.date
    card: str
    share_set: int | None
    rule_version: int
    amount_minor: int
    funded_minor: int
    unfunded_minor: int
    split: str
    carries: str | None
    evidence: str
    area: str | None = None


class PaymentChange(NamedTuple):
    """What became of a payment: reversed, gone (when it was withheld), or other evidence."""

    payment: str
    version: int
    change: str
    evidence: str | None
    area: str | None = None


class PaymentShare(NamedTuple):
    """One funder's part of a released payment; `version` is the release."""

    version: int
    contract: str
    funder: str
    amount_minor: int
    unfunded_minor: int


class Series(NamedTuple):
    """An account of a fund and contract, told apart by what is posted there (`detail`).

    Series of the book `memo` are no accounts: exact shares (whose amounts count as parts of
    parts_total), amounts and unfunded amounts of payments, disputes, and fees over a limit. A
    series of the book `prior_period` goes with one of the journal: it takes what was posted late
    from its effective day to the day it is posted on.
    """

    series: int
    book: str
    account: str
    contract: str
    fund: str
    funder: str | None
    partner: str | None
    detail: str
    parts: int
    parts_total: int


class Posting(NamedTuple):
    """The n-th amount of a series; `line` numbers the lines of one event.

    `posted_on` is None where that is the effective day: everywhere but behind a closed period.
    """

    series: int
    n: int
    version: int
    line: int
    effective_on: datetime.date
    child: str | None
    amount_minor: int
    posted_on: datetime.date | None = None


class Curve(NamedTuple):
    """What a series stood at by each day, after its posting number `upto_n`; never changed."""

    series: int
    version: int
    upto_n: int
    days: list[datetime.date]
    balances: list[int]


class Cash(NamedTuple):
    """A fact about money that came in or went out, with the fund it was posted to.

    `name` is the receipt, the invoice or the credit note.
    """

    version: int
    type: str
    contract: str
    funder: str | None
    partner: str | None
    name: str | None
    fund: str
    bank_account: str | None
    effective_on: datetime.date
    amount_minor: int


class ChildStep(NamedTuple):
    """A step of a child's path: enrolled, transferred, withdrawn or completed."""

    version: int
    contract: str
    child: str
    step: str
    effective_on: datetime.date
    cohort: str | None
    school: str | None
    borough: str | None


class Void(NamedTuple):
    """A fact that counts no more, since `version`."""

    voided: int
    version: int


class Measurement(NamedTuple):
    """A score as recorded or corrected; `value` is the JSON that the log has: mostly sealed."""

    version: int
    contract: str
    child: str
    area: str
    point: str
    informant: str | None
    correction: bool
    effective_on: datetime.date
    received_on: datetime.date
    actor: str
    value: str


class Verification(NamedTuple):
    """A verdict on a trigger or an area."""

    version: int
    contract: str
    child: str
    trigger: str | None
    area: str | None
    verdict: str
    effective_on: datetime.date
    actor: str


class Erasure(NamedTuple):
    """A step on the way to a child's erasure: requested, declined or erased."""

    version: int
    child: str
    step: str
    basis: str | None
    scope: str | None
    effective_on: datetime.date
    actor: str


class Period(NamedTuple):
    """A step of a period of a contract, or of the whole ledger: closed, or reopened.

    Only a closing has a hardness, a version, a root and a trial balance; only a reopening a reason.
    """

    version: int
    step: str
    contract: str | None
    first_on: datetime.date
    last_on: datetime.date
    hardness: str | None
    at_version: int | None
    root: str | None
    trial_balance: str | None
    reason_code: str | None
    effective_on: datetime.date
    actor: str


class IndexSlot(NamedTuple):
    """Which versions of one slot of 32,768 concern a subject, as offsets from its first."""

    subject: str
    slot: int
    offsets: list[int]


Row = (
    ClaimRow
    | SampleRow
    | SettlementRow
    | Terms
    | Payment
    | PaymentChange
    | PaymentShare
    | Series
    | Posting
    | Curve
    | Cash
    | ChildStep
    | Void
    | Measurement
    | Verification
    | Erasure
    | Period
)
TABLES: Final[dict[type[Row], str]] = {
    Terms: "terms",
    Payment: "payments",
    PaymentChange: "payment_changes",
    PaymentShare: "payment_shares",
    Series: "series",
    Posting: "postings",
    Curve: "curves",
    Cash: "cash",
    ChildStep: "child_steps",
    Void: "voids",
    Measurement: "measurements",
    Verification: "verifications",
    Erasure: "erasures",
    **CLAIM_TABLES,
    **SAMPLE_TABLES,
    **SETTLEMENT_TABLES,
    Period: "periods",
}


class Page:
    """The rows that a batch of events adds. A batch stays within one slot of the index."""

    def __init__(self, slot: int) -> None:
        """Start empty."""
        self.slot = slot
        self.rows: dict[type[Row], list[Row]] = {kind: [] for kind in TABLES}
        self.index: defaultdict[str, list[int]] = defaultdict(list)
        self._first = slot * OFFSETS_PER_SLOT + 1

    def add(self, row: Row) -> None:
        """Add one row to its table."""
        self.rows[type(row)].append(row)

    def note(self, version: int, *subjects: str) -> None:
        """Say that a version concerns these subjects."""
        offset = version - self._first
        for subject in subjects:
            self.index[subject].append(offset)

    def slots(self) -> list[IndexSlot]:
        """The entries of the index."""
        return [IndexSlot(subject, self.slot, offsets) for subject, offsets in self.index.items()]


def slot_of(version: int) -> int:
    """The slot of the index that a version is in."""
    return (version - 1) // OFFSETS_PER_SLOT
