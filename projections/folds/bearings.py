"""What the folds remember from batch to batch: funds, orders, cash facts, withheld rows, series.

It is small, follows from the read tables alone, and is read from them when a runner starts.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate

from ledger.events.claims import (
    ClaimCollected,
    ClaimReduced,
    ClaimSubmitted,
    CreditNoteIssued,
    FunderAmount,
    InvoiceIssued,
)
from ledger.events.codec import AnyEvent
from ledger.events.delivery import OrderPlaced
from ledger.events.periods import PeriodClosed, PeriodReopened
from ledger.events.terms import FunderJoined
from ledger.period_close import Periods, periods_after, posting_day
from ledger.settlements import GENERAL_FUND, single_fund
from projections.rows import POSTINGS_PER_CURVE, Cash, Curve, Posting, Series

WithheldKey = tuple[str, str | None, str, str | None]


@dataclass(slots=True, eq=False)
class ClaimedSums:
    """What each funder owes of a claim, in minor units, and whether it was submitted.

    `deducted` is what a sample took off of lines that it did not look at.
    """

    funders: dict[str, int] = field(default_factory=dict)
    deducted: dict[str, int] = field(default_factory=dict)
    submitted: bool = False


@dataclass(slots=True, eq=False)
class Bearings:
    """The memory of the folds."""

    funds: dict[tuple[str, str], str] = field(default_factory=dict)
    orders: dict[tuple[str, str], OrderPlaced] = field(default_factory=dict)
    order_funds: dict[int, str] = field(default_factory=dict)
    cash: dict[int, Cash] = field(default_factory=dict)
    receipts: dict[str, Cash] = field(default_factory=dict)
    invoices: dict[tuple[str, str], Cash] = field(default_factory=dict)
    withheld: dict[WithheldKey, str] = field(default_factory=dict)
    claims: dict[tuple[str, str], ClaimedSums] = field(default_factory=dict)
    invoiced: dict[str, str] = field(default_factory=dict)
    noted: dict[str, tuple[str, str]] = field(default_factory=dict)
    closed: dict[str | None, Periods] = field(default_factory=dict)
    late: dict[int, datetime.date] = field(default_factory=dict)
    series: dict[Series, int] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    day_sums: list[dict[datetime.date, int]] = field(default_factory=list)

    def learn_terms(self, event: AnyEvent) -> None:
        """Remember the fund of a funder or of an order."""
        match event.data:
            case FunderJoined() as joined:
                self.funds[joined.contract, joined.funder] = joined.fund
            case OrderPlaced() as placed:
                self.orders[placed.contract, placed.order] = placed
                self.order_funds[event.version] = placed.fund
            case _:
                pass

    def learn_cash(self, fact: Cash) -> None:
        """Remember a cash fact by its version and by the name that later facts use."""
        self.cash[fact.version] = fact
        if fact.type == "receipt.recorded" and fact.name is not None:
            self.receipts[fact.name] = fact
        if fact.type == "fee.invoiced" and fact.name is not None and fact.partner is not None:
            self.invoices[fact.partner, fact.name] = fact

    def learn_claim(self, event: AnyEvent) -> None:
        """Remember what each funder owes of a claim, if it was submitted, and its documents."""
        match event.data:
            case ClaimCollected() as collected:
                self.add_to_claim(collected.contract, collected.claim, collected.funders)
            case ClaimReduced() as reduced:
                sampled = reduced.sample is not None
                self.add_to_claim(reduced.contract, reduced.claim, reduced.funders, sampled=sampled)
            case ClaimSubmitted() as submitted:
                self.claims[submitted.contract, submitted.claim].submitted = True
            case InvoiceIssued() as issued:
                self.invoiced[issued.invoice] = issued.contract
            case CreditNoteIssued() as issued:
                self.noted[issued.credit_note] = (issued.contract, issued.funder)
            case _:
                pass

    def add_to_claim(
        self, contract: str, claim: str, funders: Iterable[FunderAmount], *, sampled: bool = False
    ) -> None:
        """Add to what each funder owes of a claim; `sampled` is a sample's deduction."""
        sums = self.claims.setdefault((contract, claim), ClaimedSums())
        for share in funders:
            sums.funders[share.funder] = sums.funders.get(share.funder, 0) + share.amount_minor
            if sampled:
                sums.deducted[share.funder] = -share.amount_minor

    def learn_period(self, step: PeriodClosed | PeriodReopened, actor: str) -> None:
        """Remember which days are closed, as the book does."""
        periods = self.closed.get(step.contract, ())
        self.closed[step.contract] = periods_after(periods, step, actor)

    def posted_on(
        self, contract: str, day: datetime.date, *, not_before: datetime.date = datetime.date.min
    ) -> datetime.date | None:
        """The day on which something is posted, where it is not its effective day (0021).

        What takes something back is not posted before that was.
        """
        posted_on = posting_day(self.closed, contract, max(day, not_before))
        return None if posted_on == day else posted_on

    def fund_of_funder(self, contract: str, funder: str) -> str:
        """The fund that a funder's money belongs to."""
        return self.funds.get((contract, funder), GENERAL_FUND)

    def fund_of_order(self, contract: str, order: str) -> str:
        """The fund that pays an order."""
        placed = self.orders.get((contract, order))
        return GENERAL_FUND if placed is None else placed.fund

    def fund_of_fee(self, terms_version: int) -> str:
        """The fund of the terms that priced a fee: its reversal leaves the fund it went into."""
        return self.order_funds[terms_version]

    def fund_of_partner(self, contract: str, partner: str, invoice: str | None = None) -> str:
        """The fund of the invoice, else the single fund of the partner's orders, else general."""
        invoiced = None if invoice is None else self.invoices.get((partner, invoice))
        if invoiced is not None:
            return invoiced.fund
        mine = (placed for (within, _), placed in self.orders.items() if within == contract)
        return single_fund(mine, partner)

    def number_of(self, key: Series) -> int:
        """The number of a series; a new one gets the next number."""
        number = self.series.get(key)
        if number is None:
            number = len(self.counts)
            self.series[key] = number
            self.counts.append(0)
            self.day_sums.append({})
        return number

    def curve_after(self, posting: Posting) -> Curve | None:
        """Remember a posting; the cumulative curve of its series when 2,048 more are full."""
        sums = self.day_sums[posting.series]
        sums[posting.effective_on] = sums.get(posting.effective_on, 0) + posting.amount_minor
        if posting.n % POSTINGS_PER_CURVE:
            return None
        days = sorted(sums)
        balances = list(accumulate(sums[day] for day in days))
        return Curve(posting.series, posting.version, posting.n, days, balances)
