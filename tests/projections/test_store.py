"""Batches are applied exactly once, rebuilds equal what they replace, curves equal plain sums."""

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

import projections.runner
from ledger.events.cash import ReceiptAllocated, ReceiptRecorded
from ledger.events.claims import (
    ClaimApproved,
    ClaimCollected,
    ClaimDrafted,
    ClaimLineRejected,
    ClaimReduced,
    ClaimSubmitted,
    FunderAmount,
    InvoiceIssued,
)
from ledger.events.decisions import PaymentEvidenceChanged, PaymentReleased
from ledger.events.privacy import ErasureRequested
from ledger.events.samples import SampleClosed, SampleDrawn, SampleJudged, SampleSelected
from ledger.events.terms import FunderJoined
from projections import rows
from projections.reading.balances import balances
from projections.reading.pair import Pair
from projections.runner import RebuildRunning, Runner
from tests.projections import given
from tests.projections.history import CONTRACT, LEDGER, History, day
from tests.projections.settling import settlement

ROOT = Path(__file__).parents[2]
TABLES = (*rows.TABLES.values(), "event_index")


PATIENCE_S = 120


def must_reach(runner: Runner, version: int) -> None:
    """Wait for a runner of another thread, which may have ended."""
    patient_until = time.monotonic() + PATIENCE_S
    while runner.position(LEDGER) < version:
        assert time.monotonic() < patient_until, "the runner has not come so far"
        time.sleep(0.01)


def busy(history: History, children: int = 20) -> History:
    given.terms(history)
    for number in range(children):
        given.enrol(history, f"c{number}")
        given.meet(history, f"c{number}", "2019-10-01", times=6)
        given.measure(history, f"c{number}", "peer", "baseline", 6, "2019-10-01")
        given.register(history, f"s{number}", "2019-11-04", (f"c{number}", "cx"))
        history.accrue("2019-11-04", 8_500)
        if number % 3 == 0:
            history.reverse(history.release("2020-07-31", given.ENGAGED, child=f"c{number}"))
    given.close(history, "2019-09-01", "2020-08-31")
    given.void(
        history, history.add(ReceiptRecorded(CONTRACT, "la", "r1", 5), "2020-01-01"), "2020-02-01"
    )
    history.withhold("2020-07-31", child="c1")
    changed = PaymentEvidenceChanged(CONTRACT, "P12", "SIGN_UP", "sign_up", 1, (1,), "c0")
    history.add(changed, "2019-09-09")
    given.verify(history, "c1", "2020-08-01", area="peer")
    history.add(ErasureRequested("c2", "objection", "identity"), "2020-09-01")
    claim(history)
    settlement(history)
    return history


def claim(history):
    """A claim of everything released so far, from draft to invoice, and what settled it."""
    owed = (FunderAmount("la", 31_457),)
    released = [e.version for e in history.events if isinstance(e.data, PaymentReleased)]
    history.add(ClaimDrafted(CONTRACT, "q1", day("2020-12-31")), "2021-01-04")
    total = (31_457, 31_457, 0, owed, 1)
    upto = (day("2020-12-31"), history.version)
    history.add(ClaimCollected(CONTRACT, "q1", *upto, tuple(released), (), *total), "2021-01-04")
    history.add(ClaimSubmitted(CONTRACT, "q1"), "2021-01-05")
    history.add(SampleDrawn(CONTRACT, "q1", "t1", 1, "a", "exact"), "2021-01-05")
    drawn = SampleSelected(CONTRACT, "q1", "t1", ("P12",), "exact", "a", 1, len(released), 1)
    history.add(drawn, "2021-01-05")
    history.add(SampleJudged(CONTRACT, "t1", "P12", passed=True), "2021-01-06")
    history.add(SampleClosed(CONTRACT, "t1"), "2021-01-06")
    history.add(ClaimLineRejected(CONTRACT, "q1", "P12", "late"), "2021-01-06")
    off = (FunderAmount("la", -57),)
    history.add(ClaimReduced(CONTRACT, "q1", -57, -57, 0, off, 1, "P12"), "2021-01-06")
    history.add(ClaimApproved(CONTRACT, "q1"), "2021-01-15")
    due = day("2021-02-14")
    issued = InvoiceIssued(CONTRACT, "q1", "la", "I1", 31_400, "RF18I1", due, 1)
    history.add(issued, "2021-01-15")
    history.add(ReceiptRecorded(CONTRACT, "la", "r2", 31_000), "2021-02-01")
    history.add(ReceiptAllocated("r2", "I1", 31_000), "2021-02-02")


def contents(dsn: str) -> dict[str, list[tuple[object, ...]]]:
    """Every read table of the generation that is read, without its number."""
    found = {}
    with psycopg.connect(dsn) as connection:
        for table in TABLES:
            listed = connection.execute(
                f"select to_jsonb(t) - 'generation' from projections.{table} as t"  # noqa: S608
                " where generation = projections.live(ledger)"
            ).fetchall()
            found[table] = sorted(str(sorted(row[0].items())) for row in listed)
    return found


def test_a_rebuild_gives_the_rows_that_it_replaces(dsn, history):
    busy(history).store(dsn)
    Runner(dsn).catch_up(LEDGER)
    live = contents(dsn)
    assert all(live[table] for table in TABLES if table != "curves")
    assert Runner(dsn).rebuild(LEDGER) == history.version
    assert contents(dsn) == live


def test_rows_do_not_depend_on_how_the_log_was_cut_into_batches(dsn, history):
    given.terms(history)
    history.store(dsn)
    runner = Runner(dsn)
    runner.catch_up(LEDGER)
    for number in range(6):
        given.enrol(history, f"c{number}")
        given.register(history, f"s{number}", "2019-11-04", ("c0",))
        history.store(dsn)
        runner.catch_up(LEDGER)
    live = contents(dsn)
    runner.rebuild(LEDGER)
    assert contents(dsn) == live


