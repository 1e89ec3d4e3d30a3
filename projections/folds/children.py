"""The children: the steps of their paths, their scores, the verdicts on them, and voidings."""

import msgspec

from ledger.events.children import (
    ChildCompleted,
    ChildEnrolled,
    ChildTransferred,
    ChildWithdrawn,
    MeasurementCorrected,
    MeasurementRecorded,
)
from ledger.events.codec import AnyEvent
from ledger.events.people import FactVoided, VerificationRecorded
from projections.folds.bearings import Bearings
from projections.rows import ChildStep, Measurement, Page, Verification, Void


def record_child(event: AnyEvent, _: Bearings, page: Page) -> None:
    """Add what an event says of a child's path, its scores, or a fact about it."""
    match event.data:
        case MeasurementRecorded() | MeasurementCorrected():
            page.add(_measurement(event, event.data))
        case VerificationRecorded() as given:
            page.add(
                Verification(
                    event.version,
                    given.contract,
                    given.child,
                    given.trigger,
                    given.area,
                    given.verdict,
                    event.effective_on,
                    event.actor,
                )
            )
        case ChildEnrolled() as fact:
            page.add(_step(event, fact, "enrolled", cohort=fact.cohort))
        case ChildTransferred() as fact:
            page.add(_step(event, fact, "transferred"))
        case ChildWithdrawn() as fact:
            page.add(_step(event, fact, "withdrawn"))
        case ChildCompleted() as fact:
            page.add(_step(event, fact, "completed"))
        case FactVoided() as voiding:
            page.add(Void(voiding.version, event.version))
        case _:
            pass


def _step(
    event: AnyEvent,
    fact: ChildEnrolled | ChildTransferred | ChildWithdrawn | ChildCompleted,
    step: str,
    cohort: str | None = None,
) -> ChildStep:
    placed = fact if isinstance(fact, ChildEnrolled | ChildTransferred) else None
    return ChildStep(
        version=event.version,
        contract=fact.contract,
        child=fact.child,
        step=step,
        effective_on=event.effective_on,
        cohort=cohort,
        school=None if placed is None else placed.school,
        borough=None if placed is None else placed.borough,
    )


def _measurement(event: AnyEvent, score: MeasurementRecorded | MeasurementCorrected) -> Measurement:
    return Measurement(
        version=event.version,
        contract=score.contract,
        child=score.child,
        area=score.area,
        point=score.point,
        informant=score.informant,
        correction=isinstance(score, MeasurementCorrected),
        effective_on=event.effective_on,
        received_on=event.received_on,
        actor=event.actor,
        value=msgspec.json.encode(score.value).decode(),
    )
