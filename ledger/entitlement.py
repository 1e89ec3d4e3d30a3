"""What a child has earned: a pure function of its facts and the terms (`domain.md` 4).

The decisions are the difference between this and what stands. So one function serves every order of
arrival, every correction, resubmission and late card.
"""

import datetime
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final, NamedTuple

from ledger.child import Child
from ledger.claimant import Claimant, claimant_of
from ledger.contract import Contract
from ledger.engagement import YearResult, year_record
from ledger.events.terms import Trigger
from ledger.events.words import TriggerKind, WithheldReason
from ledger.outcomes import AreaResult, Attempt, achieved_areas, scores_in
from ledger.rate_card import Card
from ledger.state import Book

BY_SCORES: Final[frozenset[TriggerKind]] = frozenset({"outcome_count", "outcome_area"})
BY_TRIGGER: Final[frozenset[TriggerKind]] = frozenset(
    {"sign_up", "engagement", "distance_travelled"}
)
EVERY_KIND: Final[frozenset[TriggerKind]] = BY_SCORES | BY_TRIGGER
# What a year that passes with all facts is held for, by its result with those in time alone: a late
# register never takes a manual decision back.
HELD_IN_TIME: Final[dict[YearResult, WithheldReason | None]] = {
    "passes": None,
    "manual": "manual_decision",
    "fails": "time_barred",
}


@dataclass(frozen=True, slots=True)
class Earned:
    """A trigger that a child has earned: its line, card, date and evidence.

    `held` says why a person must decide before it is paid. `area` is the outcome area behind it.
    """

    line: Trigger
    card: Card
    effective_on: datetime.date
    evidence: tuple[int, ...]
    held: WithheldReason | None = None
    area: str | None = None


class Counting(NamedTuple):
    """An achieved area that counts towards the ranks, with its proof."""

    result: AreaResult
    proof: tuple[int, ...]
    verified_first: bool

    @property
    def area(self) -> str:
        """The outcome area."""
        return self.result.entry.area


@dataclass(slots=True)
class Entitlement:
    """What is earned, by trigger; and all areas that count, in the order that decides ranks.

    `counting` has them apart for lines that need a verification (True) and lines that do not.
    """

    earned: dict[str, Earned] = field(default_factory=dict)
    counting: dict[bool, list[Counting]] = field(default_factory=dict)


def entitled(
    book: Book, contract: Contract, child: Child, kinds: Collection[TriggerKind] = EVERY_KIND
) -> Entitlement:
    """What the child has earned by now of these kinds of trigger; each trigger once."""
    entitlement = Entitlement()
    claimant = claimant_of(book, contract, child)
    if claimant is None:
        return entitlement
    for found in chain(
        _sign_up(claimant) if "sign_up" in kinds else (),
        _engagement(claimant) if "engagement" in kinds else (),
        _outcomes(claimant, entitlement) if "outcome_count" in kinds else (),
        _distance(claimant) if "distance_travelled" in kinds else (),
    ):
        if claimant.enrolment.effective_on <= found.effective_on <= claimant.stop_on:
            entitlement.earned.setdefault(found.line.trigger, found)
    return entitlement


def _sign_up(claimant: Claimant) -> Iterator[Earned]:
    day = claimant.enrolment.effective_on
    card = claimant.card_on(day)
    for line in () if card is None else card.lines("sign_up"):
        proof: tuple[int, ...] | None = (claimant.enrolment.version,)
        if line.verified_first:
            proof = claimant.opened(line.trigger, proof or (), on_area=False, from_on=day)
        if proof is not None and card is not None:
            yield Earned(line, card, day, proof)


def _engagement(claimant: Claimant) -> Iterator[Earned]:
    for number, year in enumerate(claimant.cohort.years, start=1):
        card = claimant.card_on(year.last_on)
        if card is None or not claimant.enrolment.effective_on <= year.last_on <= claimant.stop_on:
            continue
        for line in card.lines("engagement"):
            if line.year == number:
                yield from _engaged(claimant, card, line, number)


