"""How large a sample may be: what fails of it comes off in one step, its closing."""

from ledger.samples import ITEMS_MAX
from tests.ledger.claims import drafted, drawn, submitted
from tests.ledger.facts import enrolled
from tests.ledger.saying import given, selected
from tests.ledger.terms import SIGN_UP, contract, priced

CHILDREN, EACH = 26, 200
LINES = [priced(SIGN_UP, 1) | {"trigger": f"SIGN_UP_{number}"} for number in range(EACH)]
POPULATION = CHILDREN * EACH


def large_claim():
    """A submitted claim of more lines than a sample may have."""
    signed_up = [enrolled(f"child-{number}") for number in range(CHILDREN)]
    return given(contract(*LINES), signed_up, drafted(), submitted())


def test_a_sample_that_one_closing_could_not_take_off_is_refused_before_it_is_drawn():
    world = large_claim()
    world = world.when(drawn(size=ITEMS_MAX + 1)).then_refused("too_many_decisions", "/data/size")
    world = world.when(drawn(size=10**6)).then_refused("too_many_decisions", "/data/size")
    world.when(drawn(size=ITEMS_MAX)).then(selected("s1", ITEMS_MAX, POPULATION))
