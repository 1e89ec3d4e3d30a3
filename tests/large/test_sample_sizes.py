"""A sample as large as one may be, of which everything fails."""

from ledger.samples import ITEMS_MAX
from tests.ledger.claims import closed, drawn, judged
from tests.ledger.test_sample_sizes import large_claim


def test_the_largest_exact_sample_of_which_all_fails_is_closed():
    world = large_claim().given(drawn(size=ITEMS_MAX))
    items = world.world.book.contracts["lcf"].samples["s1"].terms.payments
    world = world.given([judged(payment, passed=False) for payment in items])
    assert len(world.when(closed()).events) == 1 + ITEMS_MAX
