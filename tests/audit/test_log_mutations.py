"""Whatever is changed in a log by somebody with every right, the checker finds it."""

from random import Random

import pytest

from projections.audit.brought import Brought
from projections.audit.verify import verify_on
from tests.audit import mutations_of_events, mutations_of_rows
from tests.audit.forging import Forger
from tests.audit.recorded import LEDGER, OTHER

KINDS = (*mutations_of_events.KINDS, *mutations_of_rows.KINDS)
SEEDS = range(9)
# Inside, everything agrees: only what an auditor kept elsewhere can tell.
FROM_OUTSIDE = (
    mutations_of_events.the_end_cut_off_with_what_was_signed,
    mutations_of_events.an_event_edited_and_signed_anew,
    mutations_of_rows.the_key_replaced_and_signed_anew,
    mutations_of_rows.two_ledgers_exchanged,
)


def mutated(original, mutate, seed, brought):
    """What is found once the ledger was changed in one way; the change is undone."""
    _, connection = original
    with connection.transaction(force_rollback=True):
        mutate(Forger(connection, Random(seed)))
        return verify_on(connection, LEDGER, brought=brought)


def test_what_nobody_changed_is_found_in_order(original):
    made, connection = original
    with connection.transaction():
        report = verify_on(connection, LEDGER, brought=made.brought)
    assert [found for found in report.findings if not found.is_remark] == []
    assert report.version == made.version > 256
    for what in ("nodes", "idempotency keys", "ids", "cosignatures", "payments added up"):
        assert report.checked[what] > 0, what
    with connection.transaction():
        assert verify_on(connection, OTHER).sound


def test_there_are_more_than_two_hundred_mutations():
    assert len(KINDS) * len(SEEDS) > 200


@pytest.mark.parametrize("mutate", KINDS, ids=lambda kind: kind.__name__)
def test_a_log_that_was_changed_is_found_out(original, mutate):
    brought = original[0].brought if mutate in FROM_OUTSIDE else Brought()
    missed = [seed for seed in SEEDS if mutated(original, mutate, seed, brought).sound]
    assert missed == []


def test_what_only_an_outsider_can_tell_is_said_to_be_unchecked(original):
    for mutate in FROM_OUTSIDE[2:]:
        report = mutated(original, mutate, 0, Brought())
        assert report.sound
        assert report.outcome == "not_all_checkable" or report.findings
        assert {"--verifier-key", "--checkpoint"} <= {
            word.strip("()") for line in report.unchecked for word in line.split()
        }
