"""Terms: the contract, its funders and cohorts, rate cards, shares and caps (`domain.md` 4, 5)."""

import datetime
from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from ledger.events.words import (
    Amount,
    CapPolicy,
    Code,
    Count,
    FunderKind,
    IncomeClass,
    Number,
    Percent,
    Ref,
    Rounding,
    Shape,
    Title,
    TriggerKind,
    require,
    require_day,
)


class ContractSigned(Shape, frozen=True, omit_defaults=False):
    """A contract: its first and last day, its rounding and its income class."""

    contract: Ref
    title: Title
    starts_on: datetime.date
    ends_on: datetime.date
    maximum_minor: Amount | None = None
    income_class: IncomeClass = "performance_grant"
    rounding: Rounding = "per_line"

    def __post_init__(self) -> None:
        """Refuse a contract that ends before it starts."""
        require_day(self.starts_on)
        require_day(self.ends_on)
        require(self.starts_on <= self.ends_on, "the contract ends before it starts")


class FunderJoined(Shape, frozen=True, omit_defaults=False):
    """A funder of a contract, the fund its money belongs to, and the days it has to pay."""

    contract: Ref
    funder: Ref
    name: Title
    kind: FunderKind
    identifier: Title | None = None
    fund: Ref = "general"
    payment_days: Annotated[int, Meta(ge=0, le=365)] | UnsetType = UNSET


class ProgrammeYear(Shape, frozen=True, rename={"first_on": "from", "last_on": "to"}):
    """One programme year: its first and last day, both inclusive."""

    first_on: datetime.date
    last_on: datetime.date

    def __post_init__(self) -> None:
        """Refuse a year that ends before it starts."""
        require_day(self.first_on)
        require_day(self.last_on)
        require(self.first_on <= self.last_on, "the programme year ends before it starts")


class CohortOpened(Shape, frozen=True):
    """One academic-year intake: its two programme years and its long-stop day."""

    contract: Ref
    cohort: Ref
    years: tuple[ProgrammeYear, ProgrammeYear]
    long_stop_on: datetime.date | None = None

    def __post_init__(self) -> None:
        """Refuse years that overlap."""
        require(self.years[0].last_on < self.years[1].first_on, "the programme years overlap")
        if self.long_stop_on is not None:
            require_day(self.long_stop_on)


class Trigger(Shape, frozen=True):
    """A rate-card line that releases a payment."""

    trigger: Ref
    kind: TriggerKind
    price_minor: Amount | None = None
    year: Annotated[int, Meta(ge=1, le=2)] | None = None
    rank: Annotated[int, Meta(ge=1, le=20)] | None = None
    area: Ref | None = None
    percent: Annotated[int, Meta(ge=1, le=100)] | None = None
    verify: bool | None = None

    def __post_init__(self) -> None:
        """Refuse a line that lacks what its kind needs, or carries what it cannot use."""
        needed = {
            "engagement": "year",
            "outcome_count": "rank",
            "outcome_area": "area",
            "distance_travelled": "percent",
        }.get(self.kind)
        for field in ("year", "rank", "area", "percent"):
            given = getattr(self, field) is not None
            require(
                given is (field == needed),
                f"a {self.kind} line {'needs' if field == needed else 'takes no'} {field}",
            )
        require(
            (self.price_minor is None) is (self.kind == "grant"),
            "every line but a grant has a price_minor, a grant has none",
        )
        require(
            not (self.kind == "engagement" and self.verify is False),
            "an engagement line always needs a verification",
        )
        require(
            not (self.kind == "grant" and self.verify is True),
            "a grant hangs on no child and cannot be verified",
        )

    @property
    def verified_first(self) -> bool:
        """Whether the line pays only when somebody else verified it (`api.md`, Trigger)."""
        if self.verify is None:
            return self.kind not in {"sign_up", "grant"}
        return self.verify


class Test(Shape, frozen=True):
    """One predicate on measurements; exactly one of its fields is given."""

    below: Number | None = None
    above: Number | None = None
    at_least: Number | None = None
    at_most: Number | None = None
    gain_at_least: Number | None = None
    fall_at_least: Number | None = None
    is_true: bool | None = None

    def __post_init__(self) -> None:
        """Refuse none or several predicates, and `is_true: false`."""
        given = [name for name in self.__struct_fields__ if getattr(self, name) is not None]
        require(len(given) == 1, "a test has exactly one predicate")
        require(self.is_true is not False, "is_true takes true only")

    @property
    def compares_two_points(self) -> bool:
        """Whether the test needs the baseline as well as the end point."""
        return self.gain_at_least is not None or self.fall_at_least is not None


