"""The journal: entries by the posting rules, and the memo series that balances also need.

What is effective in a closed period is posted on the first open day behind it. Beside each such
line stand two of a book for prior periods: the amount off its effective day, and onto that day. So
balances by the day of posting come from the same curves as those by the effective day (0021).
"""

import datetime
from collections.abc import Iterator
from typing import Final, NamedTuple

from ledger.events.cash import FeeDisputed, FeeDisputeWithdrawn
from ledger.events.claims import (
    ClaimReduced,
    ClaimSubmitted,
    ClaimWithdrawn,
    CreditNoteIssued,
    InvoiceIssued,
    InvoiceWrittenOff,
)
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, FeeReversed, PaymentReleased, PaymentReversed
from ledger.events.people import FactVoided
from ledger.events.settlements import PartnerSettled, PartnerUnsettled
from projections.folds.bearings import Bearings
from projections.folds.periods import undone_version
from projections.folds.posting_rules import RULES, Entry, Transaction
from projections.rows import Cash, Page, Posting, Series

UNNUMBERED: Final = -1
PRIOR_PERIOD: Final = {"journal": "prior_period", "memo": "prior_period_memo"}
"""Book -> the book of what was posted late in it."""

CASH_TYPES: Final = frozenset(name for name in RULES if name.startswith(("receipt", "refund"))) | {
    "credit.refunded",
    "fee.invoiced",
    "fee.credited",
    "fee.paid",
}


class _Place(NamedTuple):
    """Where a posting stands: its version and line, its day, and its child."""

    version: int
    line: int
    effective_on: datetime.date
    child: str | None


def entries_of(event: AnyEvent, bearings: Bearings) -> Iterator[Entry]:
    """The entries of one event, by its stored type (`domain.md` 8)."""
    match event.data:
        case PaymentReleased() | PaymentReversed() as payment:
            yield from _payment_entries(event, payment, bearings)
        case InvoiceIssued() | CreditNoteIssued() | InvoiceWrittenOff() as issued:
            yield _issued_entry(event, issued, bearings)
        case ClaimReduced() | ClaimWithdrawn() as moved:
            yield from _deduction_entries(event, moved, bearings)
        case FeeAccrued() | FeeReversed() as fee:
            if fee.amount_minor:
                yield Transaction(
                    type=event.type,
                    version=event.version,
                    effective_on=event.effective_on,
                    contract=fee.contract,
                    fund=bearings.fund_of_fee(fee.terms_version),
                    amount_minor=fee.amount_minor,
                    partner=fee.partner,
                    order=fee.order,
                ).entry()
        case PartnerSettled() | PartnerUnsettled() as settled:
            yield from _settled_entries(event, settled)
        case FactVoided() as voiding:
            voided = bearings.cash.get(voiding.version)
            if voided is not None and voided.type in CASH_TYPES:
                yield cash_entry(voided).opposite(version=event.version)
        case _:
            fact = bearings.cash.get(event.version)
            if fact is not None and fact.type in CASH_TYPES:
                yield cash_entry(fact)


def _payment_entries(
    event: AnyEvent, payment: PaymentReleased | PaymentReversed, bearings: Bearings
) -> Iterator[Entry]:
    """One entry for each funder that pays a part."""
    for share in payment.split:
        if share.amount_minor:
            yield Transaction(
                type=event.type,
                version=event.version,
                effective_on=event.effective_on,
                contract=payment.contract,
                fund=bearings.fund_of_funder(payment.contract, share.funder),
                amount_minor=share.amount_minor,
                funder=share.funder,
                child=payment.child,
            ).entry()


def _issued_entry(
    event: AnyEvent,
    issued: InvoiceIssued | CreditNoteIssued | InvoiceWrittenOff,
    bearings: Bearings,
) -> Entry:
    """The entry of an invoice to a funder, of a credit note, or of what is written off."""
    return Transaction(
        type=event.type,
        version=event.version,
        effective_on=event.effective_on,
        contract=issued.contract,
        fund=bearings.fund_of_funder(issued.contract, issued.funder),
        amount_minor=issued.amount_minor,
        funder=issued.funder,
    ).entry()


def _deduction_entries(
    event: AnyEvent, moved: ClaimReduced | ClaimWithdrawn, bearings: Bearings
) -> Iterator[Entry]:
    """A sample's deduction is income that will not come (0022); a withdrawn claim gives it back.

    What a rejected line was worth stays income that accrued: its payment is claimed again.
    """
    if isinstance(moved, ClaimWithdrawn):
        deducted = bearings.claims[moved.contract, moved.claim].deducted
        amounts = {funder: -amount for funder, amount in deducted.items()}
    else:
        shares = () if moved.sample is None else moved.funders
        amounts = {share.funder: -share.amount_minor for share in shares}
    for funder, amount_minor in amounts.items():
        yield Transaction(
            type="claim.reduced",
            version=event.version,
            effective_on=event.effective_on,
            contract=moved.contract,
            fund=bearings.fund_of_funder(moved.contract, funder),
            amount_minor=amount_minor,
            funder=funder,
        ).entry()


def _settled_entries(
    event: AnyEvent, settled: PartnerSettled | PartnerUnsettled
) -> Iterator[Entry]:
    """One entry for each fund that bears a part of a payment, or gets something back by it.

    A payment that came back has the same parts, negated.
    """
    for borne in settled.funds:
        yield Transaction(
            type=event.type,
            version=event.version,
            effective_on=event.effective_on,
            contract=settled.contract,
            fund=borne.fund,
            amount_minor=borne.amount_minor,
            partner=settled.partner,
            bank_account=settled.bank_account,
        ).entry()


