"""How a trigger was earned: its tests as steps, each with its operands, its result, its events."""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final

import msgspec

from ledger.child import Measurement
from ledger.claimant import claimant_of
from ledger.distance import distance_of
from ledger.engagement import HUNDRED, YearRecord, window, year_record
from ledger.entitlement import Counting, entitled
from ledger.events.terms import Area
from ledger.events.words import Sealed
from ledger.outcomes import holds, is_at_risk, number, score_of
from projections.tracing.recompute import SCORED, kinds_with
from projections.tracing.sparse_book import ordinal
from projections.tracing.tested import Step, Tested


def steps_of(tested: Tested, word: str) -> list[Step]:
    """The steps by which a trigger was earned (`domain.md` 3, 4), each with its operands.

    A step that is a test says whether it `holds`. Where the scores that decide cannot be read there
    is one step alone, `{step: unreadable, why: word}`.
    """
    if tested.child.frozen and tested.line.kind in SCORED:
        return [{"step": "unreadable", "why": word}]
    return list(STEPS[tested.line.kind](tested))


def _sign_up(tested: Tested) -> Iterator[Step]:
    enrolment = tested.child.signed_up
    consent = enrolment.terms.consent_given_on
    yield {
        "step": "enrolled_with_consent",
        "enrolment": enrolment.version,
        "enrolled_on": enrolment.effective_on.isoformat(),
        "consent_given_on": consent.isoformat(),
        "holds": consent <= enrolment.effective_on,
    }
    if tested.line.verified_first:
        yield tested.verified(tested.line.trigger, (enrolment.version,), on_area=False)


def _engagement(tested: Tested) -> Iterator[Step]:
    contract, child, book = tested.contract, tested.child, tested.place.book
    cohort = contract.cohorts[child.signed_up.terms.cohort]
    year = cohort.years[(tested.line.year or 1) - 1]
    first, last = window(child, year)
    yield {
        "step": "days_that_count",
        "year": tested.line.year,
        "year_from": year.first_on.isoformat(),
        "year_to": year.last_on.isoformat(),
        "from": ordinal(first),
        "to": ordinal(last),
    }
    record = year_record(child, contract, year, voided=book.voided)
    yield from _year_steps(tested, record)
    if cohort.long_stop_on is not None:
        in_time = year_record(
            child, contract, year, voided=book.voided, received_by=cohort.long_stop_on
        )
        yield {
            "step": "with_those_received_in_time",
            "long_stop_on": cohort.long_stop_on.isoformat(),
            "formal_interactions": in_time.formal_interactions,
            "fraction": f"{in_time.sessions_attended}/{in_time.sessions_expected}",
            "result": in_time.result(tested.card.engagement),
        }
    yield tested.verified(tested.line.trigger, record.evidence, on_area=False)


def _year_steps(tested: Tested, record: YearRecord) -> Iterator[Step]:
    terms = tested.card.engagement
    yield {
        "step": "formal_interactions",
        "count": record.formal_interactions,
        "needed": terms.min_interactions,
        "holds": record.formal_interactions >= terms.min_interactions,
    }
    attended, expected = record.sessions_attended, record.sessions_expected
    left, right = attended * HUNDRED, expected * terms.min_attendance_percent
    yield {
        "step": "attendance",
        "attended": attended,
        "expected": expected,
        "fraction": f"{attended}/{expected}",
        "needed_percent": terms.min_attendance_percent,
        "left": f"{attended} x {HUNDRED} = {left}",
        "right": f"{expected} x {terms.min_attendance_percent} = {right}",
        "holds": expected > 0 and left >= right,
        "result": record.result(terms),
    }


def _outcomes(tested: Tested) -> Iterator[Step]:
    line = tested.line
    found = entitled(tested.place.book, tested.contract, tested.child, kinds_with(line.kind))
    counting = found.counting.get(line.verified_first, [])
    for place, counted in enumerate(counting, start=1):
        yield from _area(tested, counted, place)
    if line.kind == "outcome_count":
        yield {
            "step": "outcomes_counted",
            "count": len(counting),
            "rank": line.rank,
            "rests_on": tested.rests_on,
            "holds": len(counting) >= (line.rank or 0),
        }