class Area(Shape, frozen=True):
    """An outcome area of a rate card: who is at risk in it, and what counts as achieved."""

    area: Ref
    domain: Ref
    achieved: Test
    informant: Ref | None = None
    at_risk: Test | None = None

    def __post_init__(self) -> None:
        """Refuse an at-risk test that would need two measurements: risk is read at baseline."""
        require(
            self.at_risk is None or not self.at_risk.compares_two_points,
            "at_risk is a test on the baseline alone",
        )


class Engagement(Shape, frozen=True, omit_defaults=False):
    """What high engagement means: interactions, and the attended part of expected sessions."""

    min_interactions: Count = 6
    min_attendance_percent: Percent = 75


class RateCardIssued(Shape, frozen=True):
    """A rate card: complete by itself, in force from the fact's effective date."""

    contract: Ref
    card: Ref
    triggers: Annotated[tuple[Trigger, ...], Meta(min_length=1, max_length=200)]
    cohorts: Annotated[tuple[Ref, ...], Meta(min_length=1, max_length=200)] | None = None
    engagement: Engagement | None = None
    areas: Annotated[tuple[Area, ...], Meta(max_length=200)] | None = None

    def __post_init__(self) -> None:
        """Refuse two lines of one name, rank or year, and two entries of one area and informant."""
        names = [line.trigger for line in self.triggers]
        require(len(names) == len(set(names)), "two lines have the same trigger")
        for field in ("year", "rank", "area"):
            keys = [getattr(line, field) for line in self.triggers]
            used = [key for key in keys if key is not None]
            require(len(used) == len(set(used)), f"two lines have the same {field}")
        entries = [(area.area, area.informant) for area in self.areas or ()]
        require(len(entries) == len(set(entries)), "two entries have the same area and informant")


class Scope(Shape, frozen=True):
    """What a share set is limited to. Every given condition must hold."""

    school: Ref | None = None
    borough: Ref | None = None
    trigger: Ref | None = None


def _require_one_payer(funder: str | None, role: str | None) -> None:
    require((funder is None) is not (role is None), "a share names a funder or a role, not both")


class Share(Shape, frozen=True):
    """One funder's (or role's) whole-number parts of every price."""

    parts: Annotated[int, Meta(ge=1, le=10**9)]
    funder: Ref | None = None
    role: Code | None = None

    def __post_init__(self) -> None:
        """Refuse a share without one payer."""
        _require_one_payer(self.funder, self.role)


class FixedShare(Shape, frozen=True):
    """One funder's (or role's) fixed amount of one trigger's price."""

    trigger: Ref
    amount_minor: Amount
    funder: Ref | None = None
    role: Code | None = None

    def __post_init__(self) -> None:
        """Refuse a share without one payer."""
        _require_one_payer(self.funder, self.role)


class SharesSet(Shape, frozen=True):
    """Who pays which part, from a date, optionally limited to a school, a borough, a trigger."""

    contract: Ref
    where: Scope | None = None
    shares: Annotated[tuple[Share, ...], Meta(min_length=1, max_length=100)] | None = None
    fixed: Annotated[tuple[FixedShare, ...], Meta(min_length=1, max_length=1000)] | None = None

    def __post_init__(self) -> None:
        """Refuse both kinds of share at once, none, or one payer twice."""
        require((self.shares is None) is not (self.fixed is None), "give shares or fixed, not both")
        payers: list[tuple[object, ...]] = [(s.funder, s.role) for s in self.shares or ()]
        payers += [(s.funder, s.role, s.trigger) for s in self.fixed or ()]
        require(len(payers) == len(set(payers)), "one payer has two shares")


class CapSet(Shape, frozen=True, omit_defaults=False):
    """The most that a funder, the contract, or one child may cost, from a date."""

    contract: Ref
    limit_minor: Amount
    on_reached: CapPolicy
    funder: Ref | None = None
    per_child: bool = False
    to: Ref | None = None

    def __post_init__(self) -> None:
        """Refuse a reallocation without a target, to itself, or off a contract's or child's cap."""
        require(not (self.per_child and self.funder is not None), "per_child takes no funder")
        reallocates = self.on_reached == "reallocate"
        require((self.to is not None) is reallocates, "`to` goes with reallocate")
        require(not reallocates or self.funder is not None, "only a funder's cap is reallocated")
        require(self.to is None or self.to != self.funder, "a cap is not reallocated to itself")
