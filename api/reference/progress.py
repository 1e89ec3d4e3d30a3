"""Measurements, verdicts and corrections: what opens a payment, and now and then closes it."""

import datetime
import random
from collections.abc import Iterator
from typing import Any, Final

from api.reference.areas import AREAS, Path
from api.reference.dice import DAY, dice_for, some_days, working_day_after
from api.reference.intakes import CONTRACT, END_POINTS
from api.reference.roster import Child
from api.reference.terms import SDQ_AVERAGE_AT_MOST
from api.reference.written import Written, written

OUTCOMES_VERIFIED: Final = (datetime.date(2021, 11, 1), datetime.date(2021, 11, 26))
CORRECTED_AFTER: Final = 40
YEAR_VERIFIED: Final = (3, 21)
ATTENDANCE_TENTHS: Final = 920
ENGLISH_SCORE: Final = 90
ENGLISH_GAIN: Final = 5
INSTRUMENTS: Final = {
    "peer": "sdq-peer",
    "emotional": "sdq-emotional",
    "parental_engagement": "scale-of-four",
    "maths": "teacher-assessment",
    "english": "standardised-score",
    "attendance": "percent-of-sessions",
    "school_engagement": "scale-of-five",
}
REASON_OF: Final = {
    "few_interactions": "fewer_than_six",
    "low_attendance": "below_three_quarters",
}


def measurements(path: Path, seed: int) -> Iterator[Written]:
    """A child's baselines in all areas; its end points, verdicts and corrections when measured."""
    child = path.child
    dice = dice_for(seed, f"measured:{child.child}")
    informant = dice.choice(("teacher", "teacher", "parent"))
    measured_on = some_days(dice, END_POINTS, 1)[0]
    for area in AREAS:
        at_risk = area in path.at_risk
        baseline, achieved, missed = _scores(dice, area, informant, at_risk=at_risk)
        by = informant if area in {"peer", "emotional"} else None
        yield _measured(child, area, "baseline", child.signed_up_on, baseline, by)
        if child.achieved is None or not at_risk:
            continue
        good = area in path.achieved or area == path.mistaken
        end_point = achieved if good else missed
        yield _measured(child, area, "end_point", measured_on, end_point, by)
        verified_on = some_days(dice, OUTCOMES_VERIFIED, 1)[0]
        yield _verdict(child, f"verified:{child.child}:{area}", verified_on, area=area)
        if area == path.mistaken:
            yield _corrected(child, area, measured_on, missed, by)


def verdicts_on_years(child: Child, seed: int) -> Iterator[Written]:
    """Quality's word on each paid year of a child that stayed: engaged, or short of it."""
    dice = dice_for(seed, f"verdict:{child.child}")
    for year, year_end in enumerate(child.year_ends, start=1):
        last = child.intake.years[year - 1][1]
        day = some_days(dice, (last + YEAR_VERIFIED[0] * DAY, last + YEAR_VERIFIED[1] * DAY), 1)[0]
        name, trigger = f"verified:{child.child}:y{year}", f"ENGAGED_Y{year}"
        match year_end:
            case "engaged":
                yield _verdict(child, name, day, trigger=trigger)
            case "few_interactions" | "low_attendance":
                reason = REASON_OF[year_end]
                yield _verdict(
                    child, name, day, trigger=trigger, verdict="rejected", reason_code=reason
                )
            case "left" | "gone" | "unpaid" | "none":
                continue


def _scores(
    dice: random.Random, area: str, informant: str, *, at_risk: bool
) -> tuple[Any, Any, Any]:
    """A baseline, an end point that achieves the area, and one that does not."""
    match area:
        case "peer" | "emotional":
            average = SDQ_AVERAGE_AT_MOST[area, informant]
            high = dice.randint(average + 1, 9)
            calm = dice.randint(0, average)
            return (high if at_risk else calm), calm, dice.randint(average + 1, 9)
        case "parental_engagement" | "school_engagement":
            low = dice.randint(1, 2)
            return (low if at_risk else dice.randint(3, 4)), dice.randint(3, 4), low
        case "maths":
            return at_risk, True, False
        case "english":
            low = dice.randint(ENGLISH_SCORE - 18, ENGLISH_SCORE - 1)
            gain = dice.randint(ENGLISH_GAIN, ENGLISH_GAIN + 9)
            baseline = low if at_risk else low + 20
            return baseline, baseline + gain, baseline + dice.randint(-4, ENGLISH_GAIN - 1)
        case _:
            low = dice.randint(ATTENDANCE_TENTHS - 90, ATTENDANCE_TENTHS - 1)
            high = dice.randint(ATTENDANCE_TENTHS, 995)
            missed = dice.randint(low - 20, ATTENDANCE_TENTHS - 1)
            return _tenths(low if at_risk else high), _tenths(high), _tenths(missed)


def _tenths(value: int) -> str:
    return f"{value // 10}.{value % 10}"


def _measured(
    child: Child,
    area: str,
    point: str,
    day: datetime.date,
    value: int | str | bool,  # noqa: FBT001 (a score may be a boolean)
    informant: str | None,
) -> Written:
    content = {
        "contract": CONTRACT,
        "child": child.child,
        "area": area,
        "point": point,
        "instrument": INSTRUMENTS[area],
        "value": value,
        **({"informant": informant} if informant else {}),
    }
    name = f"measured:{child.child}:{area}:{point}"
    received_on = day if point == "baseline" else working_day_after(day, 3)
    return written("case-system", "measurement.recorded", name, day, content, received_on)


def _corrected(
    child: Child,
    area: str,
    day: datetime.date,
    value: int | str | bool,  # noqa: FBT001 (a score may be a boolean)
    informant: str | None,
) -> Written:
    content = {
        "contract": CONTRACT,
        "child": child.child,
        "area": area,
        "point": "end_point",
        "value": value,
        "reason": "keyed_wrongly",
        **({"informant": informant} if informant else {}),
    }
    name = f"corrected:{child.child}:{area}"
    received_on = working_day_after(OUTCOMES_VERIFIED[1], CORRECTED_AFTER)
    return written("case-system", "measurement.corrected", name, day, content, received_on)


def _verdict(
    child: Child, name: str, day: datetime.date, verdict: str = "verified", **about: str
) -> Written:
    content = {"contract": CONTRACT, "child": child.child, "verdict": verdict, **about}
    return written("quality", "verification.recorded", name, day, content)
