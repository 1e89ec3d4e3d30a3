"""PostgreSQL is told of the read tables as a log doubles, and not by every process that begins."""

import psycopg

from ledger.events.cash import ReceiptRecorded
from projections.runner import Runner
from projections.store.batches import QUERIES, Batches
from tests.projections import given
from tests.projections.history import CONTRACT, LEDGER


def postings_described(dsn):
    """How many postings PostgreSQL plans for; -1 when it was never told."""
    with psycopg.connect(dsn) as connection:
        [told] = connection.execute(
            "select reltuples from pg_class where oid = 'projections.postings'::regclass"
        ).fetchone()
    return told


def told_upto(history, dsn, version):
    """Receipts up to a version of the log."""
    if not history.events:
        given.terms(history)
    while history.version < version:
        receipt = ReceiptRecorded(CONTRACT, "phil", f"r{history.version}", 1)
        history.add(receipt, "2020-01-06")
    assert history.store(dsn) == version


def test_tables_are_described_once_there_is_something_to_say(dsn, history):
    told_upto(history, dsn, 60)
    Runner(dsn).catch_up(LEDGER)
    assert postings_described(dsn) == -1
    told_upto(history, dsn, 219)
    Runner(dsn).catch_up(LEDGER)
    assert postings_described(dsn) == -1, "what began later leaves it to PostgreSQL"
    told_upto(history, dsn, 220 + 319)
    Runner(dsn).catch_up(LEDGER)
    assert postings_described(dsn) > 220, "but for what has doubled since"


def test_a_generation_that_was_rebuilt_is_described_before_it_is_read(dsn, history):
    told_upto(history, dsn, 150)
    runner = Runner(dsn)
    runner.catch_up(LEDGER)
    runner.rebuild(LEDGER)
    with psycopg.connect(dsn) as connection:
        [generations] = connection.execute(
            "select most_common_vals::text from pg_stats"
            " where tablename = 'postings' and attname = 'generation'"
        ).fetchone()
    assert generations == "{1,2}"


def test_a_process_that_goes_on_describes_them_again_as_the_log_doubles(dsn, history):
    told = []
    with (
        psycopg.connect(dsn, autocommit=True) as writing,
        psycopg.connect(dsn, autocommit=True) as reading,
    ):
        batches = Batches(writing, reading, LEDGER)
        for version in (150, 300, 420):
            told_upto(history, dsn, version)
            assert batches.apply_next() == (version, version)
            told.append(postings_described(dsn))
    assert told[0] == told[1] < told[2]


def test_a_generation_is_described_when_it_is_whole_and_not_while_it_is_built(dsn, history):
    told_upto(history, dsn, 150)
    with (
        psycopg.connect(dsn, autocommit=True) as writing,
        psycopg.connect(dsn, autocommit=True) as reading,
    ):
        writing.execute(QUERIES["begin_first_generation"], {"ledger": LEDGER})
        writing.execute(QUERIES["begin_rebuild"], {"ledger": LEDGER})
        batches = Batches(writing, reading, LEDGER, generation=2)
        batches.apply_next()
        assert postings_described(dsn) == -1
        batches.describe()
    assert postings_described(dsn) > 0


def test_describing_them_does_not_sort_splits_nor_count_offsets(dsn, history):
    given.terms(history)
    for child in range(150):
        given.enrol(history, f"c{child}")
    history.store(dsn)
    Runner(dsn).catch_up(LEDGER)
    with psycopg.connect(dsn) as connection:
        known = connection.execute(
            "select tablename, attname from pg_stats where schemaname = 'projections'"
        ).fetchall()
    assert {("payments", "evidence"), ("event_index", "subject")} <= set(known)
    assert not {("payments", "split"), ("event_index", "offsets")} & set(known)
