"""Is there what an event names? Causes, evidence, cards, share sets, what is reversed or voided.

A version that is named lies before the event that names it, is of a kind that fits, and belongs to
the same contract, and to the same child where one is named. What the ledger lets through, evidence
about something that is not there or is elsewhere, is a remark.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ledger.events.cash import GrantAgreed
from ledger.events.catalogue import FACTS
from ledger.events.children import (
    ChildEnrolled,
    EvidenceAttached,
    InteractionRecorded,
    MeasurementCorrected,
    MeasurementRecorded,
)
from ledger.events.claims import ClaimCollected, ClaimReduced
from ledger.events.codec import AnyEvent
from ledger.events.decisions import (
    FeeAccrued,
    FeeReversed,
    PaymentEvidenceChanged,
    PaymentLapsed,
    PaymentReleased,
    PaymentReversed,
    PaymentWithheld,
)
from ledger.events.delivery import OrderPlaced, RegisterSubmitted
from ledger.events.people import FactVoided, VerificationRecorded
from ledger.events.privacy import ChildErased, ErasureRequested
from ledger.events.settlements import SettlementCollected
from ledger.events.terms import RateCardIssued, SharesSet
from projections.audit.findings import Report
from projections.audit.known_events import UNREADABLE, KnownEvents

Kinds = tuple[type[Any], ...]
SCORES: Final[Kinds] = (MeasurementRecorded, MeasurementCorrected, VerificationRecorded)
EVIDENCE: Final[dict[str, Kinds]] = {
    "sign_up": (ChildEnrolled, VerificationRecorded),
    "engagement": (InteractionRecorded, RegisterSubmitted, VerificationRecorded),
    "outcome_count": SCORES,
    "outcome_area": SCORES,
    "distance_travelled": SCORES,
    "grant": (GrantAgreed,),
}
ANY_FACT: Final[Kinds] = tuple(FACTS.values())


@dataclass(slots=True)
class NamingCheck:
    """Follows every version, and every payment's id, to what it names."""

    report: Report
    known: KnownEvents
    ids: dict[str, int] = field(default_factory=dict)
    about_ids: list[tuple[int, EvidenceAttached]] = field(default_factory=list)
    followed: int = 0

    def follow(self, event: AnyEvent) -> None:
        """Check what the next event names; it is known already itself."""
        if event.id is not None:
            self.ids[event.id] = event.version
        contract = getattr(event.data, "contract", None)
        for cause in event.causes:
            self._named(event, "cause", cause, contract=contract)
        check = NAMES.get(type(event.data))
        if check is not None:
            check(self, event)

    def finish(self) -> None:
        """Follow the event ids that evidence is about; they may be of later events."""
        for version, attached in self.about_ids:
            named = self.ids.get(str(attached.about))
            if named is None:
                self.report.find("evidence_about_nothing", version, "no event has this id")
            else:
                self._is_about(version, attached, named)
        self.report.count("versions named", self.followed)

    def _named(
        self,
        event: AnyEvent,
        what: str,
        version: int,
        kinds: Kinds | None = None,
        *,
        contract: str | None = None,
        child: str | None = None,
    ) -> bool:
        """Whether a version that an event names is there and fits; a finding when it does not."""
        self.followed += 1
        found = self.known.at(version) if version < event.version else None
        if found is None:
            self.report.find("named_nothing", event.version, f"{what} {version} is not there")
            return False
        if found is UNREADABLE:
            return False
        if contract is not None and found.contract not in {None, contract}:
            detail = f"{what} {version} is of another contract"
            self.report.find("named_elsewhere", event.version, detail)
            return False
        if kinds is not None and found.kind not in kinds:
            detail = f"{what} {version} is {found.kind.__name__}"
            self.report.find("named_misfit", event.version, detail)
            return False
        if child is not None and not self.known.is_about(version, child):
            detail = f"{what} {version} is not about its child"
            self.report.find("named_misfit", event.version, detail)
            return False
        return True

    def _payment(self, event: AnyEvent, letter: str, kind: type[Any]) -> int:
        """The version that a payment's id names, which must be of that payment; 0 when not."""
        name = event.data.payment
        version = int(name[1:]) if name[:1] == letter and name[1:].isdecimal() else 0
        place = _place(event)
        return version if self._named(event, f"payment {name}", version, (kind,), **place) else 0

    def _own_id(self, event: AnyEvent, letter: str) -> None:
        if event.data.payment != f"{letter}{event.version}":
            self.report.find("named_misfit", event.version, "the payment has another version's id")

    def _evidence(self, event: AnyEvent) -> None:
        kinds = EVIDENCE[event.data.kind]
        for version in event.data.evidence:
            self._named(event, "evidence", version, kinds, **_place(event))

    def _all(self, event: AnyEvent, what: str, versions: Iterable[int], kinds: Kinds) -> None:
        for version in versions:
            self._named(event, what, version, kinds, contract=event.data.contract)

    def released(self, event: AnyEvent) -> None:
        """A release names its card, its share set and its evidence."""
        paid: PaymentReleased = event.data
        self._own_id(event, "P")
        self._evidence(event)
        self._named(event, "share set", paid.share_set, (SharesSet,), contract=paid.contract)
        if self._named(event, "card", paid.card_version, (RateCardIssued,), contract=paid.contract):
            card: RateCardIssued = self.known.whole[paid.card_version].data
            priced = {(line.trigger, line.kind, line.price_minor) for line in card.triggers}
            price = None if paid.kind == "grant" else paid.amount_minor
            if paid.card != card.card or (paid.trigger, paid.kind, price) not in priced:
                self.report.find("named_misfit", event.version, "the card has no such line")

    def withheld(self, event: AnyEvent) -> None:
        """What is withheld names its evidence."""
        self._own_id(event, "W")
        self._evidence(event)

    def lapsed(self, event: AnyEvent) -> None:
        """What lapses was withheld."""
        self._payment(event, "W", PaymentWithheld)

    def rested_anew(self, event: AnyEvent) -> None:
        """New evidence is of a payment that was released."""
        self._payment(event, "P", PaymentReleased)
        self._evidence(event)

    def reversed(self, event: AnyEvent) -> None:
        """A reversal names the version and the id of one release."""
        undone: PaymentReversed = event.data
        if self._payment(event, "P", PaymentReleased) not in {0, undone.reversed_version}:
            self.report.find("named_misfit", event.version, "id and version of two payments")
        place = _place(event)
        self._named(event, "reversed", undone.reversed_version, (PaymentReleased,), **place)

    def fee(self, event: AnyEvent) -> None:
        """A fee names the terms of its order; a reversal the fee that it takes back."""
        fee = event.data
        self._all(event, "terms", [fee.terms_version], (OrderPlaced,))
        if isinstance(fee, FeeReversed):
            self._all(event, "reversed", [fee.reversed_version], (FeeAccrued,))

    def voided(self, event: AnyEvent) -> None:
        """A voiding names a fact."""
        self._all(event, "voided", [event.data.version], ANY_FACT)

    def collected(self, event: AnyEvent) -> None:
        """A claim holds releases and reversals."""
        self._all(event, "line", event.data.lines, (PaymentReleased,))
        self._all(event, "adjustment", event.data.adjustments, (PaymentReversed,))

    def reduced(self, event: AnyEvent) -> None:
        """What comes off a claim for a line is of a payment."""
        if event.data.payment is not None:
            self._payment(event, "P", PaymentReleased)

    def settled(self, event: AnyEvent) -> None:
        """A settlement holds fees and their reversals."""
        for part in event.data.partners:
            self._all(event, "fee", part.accruals, (FeeAccrued, FeeReversed))

    def erased(self, event: AnyEvent) -> None:
        """An erasure names who asked for it."""
        gone: ChildErased = event.data
        kinds: Sequence[type[Any]] = (ErasureRequested,)
        self._named(event, "request", gone.requested_version, tuple(kinds), child=gone.child)

    def attached(self, event: AnyEvent) -> None:
        """Evidence is about an event; whether that is its contract's and child's is a remark."""
        attached: EvidenceAttached = event.data
        if isinstance(attached.about, str):
            self.about_ids.append((event.version, attached))
        elif self._named(event, "about", attached.about):
            self._is_about(event.version, attached, attached.about)

    def _is_about(self, version: int, attached: EvidenceAttached, named: int) -> None:
        found = self.known.at(named)
        if found is None or found is UNREADABLE:
            return
        elsewhere = found.contract not in {None, attached.contract}
        child = attached.child
        if elsewhere or (child is not None and not self.known.is_about(named, child)):
            detail = f"version {named} is not of its contract and child"
            self.report.find("evidence_about_another", version, detail)


def _place(event: AnyEvent) -> dict[str, Any]:
    """The contract and the child that what is named must be of."""
    return {"contract": event.data.contract, "child": getattr(event.data, "child", None)}


NAMES: Final[dict[type[Any], Callable[[NamingCheck, AnyEvent], None]]] = {
    PaymentReleased: NamingCheck.released,
    PaymentWithheld: NamingCheck.withheld,
    PaymentLapsed: NamingCheck.lapsed,
    PaymentEvidenceChanged: NamingCheck.rested_anew,
    PaymentReversed: NamingCheck.reversed,
    FeeAccrued: NamingCheck.fee,
    FeeReversed: NamingCheck.fee,
    FactVoided: NamingCheck.voided,
    ClaimCollected: NamingCheck.collected,
    ClaimReduced: NamingCheck.reduced,
    SettlementCollected: NamingCheck.settled,
    ChildErased: NamingCheck.erased,
    EvidenceAttached: NamingCheck.attached,
}
