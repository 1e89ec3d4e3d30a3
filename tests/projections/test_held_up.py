"""A ledger that cannot be projected holds up nobody but itself, and is not passed over."""

import threading
from dataclasses import replace

import msgspec
import pytest

from ledger.log.ports import Head
from ledger.log.postgres import PostgresLog
from projections import runner as running
from projections.runner import Runner
from tests.log.facts import WLZ
from tests.log.test_log import commit_on
from tests.projections import given


def test_one_unreadable_event_ends_the_runner_after_the_other_ledgers_are_up_to_date(
    dsn, history, monkeypatch
):
    monkeypatch.setattr(running, "OTHERS_SECONDS", 0.5)
    log = PostgresLog(dsn)
    log.create(replace(WLZ, ledger="a-broken-one"))
    log.append("a-broken-one", commit_on(Head(), b"no event"))
    log.close()
    given.terms(history)
    given.enrol(history, "child-1")
    history.store(dsn)
    runner = Runner(dsn)
    with pytest.raises(msgspec.DecodeError):
        runner.run_forever(threading.Event())
    assert runner.position(history.ledger) == history.version
    assert runner.position("a-broken-one") == 0
