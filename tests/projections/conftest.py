import psycopg
import pytest

from projections.reading.pair import Pair
from projections.reading.retention import due
from projections.runner import Runner
from tests.projections import given
from tests.projections.history import History, day
from tests.projections.keeping import TODAY


@pytest.fixture
def history():
    return History()


@pytest.fixture
def read(dsn, history):
    """Bring the read tables up to the history and ask one question."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        projected = [0]

        def asked(question, *arguments, as_of=None, known_at=None, **filters):
            if projected[-1] < history.store(dsn):
                Runner(dsn).catch_up(history.ledger)
                projected.append(history.version)
            at = Pair(day(as_of) if as_of else None, known_at or history.version)
            return question(connection, history.ledger, *arguments, at, **filters)

        yield asked


@pytest.fixture
def asked(history, read):
    """Ask what is due on a day; rows of child, kind, day and state."""
    given.terms(history)

    def found(on="2023-01-15", **filters):
        page = read(due, today=TODAY, on=day(on), **filters)
        return [(row["child"], row["kind"], row["due_on"], row["state"]) for row in page.items]

    return found
