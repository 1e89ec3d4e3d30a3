"""A verification sample in the book: what was drawn, and what verifiers said of it."""

from dataclasses import dataclass, field

from ledger.events.samples import SampleSelected


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """The latest verdict on an item, and the version at which it was given."""

    version: int
    passed: bool


@dataclass(slots=True, eq=False)
class Sample:
    """A sample as it stands; `verdicts` are by payment."""

    version: int
    drawn_by: str
    terms: SampleSelected
    verdicts: dict[str, ItemVerdict] = field(default_factory=dict)
    closed: bool = False

    @property
    def is_judged(self) -> bool:
        """Whether there is a verdict on every item."""
        return len(self.verdicts) == len(self.terms.payments)

    def failed(self) -> list[str]:
        """The payments that failed, in the order of the draw."""
        return [payment for payment in self.terms.payments if not self.verdicts[payment].passed]
