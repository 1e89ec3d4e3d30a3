"""Verification samples: what was drawn, the verdicts, the end."""

from ledger.events.codec import AnyEvent
from ledger.events.samples import SampleClosed, SampleJudged, SampleSelected
from projections.folds.bearings import Bearings
from projections.rows import Page
from projections.sample_rows import Sample, SampleItem, SampleStep


def record_sample(event: AnyEvent, _bearings: Bearings, page: Page) -> None:
    """Add what an event says of a sample; what it asks for is said by what was selected."""
    match event.data:
        case SampleSelected() as selected:
            _select(event, selected, page)
        case SampleJudged() as judged:
            page.add(
                SampleStep(
                    version=event.version,
                    contract=judged.contract,
                    sample=judged.sample,
                    step="judged",
                    payment=judged.payment,
                    passed=judged.passed,
                    reason_code=judged.reason_code,
                    effective_on=event.effective_on,
                    actor=event.actor,
                )
            )
        case SampleClosed() as closed:
            page.add(
                SampleStep(
                    version=event.version,
                    contract=closed.contract,
                    sample=closed.sample,
                    step="closed",
                    payment=None,
                    passed=None,
                    reason_code=None,
                    effective_on=event.effective_on,
                    actor=event.actor,
                )
            )
        case _:
            pass


def _select(event: AnyEvent, selected: SampleSelected, page: Page) -> None:
    page.add(
        Sample(
            version=event.version,
            contract=selected.contract,
            claim=selected.claim,
            sample=selected.sample,
            method=selected.method,
            seed=selected.seed,
            size=selected.size,
            population=selected.population,
            effective_on=event.effective_on,
            actor=event.actor,
        )
    )
    for place, payment in enumerate(selected.payments, start=1):
        page.add(SampleItem(event.version, selected.contract, selected.sample, place, payment))