def test_two_runners_of_one_ledger_apply_nothing_twice(dsn, history):
    busy(history)
    stop = threading.Event()
    runners = [
        threading.Thread(target=Runner(dsn).run_forever, args=(stop,), daemon=True)
        for _ in range(2)
    ]
    for thread in runners:
        thread.start()
    for _ in range(10):
        for number in range(5):
            given.enrol(history, f"x{history.version}-{number}")
        history.store(dsn)
    once = Runner(dsn)
    must_reach(once, history.version)
    stop.set()
    for thread in runners:
        thread.join()
    live = contents(dsn)
    once.rebuild(LEDGER)
    assert contents(dsn) == live


@pytest.mark.crash
@pytest.mark.parametrize("what", ["catch_up", "rebuild"])
def test_a_runner_killed_in_mid_batch_loses_that_batch_alone(dsn, history, what):
    given.terms(history)
    history.store(dsn)
    runner = Runner(dsn)
    before = runner.catch_up(LEDGER)
    busy_ones = [given.enrol(history, f"c{number}") for number in range(9)]
    history.store(dsn)
    died = subprocess.run(
        [sys.executable, "-m", "tests.projections.killed_runner", dsn, LEDGER, what],
        cwd=ROOT,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    assert runner.position(LEDGER) == before
    assert runner.catch_up(LEDGER) == busy_ones[-1] + 1
    live = contents(dsn)
    assert len(live["payments"]) == 9
    runner.rebuild(LEDGER)
    assert contents(dsn) == live
    with psycopg.connect(dsn) as connection:
        stages = connection.execute("select stage from projections.tracking").fetchall()
    assert Counter(stage for (stage,) in stages) == {"live": 1, "retired": 1}


def test_what_nobody_reads_is_deleted_after_its_rest(dsn, history, monkeypatch):
    busy(history).store(dsn)
    runner = Runner(dsn)
    runner.catch_up(LEDGER)
    runner.rebuild(LEDGER)
    monkeypatch.setattr(projections.runner, "RESTING_SECONDS", 0)
    runner.rebuild(LEDGER)
    with psycopg.connect(dsn) as connection:
        for table in ("tracking", *TABLES):
            left = connection.execute(
                f"select distinct generation from projections.{table} order by 1"  # noqa: S608
            ).fetchall()
            assert left in ([(2,), (3,)], []), table


def test_one_rebuild_of_a_ledger_runs_at_a_time(dsn, history):
    busy(history).store(dsn)
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "select pg_advisory_lock(hashtextextended('projections.rebuild:' || %s, 0))",
            (LEDGER,),
        )
        with pytest.raises(RebuildRunning):
            Runner(dsn).rebuild(LEDGER)


def test_a_balance_from_curves_is_the_plain_sum_at_any_pair(dsn, history):
    """More than three curves of one account, in batches that end anywhere."""
    history.add(FunderJoined(CONTRACT, "la", "LA", "local_authority"), "2019-09-01")
    dice = random.Random(20260101)
    plain = []
    runner = Runner(dsn)
    for _ in range(4):
        for _ in range(1_700):
            on = f"20{dice.randrange(19, 24)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
            amount = dice.randrange(1, 10_000)
            version = history.release(on, {"la": amount})
            plain.append((version, day(on), amount))
        history.store(dsn)
        runner.catch_up(LEDGER)
    with psycopg.connect(dsn, autocommit=True) as connection:
        curves = connection.execute("select count(*) from projections.curves").fetchone()
        assert curves is not None
        assert curves[0] >= 3 * 3
        for _ in range(60):
            known_at = dice.randrange(1, history.version + 1)
            last = plain[dice.randrange(len(plain))][1] if dice.randrange(4) else None
            found = balances(
                connection, LEDGER, Pair(last, known_at), account="assets:accrued-income:la"
            )
            expected = sum(
                amount
                for version, on, amount in plain
                if version <= known_at and (last is None or on <= last)
            )
            assert sum(balance.balance_minor for balance in found) == expected
    assert rows.POSTINGS_PER_CURVE == 2_048


def test_a_rebuild_switches_over_while_events_arrive(dsn, history):
    busy(history).store(dsn)
    runner = Runner(dsn)
    stop = threading.Event()
    running = threading.Thread(target=runner.run_forever, args=(stop,), daemon=True)
    running.start()
    rebuilding = threading.Thread(target=runner.rebuild, args=(LEDGER,), daemon=True)
    for number in range(30):
        if number == 5:
            rebuilding.start()
        given.enrol(history, f"x{number}")
        history.store(dsn)
    rebuilding.join()
    must_reach(runner, history.version)
    stop.set()
    running.join()
    with psycopg.connect(dsn) as connection:
        stages = dict(
            connection.execute("select generation, stage from projections.tracking").fetchall()
        )
    assert stages == {1: "retired", 2: "live"}
    live = contents(dsn)
    assert len(live["payments"]) == 20 + 7 + 1 + 30
    runner.rebuild(LEDGER)
    assert contents(dsn) == live


def test_a_runner_goes_on_after_its_connection_is_lost(dsn, history):
    busy(history).store(dsn)
    runner = Runner(dsn)
    stop = threading.Event()
    running = threading.Thread(target=runner.run_forever, args=(stop,), daemon=True)
    running.start()
    must_reach(runner, history.version)
    with psycopg.connect(dsn, autocommit=True) as connection:
        ended = connection.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend'"
        ).fetchone()
    assert ended is not None
    assert ended[0] >= 2
    given.enrol(history, "late")
    history.store(dsn)
    must_reach(runner, history.version)
    stop.set()
    running.join()
