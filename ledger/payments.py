"""Payments: the difference between what is earned and what stands (`domain.md` 4 and 5).

What stands and is still earned is left alone. One fact that moves several payments first reverses
(latest effective date first, then highest rank), then releases by effective date, then by version
of the enrolment, then in the order of the card's lines.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import blake2b

from ledger.child import Child, Standing, Withheld
from ledger.claimant import stop_day
from ledger.contract import Contract
from ledger.entitlement import EVERY_KIND, Earned, Entitlement, entitled
from ledger.events.decisions import (
    Carry,
    PaymentEvidenceChanged,
    PaymentLapsed,
    PaymentReversed,
    PaymentWithheld,
)
from ledger.events.words import TriggerKind, WithheldReason
from ledger.releases import Decided, Due, negated, release, withhold
from ledger.state import Book


@dataclass(slots=True)
class Difference:
    """What one child's payments need, so that what stands is what is earned."""

    reversals: list[Standing]
    lapses: list[Withheld]
    rested_anew: list[tuple[Standing, Earned]]
    dues: list[tuple[Earned, WithheldReason | None]]


def payments_follow(
    book: Book,
    contract: Contract,
    children: Sequence[Child],
    cause: int,
    kinds: Collection[TriggerKind] = EVERY_KIND,
) -> Iterator[Decided]:
    """Yield the payment decisions for these children, in the order of the rule above.

    `kinds` are the kinds of trigger that the cause can move; the others are left alone. An erased
    child is passed over for ever: what was decided about it stays.
    """
    differences = [
        (child, difference(book, contract, child, kinds)) for child in children if not child.frozen
    ]
    reversals = [(found, child) for child, d in differences for found in d.reversals]
    reversals.sort(key=lambda pair: (pair[0].effective_on, pair[0].rank, pair[0].version))
    for standing, child in reversed(reversals):
        yield reverse(contract, standing, cause, child=child.reference)
    for child, found in differences:
        for row in found.lapses:
            yield lapse(contract, row, cause, child=child.reference)
        for standing, earned in found.rested_anew:
            yield rest_anew(contract, child, standing, earned, cause)
    dues = [(child, earned, held) for child, d in differences for earned, held in d.dues]
    dues.sort(key=lambda due: _order_of_release(due[0], due[1]))
    for child, earned, held in dues:
        yield from _decide_due(book, contract, child, earned, held, cause)


def _order_of_release(child: Child, earned: Earned) -> tuple[object, ...]:
    return earned.effective_on, child.signed_up.version, earned.card.place_of(earned.line.trigger)


def difference(
    book: Book, contract: Contract, child: Child, kinds: Collection[TriggerKind] = EVERY_KIND
) -> Difference:
    """Compare what a child has earned of these kinds of trigger with what stands of them."""
    entitlement = entitled(book, contract, child, kinds)
    earned = entitlement.earned
    stop_on = stop_day(contract, child)
    kept: list[Standing] = []
    reversals: list[Standing] = []
    for standing in child.payments():
        if standing.kind not in kinds:
            continue
        found = earned.get(standing.trigger)
        stays = found is not None and standing.effective_on <= stop_on and _payable(child, found)
        (kept if stays else reversals).append(standing)
    resting = _rest(entitlement, kept)
    return Difference(
        reversals=reversals,
        lapses=[
            row
            for row in child.withheld.values()
            if row is not None and row.kind in kinds and row.trigger not in earned
        ],
        rested_anew=[
            (standing, resting[standing.trigger])
            for standing in kept
            if evidence_mark(resting[standing.trigger].evidence) != standing.evidence_mark
        ],
        dues=list(_dues(child, resting, reversals)),
    )


def _payable(child: Child, earned: Earned) -> bool:
    """Whether nothing holds the payment back, or an approver released it for that reason."""
    if earned.held is None:
        return True
    ruling = child.rulings.get(earned.line.trigger)
    return (
        ruling is not None
        and ruling.version > child.signed_up.version
        and ruling.verdict == "release"
        and ruling.reason == earned.held
    )


def _dues(
    child: Child, earned: dict[str, Earned], reversals: Sequence[Standing]
) -> Iterator[tuple[Earned, WithheldReason | None]]:
    kept = {standing.trigger for standing in child.payments() if standing not in reversals}
    for trigger, found in earned.items():
        if trigger in kept:
            continue
        row = child.withheld.get(trigger)
        if not _payable(child, found):
            if row is None or row.reason != found.held or not _tells(row, found):
                yield found, found.held
        elif row is None or row.reason != "cap_reached" or _released_by_hand(child, row):
            yield found, None
        elif not _tells(row, found):
            yield found, "cap_reached"


def _tells(row: Withheld, earned: Earned) -> bool:
    """Whether a withheld row still tells the approver the date and the price it would be paid at.

    A correction may move the date, and so the price: then the row is told anew.
    """
    return (row.effective_on, row.amount_minor) == (earned.effective_on, earned.line.price_minor)


