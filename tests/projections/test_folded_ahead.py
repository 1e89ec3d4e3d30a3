import psycopg

from projections.audit.verify import verify
from projections.rows import OFFSETS_PER_SLOT
from projections.store.batches import Batches
from tests.projections import given
from tests.projections.history import LEDGER


def test_what_was_folded_ahead_is_not_folded_again_when_the_log_has_grown_meanwhile(dsn, history):
    given.terms(history)
    given.meet(history, "c0", "2019-10-01", times=OFFSETS_PER_SLOT - history.version)
    given.enrol(history, "c1")
    history.store(dsn)
    with (
        psycopg.connect(dsn, autocommit=True) as writing,
        psycopg.connect(dsn, autocommit=True) as reading,
    ):
        batches = Batches(writing, reading, LEDGER)
        assert batches.apply_next() == (OFFSETS_PER_SLOT, history.version)
        given.enrol(history, "c2")
        history.store(dsn)
        version, head = batches.apply_next()
        while version < head:
            version, head = batches.apply_next()
    differing = [
        found for found in verify(dsn, LEDGER).findings if found.code == "projection_differs"
    ]
    assert (version, differing) == (history.version, [])
