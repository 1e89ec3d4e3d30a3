import datetime
import io
from collections import Counter

import psycopg
import pytest

from projections.exports.wanted import Wanted
from projections.exports.writing import write_export
from projections.reading.pair import Pair
from projections.reading.retention import due
from projections.reading.span import WHOLE
from projections.reading.trial_balance import trial_balance
from projections.runner import Runner
from tests.projections import given
from tests.projections.booked import DAYS
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


@pytest.fixture
def pairs(history):
    """Every day at a few versions, and the last version on every day."""
    versions = (*range(20, history.version, 17), history.version)
    return [{"known_at": version, "as_of": on} for version in versions for on in DAYS]


@pytest.fixture
def export(read):
    """An export as bytes."""

    def exported(kind, **asked):
        target = io.BytesIO()
        read(_write, kind, target, **asked)
        return target.getvalue()

    return exported


def _write(connection, ledger, kind, target, at, **asked):
    write_export(connection, kind, Wanted(ledger, "GBP", at, **asked), target)


@pytest.fixture
def ours(read):
    """Our trial balance by account at the end of a day, without accounts that stand at nothing."""

    def told(upto, *, fund=None, contract=None, as_of=None, known_at=None, span=WHOLE):
        last = min(upto, span.ends_on, day(as_of) if as_of else datetime.date.max)
        found = read(
            trial_balance, as_of=last.isoformat(), known_at=known_at, contract=contract, fund=fund
        )
        sums = Counter()
        for row in found["accounts"]:
            sums[row["account"]] += row["balance_minor"]
        return {account: minor for account, minor in sums.items() if minor}

    return told
