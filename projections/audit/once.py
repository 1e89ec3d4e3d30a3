"""Is everything there at most once? What is paid, what is accrued, who is enrolled, what is voided.

A contract's (child, trigger), or (grant's reference), stands at most once at any version, and only
what stands is reversed; a session has one fee; a child is enrolled once until that is voided.
"""

from dataclasses import dataclass, field

from ledger.events.children import ChildEnrolled
from ledger.events.codec import AnyEvent
from ledger.events.decisions import FeeAccrued, FeeReversed, PaymentReleased, PaymentReversed
from ledger.events.people import FactVoided
from projections.audit.findings import Report

Thing = tuple[str | None, ...]


@dataclass(slots=True)
class OnceCheck:
    """Keeps what stands, by what it is of."""

    report: Report
    standing: dict[Thing, int] = field(default_factory=dict)
    enrolled: dict[Thing, int] = field(default_factory=dict)
    enrolments: dict[int, Thing] = field(default_factory=dict)
    voided: set[int] = field(default_factory=set)

    def follow(self, event: AnyEvent) -> None:
        """Take the next event."""
        match event.data:
            case PaymentReleased() as paid:
                self._stands(event.version, _paid_for(paid))
            case PaymentReversed() as undone:
                self._stands_no_more(event.version, _paid_for(undone), undone.reversed_version)
            case FeeAccrued() as fee:
                self._stands(event.version, (fee.contract, "fee", fee.order, fee.session))
            case FeeReversed() as fee:
                of = (fee.contract, "fee", fee.order, fee.session)
                self._stands_no_more(event.version, of, fee.reversed_version)
            case ChildEnrolled() as begun:
                self._enrol(event.version, (begun.contract, begun.child))
            case FactVoided() as voiding:
                self._void(event.version, voiding.version)
            case _:
                pass

    def _stands(self, version: int, thing: Thing) -> None:
        self.report.count("at most once")
        earlier = self.standing.get(thing)
        if earlier is not None:
            self.report.find("paid_twice", version, f"it stands already, by version {earlier}")
        self.standing[thing] = version

    def _stands_no_more(self, version: int, thing: Thing, named: int) -> None:
        if self.standing.get(thing) != named:
            self.report.find("reversed_twice", version, f"version {named} does not stand")
        else:
            del self.standing[thing]

    def _enrol(self, version: int, child: Thing) -> None:
        earlier = self.enrolled.get(child)
        if earlier is not None:
            self.report.find("enrolled_twice", version, f"enrolled already by version {earlier}")
        self.enrolled[child] = version
        self.enrolments[version] = child

    def _void(self, version: int, named: int) -> None:
        if named in self.voided:
            self.report.find("voided_twice", version, f"version {named} is voided already")
        self.voided.add(named)
        child = self.enrolments.get(named)
        if child is not None and self.enrolled.get(child) == named:
            del self.enrolled[child]


def _paid_for(payment: PaymentReleased | PaymentReversed) -> Thing:
    """The child's trigger, or the grant."""
    if payment.child is not None:
        return payment.contract, "child", payment.child, payment.trigger
    return payment.contract, "grant", payment.reference
