"""Did every release stay under the caps? Use counted again, in the order of versions.

Use is what was released less what was reversed: of a funder, of the contract, of a child (whose
cap no grant counts under). A release may take use up to the cap in force on its own day, as known
then, and not beyond; a cap that is lowered later, or was below use already, is no fault of an
earlier payment. What is reallocated counts for whom it goes to.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from ledger.events.codec import AnyEvent
from ledger.events.decisions import PaymentReleased, PaymentReversed
from ledger.events.terms import CapSet
from projections.audit.findings import Report

CONTRACT: Final = "the contract"
CHILD: Final = "a child"


class _Capped(NamedTuple):
    """Whose use is counted: a funder's, the contract's as a whole, or one child's."""

    contract: str
    kind: str
    name: str = ""


class _Limit(NamedTuple):
    """A cap, in the order that decides which one is in force."""

    effective_on: datetime.date
    version: int
    limit_minor: int


@dataclass(slots=True)
class CapsCheck:
    """Counts use, and compares each release with the caps of its day."""

    report: Report
    limits: dict[_Capped, list[_Limit]] = field(default_factory=lambda: defaultdict(list))
    used: Counter[_Capped] = field(default_factory=Counter)

    def follow(self, event: AnyEvent) -> None:
        """Take the next event."""
        match event.data:
            case CapSet() as cap:
                self._set(event, cap)
            case PaymentReleased() as paid:
                self._release(event, paid)
                self._use(paid)
            case PaymentReversed() as undone:
                self._use(undone)
            case _:
                pass

    def _set(self, event: AnyEvent, cap: CapSet) -> None:
        if cap.funder is not None:
            about = _Capped(cap.contract, "funder", cap.funder)
        else:
            about = _Capped(cap.contract, CHILD if cap.per_child else CONTRACT)
        self.limits[about].append(_Limit(event.effective_on, event.version, cap.limit_minor))

    def _use(self, moved: PaymentReleased | PaymentReversed) -> None:
        for about, amount_minor in _uses(moved):
            self.used[about] += amount_minor

    def _release(self, event: AnyEvent, paid: PaymentReleased) -> None:
        capped = False
        for about, amount_minor in _uses(paid):
            limit = self._in_force(about, event.effective_on)
            if limit is None:
                continue
            capped = True
            self.report.count("uses of caps")
            use_minor = self.used[about] + amount_minor
            if amount_minor > 0 and use_minor > limit:
                whose = about.name or about.kind
                detail = f"{whose}: use {use_minor}, cap {limit}"
                self.report.find("cap_exceeded", event.version, detail)
        if paid.unfunded_minor and not capped:
            self.report.find("unfunded_without_cap", event.version, str(paid.unfunded_minor))

    def _in_force(self, about: _Capped, day: datetime.date) -> int | None:
        """The latest cap by its day, then by its version; every child has the same."""
        shared = about if about.kind != CHILD else about._replace(name="")
        begun = [limit for limit in self.limits.get(shared, ()) if limit.effective_on <= day]
        return max(begun).limit_minor if begun else None


def _uses(moved: PaymentReleased | PaymentReversed) -> Iterator[tuple[_Capped, int]]:
    """Whose use a payment moves, and by how much."""
    for line in moved.split:
        yield _Capped(moved.contract, "funder", line.funder), line.amount_minor
    paid_minor = sum(line.amount_minor for line in moved.split)
    yield _Capped(moved.contract, CONTRACT), paid_minor
    if moved.child is not None:
        yield _Capped(moved.contract, CHILD, moved.child), paid_minor
