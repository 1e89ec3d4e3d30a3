"""What was delivered: link workers' interactions, and partners' sessions in groups of children.

A child that engages has at least six formal interactions and attends at least 75% of the sessions
it is expected at; one that falls short does so by one interaction or one session.
"""

import datetime
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from api.reference.dice import DAY, FRIDAY, dice_for, evenly, some_days, working_day_after
from api.reference.dice import working_days as days_of_work
from api.reference.intakes import CONTRACT, Days, Intake
from api.reference.partners import ORDERS, Order
from api.reference.roster import Child, YearEnd
from api.reference.written import Written, written

GROUP_SIZE: Final = 9
FORMAL: Final = 6
SETTLING_IN: Final = 7 * DAY
LAST_SESSION_BEFORE_YEAR_END: Final = 14 * DAY
SCHOOLS_SHUT: Final = (datetime.date(2020, 3, 23), datetime.date(2020, 7, 31))
RESUBMITTED_ONE_IN: Final = 60
REVIEWED: Final = "choir"
REVIEWED_MINUTES: Final = 60
REVIEWED_YEAR: Final = (datetime.date(2020, 9, 1), datetime.date(2021, 8, 31))
REVIEWED_ON: Final = datetime.date(2022, 1, 17)


@dataclass(frozen=True, slots=True)
class Group:
    """Children of one school and cohort who meet the same partner in one programme year."""

    name: str
    year: int
    order: Order
    children: tuple[Child, ...]


def interactions(child: Child, seed: int) -> Iterator[Written]:
    """The formal and informal meetings of a child and its link worker, year by year."""
    for year in child.intake.recorded_years:
        within = time_in_programme(child, year)
        dice = dice_for(seed, f"interactions:{child.child}:{year}")
        formal = _formal_interactions(dice, child.year_ends[year - 1])
        if formal == 0 or within[0] >= within[1]:
            continue
        informal = dice.randint(0, 2)
        kinds = [True] * formal + [False] * informal
        dice.shuffle(kinds)
        days = some_days(dice, within, len(kinds))
        for place, (day, is_formal) in enumerate(zip(days, kinds, strict=False), start=1):
            yield written(
                "case-system",
                "interaction.recorded",
                f"interaction:{child.child}:{year}:{place:02}",
                day,
                {
                    "contract": CONTRACT,
                    "child": child.child,
                    "formal": is_formal,
                    "minutes": dice.choice((20, 30, 45, 60)) if is_formal else 10,
                },
                received_on=day + DAY * (FRIDAY - day.weekday()),
            )


def time_in_programme(child: Child, year: int) -> Days:
    """The days of a programme year on which the child can be met."""
    first, last = child.intake.years[year - 1]
    first = max(first + SETTLING_IN, child.signed_up_on + SETTLING_IN)
    last = min(last, child.withdrawn_on or last)
    return first, last - LAST_SESSION_BEFORE_YEAR_END


def _formal_interactions(dice: random.Random, year_end: YearEnd) -> int:
    match year_end:
        case "engaged" | "low_attendance":
            return FORMAL + dice.randint(0, 2)
        case "few_interactions":
            return FORMAL - 1
        case "unpaid" | "left":
            return dice.randint(2, 3)
        case "gone" | "none":
            return 0


