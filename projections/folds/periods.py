"""Periods: each closing with what it stored, each reopening, and what takes something back."""

import msgspec

from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeReversed, PaymentReversed
from ledger.events.people import FactVoided
from ledger.events.periods import PeriodClosed, PeriodReopened
from projections.folds.bearings import Bearings
from projections.rows import Page, Period


def record_period(event: AnyEvent, bearings: Bearings, page: Page) -> None:
    """Add the step, and remember it for the postings behind it."""
    step = event.data
    if isinstance(step, PeriodClosed | PeriodReopened):
        bearings.learn_period(step, event.actor)
        page.add(_row(event, step))


def _row(event: AnyEvent, step: PeriodClosed | PeriodReopened) -> Period:
    row = Period(
        version=event.version,
        step="reopened",
        contract=step.contract,
        first_on=step.first_on,
        last_on=step.last_on,
        hardness=None,
        at_version=None,
        root=None,
        trial_balance=None,
        reason_code=None,
        effective_on=event.effective_on,
        actor=event.actor,
    )
    if isinstance(step, PeriodReopened):
        return row._replace(reason_code=step.reason_code)
    return row._replace(
        step="closed",
        hardness=step.hardness,
        at_version=step.at_version,
        root=step.root,
        trial_balance=msgspec.json.encode(step.trial_balance).decode(),
    )


def undone_version(event: AnyEvent) -> int:
    """The version of what an event takes back on that one's own day; 0 where it takes nothing."""
    match event.data:
        case PaymentReversed() | FeeReversed() as reversal:
            return reversal.reversed_version
        case FactVoided() as voiding:
            return voiding.version
        case _:
            return 0