def _area(tested: Tested, counted: Counting, place: int) -> Iterator[Step]:
    result = counted.result
    entry, baseline, end_point = result.entry, result.baseline, result.end_point
    yield {
        "step": "area_achieved",
        "place": place,
        "area": entry.area,
        "informant": entry.informant,
        "card": result.card.version,
        "baseline": None if baseline is None else scored(baseline),
        "at_risk_test": None if entry.at_risk is None else msgspec.to_builtins(entry.at_risk),
        "at_risk": is_at_risk(entry, baseline),
        "end_point": scored(end_point),
        "achieved_test": msgspec.to_builtins(entry.achieved),
        "gain": _gain(entry, baseline, end_point),
        "holds": holds(
            entry.achieved,
            end_point.value,
            baseline=None if baseline is None else baseline.value,
        ),
        "late": result.late,
    }
    if counted.verified_first:
        yield tested.verified(entry.area, result.proof, on_area=True)


def _gain(entry: Area, baseline: Measurement | None, end_point: Measurement) -> str | None:
    """By how much the score rose, where the test is one of that."""
    if not entry.achieved.compares_two_points or baseline is None:
        return None
    start, end = number(baseline.value), number(end_point.value)
    return None if start is None or end is None else str(end - start)


def scored(score: Measurement) -> dict[str, Any]:
    """A score that counts, and the ones that it replaced."""
    earlier = []
    before = score.replaced
    while before is not None:
        earlier.append(before.version)
        before = before.replaced
    value = score.value
    return {
        "measurement": score.version,
        "taken_on": score.taken_on.isoformat(),
        "received_on": score.received_on.isoformat(),
        "value": value.sealed if isinstance(value, Sealed) else value,
        "supersedes": earlier,
    }


def _distance(tested: Tested) -> Iterator[Step]:
    claimant = claimant_of(tested.place.book, tested.contract, tested.child)
    travelled = None if claimant is None else claimant.travelled(tested.card)
    steps = list(_ways(tested))
    yield from steps
    if travelled is None:
        return
    goal = tested.line.percent or 0
    yield {
        "step": "mean_distance",
        "sum": str(sum((Fraction(step["progress"]) for step in steps), Fraction(0))),
        "areas": len(steps),
        "mean": str(travelled.mean),
        "needed_percent": goal,
        "left": f"{travelled.mean} x {HUNDRED} = {travelled.mean * HUNDRED}",
        "holds": travelled.mean * HUNDRED >= goal,
    }
    if tested.line.verified_first:
        yield tested.verified(tested.line.trigger, travelled.proof, on_area=False)


def _ways(tested: Tested) -> Iterator[Step]:
    """The way from baseline to threshold of each area that has one, and how far the child came."""
    seen: set[str] = set()
    for entry in tested.card.areas:
        baseline = score_of(tested.child, entry, "baseline")
        end_point = score_of(tested.child, entry, "end_point")
        if baseline is None or entry.area in seen or not is_at_risk(entry, baseline):
            continue
        distance = distance_of(entry.achieved, baseline)
        start = number(baseline.value)
        if distance is None or distance == 0 or end_point is None or start is None:
            continue
        seen.add(entry.area)
        end = number(end_point.value)
        moved = Fraction(0) if end is None else Fraction(end - start)
        progress = min(Fraction(1), max(Fraction(0), moved / distance))
        yield {
            "step": "area_travelled",
            "area": entry.area,
            "baseline": scored(baseline),
            "end_point": scored(end_point),
            "distance": str(distance),
            "moved": str(moved),
            "progress": str(progress),
        }


def _grant(_: Tested) -> Iterator[Step]:
    yield {"step": "agreed"}


STEPS: Final[Mapping[str, Callable[[Tested], Iterator[Step]]]] = {
    "sign_up": _sign_up,
    "engagement": _engagement,
    "outcome_count": _outcomes,
    "outcome_area": _outcomes,
    "distance_travelled": _distance,
    "grant": _grant,
}
