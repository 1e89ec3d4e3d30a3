"""What people say of the facts: verifications, manual decisions, voidings (`domain.md` 4)."""

from ledger.events.words import Code, Ref, Ruling, Shape, Verdict, Version, require


class VerificationRecorded(Shape, frozen=True):
    """A verdict on a child's trigger (engagement, distance) or area (outcomes)."""

    contract: Ref
    child: Ref
    verdict: Verdict
    trigger: Ref | None = None
    area: Ref | None = None
    reason_code: Code | None = None

    def __post_init__(self) -> None:
        """Refuse a verdict on both, or on nothing."""
        require((self.trigger is None) is not (self.area is None), "name a trigger or an area")


class PaymentDecided(Shape, frozen=True):
    """An approver releases or refuses what the rules withheld."""

    contract: Ref
    child: Ref
    trigger: Ref
    verdict: Ruling
    reason_code: Code


class FactVoided(Shape, frozen=True):
    """An approver takes a wrong fact out of the book; it stays in the log."""

    contract: Ref
    version: Version
    reason_code: Code
