"""What is due after a fact: the difference between what is earned and what stands (0002).

First what is no longer earned is reversed: the latest day first, then the highest rank, then the
latest release. Then, in no order that matters, what is withheld for nothing lapses, and what stands
rests on other facts. Then what is newly earned is released: by day, by the version of the
enrolment, in the order of the card.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from projections.bundle.checker.cards import Card
from projections.bundle.checker.earned import DUE, Case, Earned, all_earned, case_of
from projections.bundle.checker.pupils import Pupil, Whereabouts
from projections.bundle.checker.resting import share_out_areas
from projections.bundle.checker.sharing import CAP_REACHED, Asked, capped, divided
from projections.bundle.checker.states import (
    LAPSED,
    NOBODY,
    RELEASED,
    RESTED,
    REVERSED,
    WITHHELD,
    DecidedBy,
    Due,
    Payment,
    Performed,
    Withheld,
)


class Candidate(NamedTuple):
    """Something earned that does not stand, and where it comes in the order of releases."""

    order: tuple[str, int, int]
    child: str
    enrolment: int
    earned: Earned


class Payable(NamedTuple):
    """What is to be paid: to whose child or for which grant, by which card, on which facts."""

    child: str
    name: str
    kind: str
    card: Card
    rests: tuple[int, ...]
    area: str = ""


def due_after(performed: Performed, children: Iterable[str]) -> Iterator[Due]:
    """The decisions that are due, one at a time: each is applied before the next is asked for."""
    reversed_: list[Payment] = []
    quiet: list[Due] = []
    candidates: list[Candidate] = []
    for child in children:
        if child == NOBODY:
            reversed_ += _grants_gone(performed)
            continue
        pupil = performed.pupil(child)
        if pupil.taken_as_stored:
            continue
        case = case_of(performed.terms, pupil, performed.sessions)
        earned = {} if case is None else all_earned(case)
        gone = _gone(performed, case, pupil, earned)
        reversed_ += gone
        standing = performed.payments_of(child)
        away = {payment.trigger for payment in gone}
        kept = {trigger: one for trigger, one in standing.items() if trigger not in away}
        share_out_areas(earned.values(), kept)
        new = {trigger: one for trigger, one in earned.items() if trigger not in kept}
        quiet += [*_lapsed(performed, child, new), *_rested_anew(kept, earned)]
        candidates += _candidates(pupil, new)
    reversed_.sort(key=lambda one: (one.day, one.rank, one.version), reverse=True)
    for payment in reversed_:
        yield _reversal(payment)
    yield from quiet
    for candidate in sorted(candidates, key=lambda one: one.order):
        yield from _released(performed, candidate)
    if NOBODY in children:
        yield from _grants_due(performed)


def _gone(
    performed: Performed, case: Case | None, pupil: Pupil, earned: dict[str, Earned]
) -> list[Payment]:
    """The payments of a child that may stand no longer."""
    gone = []
    for trigger, payment in performed.payments_of(pupil.child).items():
        one = earned.get(trigger)
        stays = one is not None and _may_stand(pupil, one)
        if case is None or not stays or not _has_its_day(case, payment):
            gone.append(payment)
    return gone


def _has_its_day(case: Case, payment: Payment) -> bool:
    """A payment keeps its day: it must be one on which things are effective, with its line."""
    card = case.card_on(payment.day)
    line = None if card is None else card.line_named(payment.trigger, payment.kind)
    return case.window.holds(payment.day) and line is not None


def _may_stand(pupil: Pupil, earned: Earned) -> bool:
    """Whether it is due, or an approver released it for this reason."""
    enrolment = pupil.enrolment()
    number = 0 if enrolment is None else enrolment["version"]
    ruling = pupil.rulings.get((earned.line.trigger, earned.standing, number))
    return earned.standing == DUE or ruling == "release"


def _lapsed(performed: Performed, child: str, new: dict[str, Earned]) -> list[Due]:
    """What is withheld and no longer earned at all (0004)."""
    return [
        _lapse(child, trigger, row)
        for trigger, row in performed.withheld_of(child).items()
        if trigger not in new
    ]


def _lapse(child: str, trigger: str, row: Withheld) -> Due:
    due = Due(LAPSED, child, trigger, row.day, row.amount)
    due.about, due.name = row.version, f"W{row.version}"
    due.terms = DecidedBy(row.kind, "", 0)
    return due


def _rested_anew(kept: dict[str, Payment], earned: dict[str, Earned]) -> Iterator[Due]:
    """What stands and rests on other facts from now on."""
    for trigger, payment in kept.items():
        one = earned[trigger]
        if one.rests != payment.evidence:
            due = Due(RESTED, payment.child, trigger, payment.day, 0)
            due.about, due.name = payment.version, payment.name
            due.terms = DecidedBy(payment.kind, "", 0)
            due.evidence, due.area = one.rests, one.area
            yield due


def _candidates(pupil: Pupil, new: dict[str, Earned]) -> Iterator[Candidate]:
    enrolment = pupil.enrolment()
    number = 0 if enrolment is None else enrolment["version"]
    for one in new.values():
        yield Candidate((one.day, number, one.line.place), pupil.child, number, one)


def _reversal(payment: Payment) -> Due:
    """The exact negation, on the day of the payment."""
    return Due(
        REVERSED,
        payment.child,
        payment.trigger,
        payment.day,
        -payment.amount,
        [(funder, -paid, -unfunded) for funder, paid, unfunded in payment.split],
        payment.shares,
        terms=DecidedBy(payment.kind, payment.card, 0),
        about=payment.version,
        name=payment.name,
    )


def _released(performed: Performed, candidate: Candidate) -> Iterator[Due]:
    """Release it, or say why it is withheld; nothing while nobody knows who pays."""
    child, one = candidate.child, candidate.earned
    pupil, line = performed.pupil(child), one.line
    asked = Asked(line.trigger, line.price_minor, one.day, pupil.whereabouts(one.day))
    payable = Payable(child, line.trigger, line.kind, one.card, one.rests, one.area)
    withheld = performed.withheld_of(child).get(line.trigger)
    reason = "" if _may_stand(pupil, one) else one.standing
    again = (child, line.trigger) in performed.asked_again
    if not reason and withheld is not None and withheld.reason == CAP_REACHED and not again:
        reason = CAP_REACHED  # only an approver has the caps asked about once more (0004)
    if not reason:
        yield from _paid(performed, payable, asked, withheld)
    elif withheld is None or not withheld.tells(reason, one.day, asked.price):
        yield _withheld(payable, asked, reason)


def _withheld(payable: Payable, asked: Asked, reason: str) -> Due:
    due = Due(WITHHELD, payable.child, payable.name, asked.day, asked.price, reason=reason)
    due.terms = DecidedBy(payable.kind, payable.card.name, payable.card.version)
    due.evidence = payable.rests
    return due


def _paid(
    performed: Performed, payable: Payable, asked: Asked, withheld: Withheld | None
) -> Iterator[Due]:
    split = divided(performed.terms, asked)
    if split is None:
        return
    if not capped(performed.terms, asked, split, payable.child):
        if withheld is None or not withheld.tells(CAP_REACHED, asked.day, asked.price):
            yield _withheld(payable, asked, CAP_REACHED)
        return
    parts = [(part.funder, part.paid, part.unfunded) for part in split.parts]
    yield Due(
        RELEASED,
        payable.child,
        payable.name,
        asked.day,
        asked.price,
        parts,
        split.shares(),
        carried=split.carries,
        terms=DecidedBy(payable.kind, payable.card.name, payable.card.version, split.share_set),
        evidence=payable.rests,
        area=payable.area,
    )


def _grants_gone(performed: Performed) -> list[Payment]:
    """Grants that were voided."""
    return [
        payment
        for reference, payment in performed.payments_of(NOBODY).items()
        if performed.grants[reference]["version"] in performed.voided
    ]


def _grants_due(performed: Performed) -> Iterator[Due]:
    """Grants that were agreed and do not stand; one that was voided lapses."""
    for reference, event in performed.grants.items():
        withheld = performed.withheld_of(NOBODY).get(reference)
        if event["version"] in performed.voided:
            if withheld:
                yield _lapse(NOBODY, reference, withheld)
        elif reference not in performed.payments_of(NOBODY) and not withheld:
            said = event["data"]
            asked = Asked(
                said["trigger"], said["amount_minor"], event["effective_on"], Whereabouts()
            )
            card = performed.terms.card_of_grant(asked.day, asked.trigger)
            if card is not None:
                payable = Payable(NOBODY, reference, "grant", card, (event["version"],))
                yield from _paid(performed, payable, asked, withheld)
