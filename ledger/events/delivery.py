"""Partners' delivery: orders and registers (`domain.md` 7)."""

from typing import Annotated, Final

from msgspec import Meta

from ledger.events.words import (
    Amount,
    Minutes,
    OrderUnit,
    Percent,
    Ref,
    SessionStatus,
    Shape,
    Title,
    require,
)

# A register lists at most 1,000 children and 100,000 minutes: no fee exceeds 10^15 by this rate.
RATE_MAX_MINOR: Final = 5 * 10**11

Children = Annotated[tuple[Ref, ...], Meta(max_length=1000)]


class OrderPlaced(Shape, frozen=True, omit_defaults=False):
    """An order with a partner: unit, rate, limit and what is payable on cancellation."""

    contract: Ref
    partner: Ref
    order: Ref
    unit: OrderUnit
    rate_minor: Amount
    name: Title | None = None
    limit_minor: Amount | None = None
    fund: Ref = "general"
    cancelled_by_school_percent: Percent = 0
    cancelled_by_partner_percent: Percent = 0

    def __post_init__(self) -> None:
        """Refuse a rate by which one full register could cost more than an amount may be."""
        require(
            self.unit in {"session", "block"} or self.rate_minor <= RATE_MAX_MINOR,
            f"a rate by the hour or by the head is at most {RATE_MAX_MINOR}",
        )


class RegisterSubmitted(Shape, frozen=True):
    """One partner session: who was expected, who attended, who engaged."""

    contract: Ref
    order: Ref
    session: Ref
    status: SessionStatus
    expected: Children
    attended: Children | None = None
    engaged: Children | None = None
    minutes: Minutes | None = None

    def __post_init__(self) -> None:
        """Refuse a child listed twice, and attendance at a session that did not happen."""
        for listed in (self.expected, self.attended, self.engaged):
            require(listed is None or len(listed) == len(set(listed)), "a child is listed twice")
        require(
            self.status == "delivered" or not (self.attended or self.engaged),
            "nobody attends a cancelled session",
        )