def _released_by_hand(child: Child, row: Withheld) -> bool:
    """Whether an approver released this row: a cap's no is asked about again only then."""
    ruling = child.rulings.get(row.trigger)
    return (
        ruling is not None
        and ruling.verdict == "release"
        and ruling.withheld_version == row.version
    )


def _rest(entitlement: Entitlement, kept: Sequence[Standing]) -> dict[str, Earned]:
    """Give each rank its area: a standing rank keeps its own while that counts (`Counting`).

    A rank that is earned in time rests on an area in time: late ones are left to the ranks that
    are held for them.
    """
    resting = dict(entitlement.earned)
    for verified_first, counting in entitlement.counting.items():
        free = {found.area: found for found in counting}
        ranks = [
            earned
            for earned in entitlement.earned.values()
            if earned.line.kind == "outcome_count" and earned.line.verified_first is verified_first
        ]
        areas = {standing.trigger: standing.area for standing in kept}
        homeless = []
        for earned in ranks:
            own = areas.get(earned.line.trigger) or ""
            found = free.get(own)
            if found is None or (found.result.late and earned.held is None):
                homeless.append(earned)
            else:
                del free[own]
                resting[earned.line.trigger] = replace(
                    earned, area=found.area, evidence=found.proof
                )
        for earned, found in zip(homeless, free.values(), strict=False):
            resting[earned.line.trigger] = replace(earned, area=found.area, evidence=found.proof)
    return resting


def due_of(child: Child, earned: Earned) -> Due:
    """What a child's earned trigger makes due, at its own date and price."""
    return Due(
        line=earned.line,
        card=earned.card,
        effective_on=earned.effective_on,
        price_minor=earned.line.price_minor or 0,
        evidence=earned.evidence,
        child=child,
        area=earned.area,
    )


def _decide_due(
    book: Book,
    contract: Contract,
    child: Child,
    earned: Earned,
    held: WithheldReason | None,
    cause: int,
) -> Iterator[Decided]:
    due = due_of(child, earned)
    if held is not None:
        yield withhold(book, contract, due, held, cause)
        return
    decided = release(book, contract, due, cause)
    if decided is None:
        return
    row = child.withheld.get(due.line.trigger)
    held_before = row is not None and row.reason == "cap_reached"
    if not (held_before and isinstance(decided.content, PaymentWithheld)):
        yield decided


def reverse(
    contract: Contract,
    standing: Standing,
    cause: int,
    *,
    child: str | None = None,
    reference: str | None = None,
) -> Decided:
    """Take a payment back: the exact negation of its stored pennies, on its own date."""
    split = negated(standing.split)
    content = PaymentReversed(
        contract=contract.terms.contract,
        payment=standing.payment,
        trigger=standing.trigger,
        kind=standing.kind,
        amount_minor=-standing.amount_minor,
        card=standing.card,
        reversed_version=standing.version,
        rule_version=contract.rules.version,
        split=split,
        funded_minor=sum(line.amount_minor for line in split),
        unfunded_minor=sum(line.unfunded_minor for line in split),
        child=child,
        reference=reference,
        carries=_carries_back(contract, standing),
    )
    return Decided(standing.effective_on, content, tuple(sorted({cause, standing.version})))


def _carries_back(contract: Contract, standing: Standing) -> tuple[Carry, ...] | None:
    """A reversal takes its payment's effect on the carries back, whatever came in between."""
    if standing.carries is None:
        return None
    moved = []
    for carry in standing.carries:
        now = contract.carries.get(carry.funder, Fraction(0))
        after = now - (Fraction(carry.after) - Fraction(carry.before))
        moved.append(Carry(funder=carry.funder, before=str(now), after=str(after)))
    return tuple(moved)


def lapse(
    contract: Contract,
    row: Withheld,
    cause: int,
    *,
    child: str | None = None,
    reference: str | None = None,
) -> Decided:
    """Let go of a withheld payment that is no longer earned."""
    content = PaymentLapsed(
        contract=contract.terms.contract,
        payment=row.payment,
        trigger=row.trigger,
        kind=row.kind,
        amount_minor=row.amount_minor,
        rule_version=contract.rules.version,
        child=child,
        reference=reference,
    )
    return Decided(row.effective_on, content, tuple(sorted({cause, row.version})))


def rest_anew(
    contract: Contract, child: Child, standing: Standing, earned: Earned, cause: int
) -> Decided:
    """Say what a standing payment rests on from now on; no money moves."""
    content = PaymentEvidenceChanged(
        contract=contract.terms.contract,
        payment=standing.payment,
        trigger=standing.trigger,
        kind=standing.kind,
        rule_version=contract.rules.version,
        evidence=earned.evidence,
        child=child.reference,
        area=earned.area,
    )
    return Decided(standing.effective_on, content, tuple(sorted({cause, standing.version})))


def evidence_mark(evidence: Sequence[int]) -> bytes:
    """A short mark of a payment's evidence, kept to see that it changed."""
    return blake2b(repr(tuple(evidence)).encode(), digest_size=8).digest()