def cash_entry(fact: Cash) -> Entry:
    """The entry of a cash fact."""
    return Transaction(
        type=fact.type,
        version=fact.version,
        effective_on=fact.effective_on,
        contract=fact.contract,
        fund=fact.fund,
        amount_minor=fact.amount_minor,
        funder=fact.funder,
        partner=fact.partner,
        bank_account=fact.bank_account,
    ).entry()


def post(event: AnyEvent, bearings: Bearings, page: Page) -> None:
    """Add the postings of an event; a fold that must run after the cash fold."""
    line = 0
    late: list[tuple[Series, int, _Place, datetime.date]] = []
    undone_on = bearings.late.get(undone_version(event), datetime.date.min)
    for key, amount_minor, effective_on, child in _lines(event, bearings):
        line += 1
        where = _Place(event.version, line, effective_on, child)
        posted_on = bearings.posted_on(key.contract, effective_on, not_before=undone_on)
        _add(key, amount_minor, where, bearings, page, posted_on)
        if posted_on is not None:
            bearings.late[event.version] = posted_on
            late.append((key, amount_minor, where, posted_on))
    for key, amount_minor, where, posted_on in late:
        moved = key._replace(book=PRIOR_PERIOD[key.book])
        off, onto = where._replace(line=line + 1), where._replace(line=line + 2)
        _add(moved, -amount_minor, off, bearings, page)
        _add(moved, amount_minor, onto._replace(effective_on=posted_on), bearings, page)
        line += 2


def _lines(
    event: AnyEvent, bearings: Bearings
) -> Iterator[tuple[Series, int, datetime.date, str | None]]:
    """The lines of the entries of an event, and behind them its memos: amount, day and child."""
    for entry in entries_of(event, bearings):
        for posted in entry.lines:
            key = Series(
                UNNUMBERED, "journal", posted.account, entry.contract, posted.fund,
                entry.funder, entry.partner, posted.detail, 0, 0,
            )  # fmt: skip
            yield key, posted.amount_minor, entry.effective_on, entry.child
    child = getattr(event.data, "child", None)
    for key, amount_minor in _memos(event, bearings):
        yield key, amount_minor, event.effective_on, child


def _memos(event: AnyEvent, bearings: Bearings) -> Iterator[tuple[Series, int]]:
    """What balances need and the journal does not say."""
    match event.data:
        case PaymentReleased() | PaymentReversed() as payment:
            yield from _payment_memos(payment, bearings)
        case ClaimSubmitted() | ClaimWithdrawn() | ClaimReduced() as moved:
            yield from _claimed_memos(moved, bearings)
        case FeeDisputed() | FeeDisputeWithdrawn() as disputed:
            memo = _memo("disputed", disputed.contract, "", None, "disputed")
            amount_minor = disputed.amount_minor
            over = isinstance(disputed, FeeDisputeWithdrawn)
            yield memo._replace(partner=disputed.partner), -amount_minor if over else amount_minor
        case FeeAccrued() | FeeReversed() as fee:
            if fee.over_limit_minor:  # 0007: reported, and nobody's obligation
                memo = _memo("over-limit", fee.contract, "", None, f"order:{fee.order}")
                yield memo._replace(partner=fee.partner), fee.over_limit_minor
        case _:
            pass


def _payment_memos(
    payment: PaymentReleased | PaymentReversed, bearings: Bearings
) -> Iterator[tuple[Series, int]]:
    """Whole amounts, exact shares (amounts that count as parts), and what nobody pays."""
    contract = payment.contract
    yield _memo("payments", contract, "", None, "amount"), payment.amount_minor
    for share in payment.split:
        fund = bearings.fund_of_funder(contract, share.funder)
        if share.parts:
            exact = Series(
                UNNUMBERED, "memo", "exact-share", contract, fund,
                share.funder, None, "exact", share.parts, share.parts_total,
            )  # fmt: skip
            yield exact, payment.amount_minor
        if share.unfunded_minor:
            unfunded = _memo("unfunded", contract, fund, share.funder, "unfunded")
            yield unfunded, share.unfunded_minor


def _claimed_memos(
    moved: ClaimSubmitted | ClaimWithdrawn | ClaimReduced, bearings: Bearings
) -> Iterator[tuple[Series, int]]:
    """What is claimed of each funder: from the submission on, less what comes off."""
    sums = bearings.claims[moved.contract, moved.claim]
    match moved:
        case ClaimSubmitted():
            amounts = dict(sums.funders)
        case ClaimReduced():
            amounts = {share.funder: share.amount_minor for share in moved.funders}
        case ClaimWithdrawn():
            amounts = {f: -amount for f, amount in sums.funders.items() if sums.submitted}
    for funder, amount_minor in amounts.items():
        if amount_minor:
            fund = bearings.fund_of_funder(moved.contract, funder)
            yield _memo("claimed", moved.contract, fund, funder, "claimed"), amount_minor


def _memo(account: str, contract: str, fund: str, funder: str | None, detail: str) -> Series:
    return Series(UNNUMBERED, "memo", account, contract, fund, funder, None, detail, 0, 0)


def _add(
    key: Series,
    amount_minor: int,
    where: _Place,
    bearings: Bearings,
    page: Page,
    posted_on: datetime.date | None = None,
) -> None:
    known = len(bearings.counts)
    number = bearings.number_of(key)
    if number == known:
        page.add(key._replace(series=number))
    bearings.counts[number] += 1
    posting = Posting(number, bearings.counts[number], *where, amount_minor, posted_on)
    page.add(posting)
    curve = bearings.curve_after(posting)
    if curve is not None:
        page.add(curve)