def _engaged(claimant: Claimant, card: Card, line: Trigger, number: int) -> Iterator[Earned]:
    child, voided = claimant.child, claimant.book.voided
    if child.verdict_on(line.trigger, voided, on_area=False) is None:
        return
    year = claimant.cohort.years[number - 1]
    record = year_record(child, claimant.contract, year, voided=voided)
    result = record.result(card.engagement)
    proof = claimant.opened(
        line.trigger,
        record.evidence,
        on_area=False,
        from_on=year.last_on,
        beside=record.passed_over,
    )
    if result == "fails" or proof is None:
        return
    held: WithheldReason | None = "manual_decision" if result == "manual" else None
    if held is None and claimant.cohort.long_stop_on is not None:
        in_time = year_record(
            child,
            claimant.contract,
            year,
            voided=voided,
            received_by=claimant.cohort.long_stop_on,
        )
        held = HELD_IN_TIME[in_time.result(card.engagement)]
    yield Earned(line, card, year.last_on, proof, held)


def _outcomes(claimant: Claimant, entitlement: Entitlement) -> Iterator[Earned]:
    orders = {
        line.verified_first
        for card in claimant.cards
        for line in card.terms.triggers
        if line.kind in BY_SCORES
    }
    verified = {given.about for given in claimant.child.verdicts if given.on_area}
    attempt = Attempt(
        claimant.child,
        claimant.cards,
        claimant.enrolment.terms.cohort,
        from_on=claimant.enrolment.effective_on,
        stop_on=claimant.stop_on,
        areas=None if False in orders else verified,
    )
    results = achieved_areas(attempt, claimant.contract.rules, claimant.cohort.long_stop_on)
    for verified_first in sorted(orders, reverse=True) if results else ():
        counting = _counting(claimant, results, verified_first=verified_first)
        entitlement.counting[verified_first] = counting
        yield from _counted(counting)


def _counting(
    claimant: Claimant, results: list[AreaResult], *, verified_first: bool
) -> list[Counting]:
    """The areas that count, each once, in the order that decides ranks; late ones last."""
    best: dict[str, Counting] = {}
    for result in sorted(results, key=_by_end_point):
        proof: tuple[int, ...] | None = tuple(sorted(result.proof))
        if verified_first:
            proof = claimant.opened(
                result.entry.area, result.proof, on_area=True, from_on=datetime.date.min
            )
        if proof is not None:
            best.setdefault(result.entry.area, Counting(result, proof, verified_first))
    return list(best.values())


def _by_end_point(result: AreaResult) -> tuple[bool, datetime.date, int]:
    return result.late, result.end_point.taken_on, result.end_point.version


def _counted(counting: list[Counting]) -> Iterator[Earned]:
    for rank, (result, proof, verified_first) in enumerate(counting, start=1):
        for line in result.card.terms.triggers:
            by_rank = line.kind == "outcome_count" and line.rank == rank
            by_area = line.kind == "outcome_area" and line.area == result.entry.area
            if (by_rank or by_area) and line.verified_first is verified_first:
                yield Earned(
                    line,
                    result.card,
                    result.end_point.taken_on,
                    proof,
                    "time_barred" if result.late else None,
                    result.entry.area,
                )


def _distance(claimant: Claimant) -> Iterator[Earned]:
    for card in claimant.cards:
        lines = list(card.lines("distance_travelled"))
        travelled = claimant.travelled(card) if lines else None
        if travelled is None or claimant.card_on(travelled.ended_on) is not card:
            continue
        measured = scores_in(claimant.child, {entry.area for entry in card.areas})
        for line in lines:
            proof: tuple[int, ...] | None = tuple(sorted(travelled.proof))
            if line.verified_first:
                proof = claimant.opened(
                    line.trigger,
                    travelled.proof,
                    on_area=False,
                    from_on=datetime.date.min,
                    beside=measured,
                )
            if proof is not None and travelled.reaches(line.percent or 0):
                in_time = _reached_in_time(claimant, card, line)
                held: WithheldReason | None = None if in_time else "time_barred"
                yield Earned(line, card, travelled.ended_on, proof, held)


def _reached_in_time(claimant: Claimant, card: Card, line: Trigger) -> bool:
    """Whether the scores received in time reach the goal by themselves.

    Version 1 of the rules asks the card of the late result alone, whatever the days of the scores.
    """
    long_stop = claimant.cohort.long_stop_on
    if long_stop is None:
        return True
    if not claimant.contract.rules.whole_in_time:
        travelled = claimant.travelled(card, long_stop)
        return travelled is not None and travelled.reaches(line.percent or 0)
    return any(
        travelled is not None
        and claimant.enrolment.effective_on <= travelled.ended_on <= claimant.stop_on
        and claimant.card_on(travelled.ended_on) is other
        and travelled.reaches(twin.percent or 0)
        for other in claimant.cards
        for twin in other.lines("distance_travelled")
        if twin.trigger == line.trigger
        for travelled in (claimant.travelled(other, long_stop),)
    )
