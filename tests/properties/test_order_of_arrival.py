"""Under `per_line` and without caps the same facts end in the same payments, however they came.

Left out is what depends on order by its nature: a second verdict or value for one thing, a second
card or share set for one date, transfers recorded after the payment that they would have split.
"""

from hypothesis import given

from tests.properties import facts
from tests.properties.facts import CHILDREN, YEARS, fact
from tests.properties.histories import (
    AREAS,
    DAYS,
    card,
    interleaved,
    outcome,
    share_set,
    sometimes,
    year,
)
from tests.properties.noise import chances
from tests.properties.world import played

GRANT = {"reference": "g", "trigger": "GRANT", "amount_minor": 7, "reason": "agreed"}


def told(chance):
    """The same facts twice, in two orders; enrolments come first, and each thing is said once."""
    terms = [card(chance, whole=True), share_set(chance, anywhere=True)]
    if not needs_roles(terms[1]):
        terms.append(fact("grant.agreed", "2022-03-01", "finance", **GRANT))
    enrolments, said = [], []
    for child in CHILDREN:
        cohort = chance.choice(facts.COHORTS)
        enrolments.append(facts.enrolled(child, YEARS[cohort][0][0], cohort))
        said += [verified_by_another(chance, each) for each in path(chance, child, cohort)]
    orders = []
    for _ in range(2):
        chance.shuffle(said)
        orders.append(facts.prologue() + enrolments + interleaved(chance, terms, said))
    return orders


def path(chance, child, cohort):
    """What happens to a child after its enrolment."""
    said = [*year(chance, child, cohort, 0), *year(chance, child, cohort, 1)]
    for area in chance.sample(AREAS, chance.randint(0, 4)):
        said += outcome(chance, child, cohort, area)
    if sometimes(chance, 3):
        said.append(facts.verified(child, "2023-10-01", trigger="FAR"))
    if sometimes(chance, 4):
        gone = chance.choice(DAYS[6:])
        said.append(fact("child.withdrawn", gone, child=child, reason="moved"))
    return said


def verified_by_another(chance, sent):
    """Have every verdict given by somebody who recorded nothing."""
    actor, content = sent
    verdict = content["type"] == "verification.recorded"
    return (chance.choice(("verifier-a", "verifier-b")) if verdict else actor), content


def needs_roles(sharing):
    return any("role" in share for share in sharing[1]["data"]["shares"])


@given(chances.map(told))
def test_another_order_of_arrival_ends_in_the_same_net_payments(orders):
    first, second = (played(order) for order in orders)
    assert not first.refused
    assert not second.refused
    assert first.auditor.net_payments() == second.auditor.net_payments()
    assert held(first) == held(second)


def held(world):
    return {key: event.data.reason for key, event in world.auditor.withheld.items()}


@given(chances.map(told))
def test_fees_never_depend_on_the_order_of_registers(orders):
    first, second = (played(order) for order in orders)
    assert fees(first) == fees(second)


def fees(world):
    """What is accrued in all, order by order; a block's one fee may sit at either of equals."""
    total: dict[str, int] = {}
    for (_, order, _), event in world.auditor.accrued.items():
        total[order] = total.get(order, 0) + event.data.amount_minor
    return total