def groups(children: Sequence[Child]) -> Iterator[Group]:
    """The children of each cohort and school in groups of at most nine, one order a year each."""
    place = 0
    by_school = sorted(children, key=lambda child: (child.intake.cohort, child.school, child.child))
    for (cohort, school), together in groupby(by_school, lambda c: (c.intake.cohort, c.school)):
        members = tuple(together)
        count = -(-len(members) // GROUP_SIZE)
        for number in range(count):
            for year in members[0].intake.recorded_years:
                place += 1
                yield Group(
                    name=f"{cohort}-{school}-{number + 1}",
                    year=year,
                    order=ORDERS[place % len(ORDERS)],
                    children=members[number::count],
                )


def registers(group: Group, seed: int) -> Iterator[Written]:
    """The sessions of a group in a year, some cancelled, a few corrected a week later."""
    dice = dice_for(seed, f"registers:{group.name}:{group.year}")
    intake = group.children[0].intake
    delivered = dice.randint(8, 12)
    cancelled = dice.randint(0, 2)
    statuses = ["delivered"] * delivered + [
        dice.choice(("cancelled_by_partner", "cancelled_by_school")) for _ in range(cancelled)
    ]
    dice.shuffle(statuses)
    missed = _missed(dice, group, delivered)
    held = 0
    days = evenly(days_of_work(session_window(intake, group.year)), len(statuses))
    for number, (day, status) in enumerate(zip(days, statuses, strict=True), start=1):
        if SCHOOLS_SHUT[0] <= day <= SCHOOLS_SHUT[1]:
            status = "cancelled_by_school"  # noqa: PLW2901 (schools were shut that spring)
        expected = [child.child for child in group.children if _is_there(child, day)]
        absent = {child for child in expected if held in missed[child]}
        held += status == "delivered"
        attended = [child for child in expected if child not in absent]
        if expected:
            session = f"{group.name}-y{group.year}-s{number:02}"
            yield from _register(dice, group.order, session, day, status, expected, attended)


def reviewed(registers: Iterable[Written]) -> Iterator[Written]:
    """After a year was closed, a review finds that one session of it was shorter than said.

    Nobody's attendance changes; the fee does, in a year that is closed.
    """
    for register in registers:
        content = register.fact["data"]
        if content["order"] != REVIEWED or content["status"] != "delivered":
            continue
        day = datetime.date.fromisoformat(register.fact["effective_on"])
        if content["minutes"] > REVIEWED_MINUTES and REVIEWED_YEAR[0] <= day <= REVIEWED_YEAR[1]:
            shorter = {**content, "minutes": REVIEWED_MINUTES}
            yield _submitted(f"{content['session']}:review", day, shorter, REVIEWED_ON)
            return


def session_window(intake: Intake, year: int) -> Days:
    """Sessions start when everybody has signed up; in the first year of 2019, in January."""
    first, last = intake.years[year - 1]
    if year == 1:
        january = datetime.date(last.year, 1, 13)
        first = january if intake.engaged[0] is None else intake.signed_up[1] + 3 * DAY
    return first + SETTLING_IN, last - LAST_SESSION_BEFORE_YEAR_END


def _is_there(child: Child, day: datetime.date) -> bool:
    return child.signed_up_on + SETTLING_IN <= day <= (child.withdrawn_on or day)


def _missed(dice: random.Random, group: Group, delivered: int) -> dict[str, set[int]]:
    """For each child, which of the delivered sessions it misses; at most a quarter passes."""
    most = delivered // 4
    missed = {}
    for child in group.children:
        short = child.year_ends[group.year - 1] == "low_attendance"
        count = most + 1 if short else dice.randint(0, most)
        missed[child.child] = set(dice.sample(range(delivered), count))
    return missed


def _register(
    dice: random.Random,
    order: Order,
    session: str,
    day: datetime.date,
    status: str,
    expected: Sequence[str],
    attended: Sequence[str],
) -> Iterator[Written]:
    content: dict[str, Any] = {
        "contract": CONTRACT,
        "order": order.order,
        "session": session,
        "status": status,
        "expected": list(expected),
    }
    if order.unit == "hour":
        content["minutes"] = dice.choice((60, 90, 100))
    received_on = working_day_after(day, dice.randint(0, 4))
    if status != "delivered":
        yield _submitted(session, day, content, received_on)
        return
    content["attended"] = list(attended)
    content["engaged"] = [child for child in attended if dice.randint(1, 10) > 1]
    if attended and dice.randint(1, RESUBMITTED_ONE_IN) == 1:
        forgotten = attended[-1]
        first = {
            **content,
            **{
                listed: [child for child in content[listed] if child != forgotten]
                for listed in ("attended", "engaged")
            },
        }
        yield _submitted(f"{session}:first", day, first, received_on)
        received_on = working_day_after(received_on, 6)
    yield _submitted(session, day, content, received_on)


def _submitted(
    name: str, day: datetime.date, content: dict[str, Any], received_on: datetime.date
) -> Written:
    return written(
        "partner-portal", "register.submitted", f"register:{name}", day, content, received_on
    )
