import psycopg
import pytest

from projections.reading.pair import Pair
from projections.runner import Runner
from tests.projections.history import History, day


@pytest.fixture
def history():
    return History()


@pytest.fixture
def read(dsn, history):
    """Bring the read tables up to the history and ask one question."""
    with psycopg.connect(dsn, autocommit=True) as connection:

        def asked(question, *arguments, as_of=None, known_at=None, **filters):
            history.store(dsn)
            Runner(dsn).catch_up(history.ledger)
            at = Pair(day(as_of) if as_of else None, known_at or history.version)
            return question(connection, history.ledger, *arguments, at, **filters)

        yield asked
