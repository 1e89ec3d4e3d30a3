"""A child's way in and out: enrolled, planned, moved, withdrawn, completed."""

from collections.abc import Iterator
from typing import Final

from api.reference.areas import AREAS
from api.reference.dice import DAY, dice_for, some_days, working_day_after
from api.reference.intakes import CONTRACT
from api.reference.roster import SCHOOLS_PER_BOROUGH, Child
from api.reference.written import Written, written

LINK_WORKERS: Final = 40
MOVED_ONE_IN: Final = 90
REASONS: Final = ("moved", "consent_withdrawn", "disengaged", "other")


def path_of(child: Child, seed: int) -> Iterator[Written]:
    """The facts of a child's stay, each received within days."""
    dice = dice_for(seed, f"path:{child.child}")
    named = {"contract": CONTRACT, "child": child.child}
    yield written(
        "case-system",
        "child.enrolled",
        f"enrolled:{child.child}",
        child.signed_up_on,
        {
            **named,
            "cohort": child.intake.cohort,
            "school": child.school,
            "borough": child.borough,
            "consent_given_on": (child.signed_up_on - dice.randint(0, 14) * DAY).isoformat(),
            "funders": {"local_authority": child.borough, "school": "schools"},
        },
    )
    yield written(
        "case-system",
        "plan.agreed",
        f"plan:{child.child}",
        working_day_after(child.signed_up_on, 7),
        {
            **named,
            "areas": sorted(dice.sample(AREAS, 3)),
            "link_worker": f"worker-{dice.randint(1, LINK_WORKERS):02}",
        },
    )
    yield from _end_of_stay(child, seed, named)


def _end_of_stay(child: Child, seed: int, named: dict[str, str]) -> Iterator[Written]:
    dice = dice_for(seed, f"end:{child.child}")
    if child.withdrawn_on is not None:
        content = {**named, "reason": dice.choice(REASONS)}
        name = f"withdrawn:{child.child}"
        received_on = working_day_after(child.withdrawn_on, dice.randint(1, 12))
        yield written(
            "case-system", "child.withdrawn", name, child.withdrawn_on, content, received_on
        )
        return
    if child.year_ends[1] == "none":
        return
    first, last = child.intake.years[1]
    if dice.randint(1, MOVED_ONE_IN) == 1:
        school = f"school-{child.borough}-{dice.randint(1, SCHOOLS_PER_BOROUGH)}"
        moved_on = some_days(dice, (first, first + 200 * DAY), 1)[0]
        content = {**named, "school": school, "borough": child.borough}
        yield written("case-system", "child.transferred", f"moved:{child.child}", moved_on, content)
    yield written("case-system", "child.completed", f"completed:{child.child}", last, dict(named))
