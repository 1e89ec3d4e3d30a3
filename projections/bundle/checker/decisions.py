"""What is due after a fact: the difference between what is earned and what stands (0002).

First what is no longer earned is reversed: the latest day first, then the highest rank, then the
latest release. Then what is newly earned is released: by day, by the version of the enrolment, in
the order of the card.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from projections.bundle.checker.earned import DUE, Case, Earned, all_earned, case_of
from projections.bundle.checker.pupils import Pupil, Whereabouts
from projections.bundle.checker.sharing import CAP_REACHED, Asked, capped, divided
from projections.bundle.checker.states import (
    LAPSED,
    NOBODY,
    RELEASED,
    REVERSED,
    WITHHELD,
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


def due_after(performed: Performed, children: Iterable[str]) -> Iterator[Due]:
    """The decisions that are due, one at a time: each is applied before the next is asked for."""
    reversed_: list[Payment] = []
    lapsed: list[Due] = []
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
        kept = standing.keys() - {payment.trigger for payment in gone}
        new = {trigger: one for trigger, one in earned.items() if trigger not in kept}
        lapsed += _lapsed(performed, child, new)
        candidates += _candidates(pupil, new)
    reversed_.sort(key=lambda one: (one.day, one.rank, one.version), reverse=True)
    for payment in reversed_:
        yield _reversal(payment)
    yield from lapsed
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
        Due(LAPSED, child, trigger, "", 0)
        for trigger in performed.withheld_of(child)
        if trigger not in new
    ]


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
    )


def _released(performed: Performed, candidate: Candidate) -> Iterator[Due]:
    """Release it, or say why it is withheld; nothing while nobody knows who pays."""
    child, one = candidate.child, candidate.earned
    pupil, line = performed.pupil(child), one.line
    asked = Asked(line.trigger, line.price_minor, one.day, pupil.whereabouts(one.day))
    withheld = performed.withheld_of(child).get(line.trigger)
    reason = "" if _may_stand(pupil, one) else one.standing
    again = (child, line.trigger) in performed.asked_again
    if not reason and withheld is not None and withheld.reason == CAP_REACHED and not again:
        reason = CAP_REACHED  # only an approver has the caps asked about once more (0004)
    if not reason:
        yield from _paid(performed, child, asked, withheld)
    elif withheld != Withheld(reason, one.day, asked.price):
        yield Due(WITHHELD, child, line.trigger, one.day, asked.price, reason=reason)


def _paid(
    performed: Performed, child: str, asked: Asked, withheld: Withheld | None, reference: str = ""
) -> Iterator[Due]:
    split = divided(performed.terms, asked)
    if split is None:
        return
    name = reference or asked.trigger
    if not capped(performed.terms, asked, split, child):
        if withheld != Withheld(CAP_REACHED, asked.day, asked.price):
            yield Due(WITHHELD, child, name, asked.day, asked.price, reason=CAP_REACHED)
        return
    parts = [(part.funder, part.paid, part.unfunded) for part in split.parts]
    due = Due(RELEASED, child, name, asked.day, asked.price, parts)
    due.carried = split.carries
    yield due


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
                yield Due(LAPSED, NOBODY, reference, "", 0)
        elif reference not in performed.payments_of(NOBODY) and not withheld:
            said = event["data"]
            asked = Asked(
                said["trigger"], said["amount_minor"], event["effective_on"], Whereabouts()
            )
            yield from _paid(performed, NOBODY, asked, withheld, reference)
