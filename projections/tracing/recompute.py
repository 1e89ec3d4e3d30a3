"""The rules run again over what one payment was decided by, and the fields that then differ.

The facts of the child and the contract's terms are replayed into a sparse book; what others used of
the caps, and the carries that others left, come from the books in front of the decision. Then the
rules of `ledger` decide, and what they give is compared with what is stored, field by field.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from msgspec.structs import fields

from ledger.child import Child
from ledger.contract import Contract
from ledger.entitlement import BY_SCORES
from ledger.events.catalogue import TYPE_OF
from ledger.events.codec import AnyEvent
from ledger.events.decisions import (
    PaymentEvidenceChanged,
    PaymentLapsed,
    PaymentReleased,
    PaymentReversed,
    PaymentWithheld,
)
from ledger.events.sealed import ERASED, SEALED_FIELDS
from ledger.events.words import Sealed, TriggerKind
from ledger.grants import grant_follows, voided_grant_follows
from ledger.invariants import InvariantBroken
from ledger.payments import Difference, difference, due_of, lapse, rest_anew, reverse
from ledger.releases import Decided, Due, release, withhold
from projections.tracing.logged import Trail
from projections.tracing.sparse_book import Standpoint
from projections.tracing.story import carries_before, used_before

SCORED: Final = BY_SCORES | {"distance_travelled"}
PaymentDecision = (
    PaymentReleased | PaymentReversed | PaymentWithheld | PaymentLapsed | PaymentEvidenceChanged
)


@dataclass(slots=True)
class Again:
    """What came of running the rules again.

    `performed` are `{version, type}`, `could_not` `{version, what, why}` and `differences`
    `{version, field, again, stored}`, as JSON has them.
    """

    performed: list[dict[str, Any]] = field(default_factory=list)
    could_not: list[dict[str, Any]] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """True, false with the fields that differ, or null where something cannot be run again."""
        agrees: bool | None = not self.differences
        if agrees and self.could_not:
            agrees = None
        return {
            "agrees": agrees,
            "performed": self.performed,
            "could_not": self.could_not,
            "differences": self.differences,
        }

    def could_not_do(self, version: int, what: str, why: str) -> None:
        """Say what could not be run again, and why."""
        self.could_not.append({"version": version, "what": what, "why": why})

    def differ(self, version: int, name: str, again: object, stored: object) -> None:
        """Say that a field is another one."""
        self.differences.append(
            {
                "version": version,
                "field": name,
                "again": msgspec.to_builtins(again),
                "stored": msgspec.to_builtins(stored),
            }
        )

    def compare(self, stored: AnyEvent, again: Decided | None, but: Collection[str] = ()) -> None:
        """Compare a stored decision with what the rules decide: type, day, causes and every field.

        `again` is None where they decide nothing; the fields named in `but` are passed over.
        """
        self.performed.append({"version": stored.version, "type": stored.type})
        if again is None:
            self.differ(stored.version, "type", None, stored.type)
            return
        kind = TYPE_OF[type(again.content)]
        pairs: list[tuple[str, object, object]] = [
            ("type", kind, stored.type),
            ("effective_on", again.effective_on, stored.effective_on),
            ("causes", again.causes, stored.causes),
        ]
        if kind == stored.type:
            pairs += [
                (f"data.{x.name}", getattr(again.content, x.name), getattr(stored.data, x.name))
                for x in fields(again.content)
                if x.name not in but
            ]
        for name, found, kept in pairs:
            if found != kept:
                self.differ(stored.version, name, found, kept)


def cause_of(decision: AnyEvent) -> int:
    """The fact that a decision followed from: the latest of its causes."""
    return max(decision.causes)


@dataclass(slots=True)
class PaymentAgain:
    """Decides the decisions about one payment again, in the order of the log."""

    trail: Trail
    contract_name: str
    child_name: str | None
    targets: dict[int, AnyEvent]
    again: Again = field(default_factory=Again)
    found: dict[int, Difference | None] = field(default_factory=dict)
    unread: str = ERASED.sealed

    def run(self, story: Sequence[AnyEvent]) -> Again:
        """Replay the story, and decide again where it comes to a decision about the payment."""
        place = Standpoint(self.contract_name)
        causes = {cause_of(target): target for target in self.targets.values()}
        for event in story:
            if event.version in self.targets:
                self._decide(place, event)
            place.take(event)
            self.unread = unreadable_word(event) or self.unread
            if event.version in causes:
                self._look(place, event.version, causes[event.version])
        return self.again

    def _look(self, place: Standpoint, cause: int, target: AnyEvent) -> None:
        """What the child had earned, and what stood, when the fact had been recorded."""
        child = self._child(place.contract)
        if child is None:
            return
        content: PaymentDecision = target.data
        kind = content.kind
        if child.frozen and kind in SCORED:
            self.found[cause] = None
            return
        self.found[cause] = difference(place.book, place.contract, child, kinds_with(kind))

    def _child(self, contract: Contract) -> Child | None:
        return None if self.child_name is None else contract.children.get(self.child_name)

    def _decide(self, place: Standpoint, event: AnyEvent) -> None:
        contract = place.contract
        place.as_before(event.version)
        contract.funder_used = used_before(self.trail, self.contract_name, event.version)
        contract.used_minor = sum(contract.funder_used.values())
        if contract.terms.rounding == "cumulative":
            carries = carries_before(
                self.trail, self.contract_name, contract.funders, event.version
            )
            contract.carries = {name: found.carry for name, found in carries.items()}
        try:
            if self.child_name is None:
                self.again.compare(event, grant_again(place, event))
            else:
                self._decide_about_child(place, event)
        except InvariantBroken as broken:
            self.again.could_not_do(event.version, event.type, str(broken))

    def _decide_about_child(self, place: Standpoint, event: AnyEvent) -> None:
        child = self._child(place.contract)
        found = self.found.get(cause_of(event))
        if child is None:
            self.again.compare(event, None)
        elif found is not None:
            self.again.compare(event, decided_again(place, child, found, event))
        else:
            self.again.could_not_do(event.version, "what was earned", self.unread)
            if isinstance(event.data, PaymentReleased):
                due = due_as_stored(place.contract, child, event)
                due_again = release(place.book, place.contract, due, cause_of(event))
                self.again.compare(event, due_again)


def kinds_with(kind: TriggerKind) -> Collection[TriggerKind]:
    """The kinds of trigger that are read together with one."""
    return BY_SCORES if kind in BY_SCORES else {kind}


def unreadable_word(event: AnyEvent) -> str | None:
    """Why a value of an event cannot be read: `erased`, or `sealed` where there is no key."""
    for name in SEALED_FIELDS.get(type(event.data), ()):
        value = getattr(event.data, name)
        if isinstance(value, Sealed):
            return value.sealed
    return None


def decided_again(
    place: Standpoint, child: Child, found: Difference, event: AnyEvent
) -> Decided | None:
    """What the rules decide about the payment of a stored decision; None: nothing."""
    content: PaymentDecision = event.data
    contract, cause = place.contract, cause_of(event)
    if isinstance(content, PaymentReleased | PaymentWithheld):
        for earned, held in found.dues:
            if earned.line.trigger == content.trigger:
                due = due_of(child, earned)
                if held is not None:
                    return withhold(place.book, contract, due, held, cause)
                return release(place.book, contract, due, cause)
    elif isinstance(content, PaymentReversed):
        for standing in found.reversals:
            if standing.version == content.reversed_version:
                return reverse(contract, standing, cause, child=child.reference)
    elif isinstance(content, PaymentLapsed):
        for row in found.lapses:
            if row.payment == content.payment:
                return lapse(contract, row, cause, child=child.reference)
    else:
        for standing, earned in found.rested_anew:
            if standing.payment == content.payment:
                return rest_anew(contract, child, standing, earned, cause)
    return None


def due_as_stored(contract: Contract, child: Child, event: AnyEvent) -> Due:
    """What was due, taken from the decision: its scores cannot be read any more."""
    content: PaymentReleased = event.data
    card = next(card for card in contract.cards if card.version == content.card_version)
    return Due(
        line=card.terms.triggers[card.place_of(content.trigger)],
        card=card,
        effective_on=event.effective_on,
        price_minor=content.amount_minor,
        evidence=content.evidence,
        child=child,
        area=content.area,
    )


def grant_again(place: Standpoint, event: AnyEvent) -> Decided | None:
    """What the rules decide about a grant."""
    reference = event.data.reference or ""
    grant = place.contract.grants[reference]
    again: Iterator[Decided]
    if cause_of(event) == grant.version:
        again = grant_follows(place.book, place.contract, grant)
    else:
        again = voided_grant_follows(place.contract, grant, cause_of(event))
    return next(again, None)
