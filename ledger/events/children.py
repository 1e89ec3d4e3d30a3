"""The child's path: enrolled, moved, withdrawn, completed; plans, interactions, measurements."""

import datetime
from typing import Annotated

from msgspec import Meta

from ledger.events.words import (
    Code,
    Count,
    FactId,
    MeasurementPoint,
    MediaType,
    Minutes,
    Ref,
    Sealed,
    Sha256,
    Shape,
    Value,
    Version,
    WithdrawalReason,
    require_day,
)

Resolved = Annotated[dict[Code, Ref], Meta(min_length=1, max_length=20)]


class ChildEnrolled(Shape, frozen=True):
    """A child signs up with consent; the funders are those that the roles stand for."""

    contract: Ref
    child: Ref
    cohort: Ref
    school: Ref
    consent_given_on: datetime.date
    borough: Ref | None = None
    funders: Resolved | None = None

    def __post_init__(self) -> None:
        """Refuse a consent outside the calendar."""
        require_day(self.consent_given_on)


class ChildTransferred(Shape, frozen=True):
    """A child moves to another school or borough; named roles are resolved anew."""

    contract: Ref
    child: Ref
    school: Ref
    borough: Ref | None = None
    funders: Resolved | None = None


class ChildWithdrawn(Shape, frozen=True):
    """A child leaves the programme. Nothing is effective after it."""

    contract: Ref
    child: Ref
    reason: WithdrawalReason | Sealed


class ChildCompleted(Shape, frozen=True):
    """A child reaches the end of the programme. Completion stops no payment."""

    contract: Ref
    child: Ref


class PlanAgreed(Shape, frozen=True):
    """A support plan: the areas worked on, and the link worker's reference."""

    contract: Ref
    child: Ref
    areas: Annotated[tuple[Ref, ...], Meta(max_length=50)]
    link_worker: Ref | None = None


class InteractionRecorded(Shape, frozen=True):
    """A link worker met a child, formally or not."""

    contract: Ref
    child: Ref
    formal: bool
    minutes: Minutes | None = None


class MeasurementRecorded(Shape, frozen=True):
    """A score in one outcome area at one point, by one informant."""

    contract: Ref
    child: Ref
    area: Ref
    point: MeasurementPoint
    value: Value | Sealed
    instrument: Ref | None = None
    informant: Ref | None = None


class MeasurementCorrected(Shape, frozen=True):
    """A score that was keyed wrongly; replaces the earlier value, with its date."""

    contract: Ref
    child: Ref
    area: Ref
    point: MeasurementPoint
    value: Value | Sealed
    reason: Code | Sealed
    informant: Ref | None = None


class EvidenceAttached(Shape, frozen=True):
    """The digest of a document about an event, named by its id or version."""

    contract: Ref
    about: FactId | Version
    sha256: Sha256
    media_type: MediaType
    bytes: Count
    child: Ref | None = None
    label: Code | Sealed | None = None
