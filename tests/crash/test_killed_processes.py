"""Processes are killed while they append; what they acknowledged is there, once, and sealed.

The runner of the read tables is killed as well; afterwards they are exactly what the log gives.
`CRASH_SECONDS=60` makes the long run of it; the default is short enough for every day.
"""

import itertools
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from ledger.log.embedded import start
from ledger.log.migrations import migrate
from ledger.log.postgres import PostgresLog
from ledger.log.requests import AppendRequest
from ledger.log.standing import Standing
from ledger.log.tree import Frontier, leaf_hash
from ledger.log.writer import Writer
from projections.audit.verify import verify
from projections.runner import Runner
from tests.log.facts import WLZ, contract_terms

SECONDS = float(os.environ.get("CRASH_SECONDS", "12"))
PAUSES_SECONDS = (0.0, 0.05, 0.31, 0.12, 0.2, 0.01)
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.crash


class Killable(ABC):
    """A process of this folder, started again with the same arguments after it was killed."""

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", f"tests.crash.{module}", *arguments]
        self.process = self._started()

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, cwd=ROOT)

    @abstractmethod
    def progress(self) -> int:
        """How far the process has come, by what others can see of it."""

    def killed_and_started_again(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = self._started()

    def wait_for_progress(self, seconds: float = 30) -> None:
        before = self.progress()
        give_up_at = time.monotonic() + seconds
        while self.progress() == before:
            assert self.process.poll() is None, "the process stopped by itself"
            assert time.monotonic() < give_up_at, "nothing moved for too long"
            time.sleep(0.01)


class Appender(Killable):
    """One appending process; what was acknowledged to it is in a file."""

    def __init__(self, dsn: str, name: str, folder: Path) -> None:
        self.acknowledged = folder / f"{name}.acknowledged"
        self.acknowledged.touch()
        super().__init__("appender", dsn, name, str(self.acknowledged), str(folder / "stop"))

    def progress(self) -> int:
        return self.acknowledged.stat().st_size


class Projector(Killable):
    """One process that keeps the read tables up to the log."""

    def __init__(self, dsn: str, folder: Path) -> None:
        self._runner = Runner(dsn)
        super().__init__("projector", dsn, str(folder / "stop"))

    def progress(self) -> int:
        return self._runner.position("wlz")


@contextmanager
def ledger_with_terms(dsn: str) -> Iterator[PostgresLog]:
    log = PostgresLog(dsn)
    log.create(WLZ)
    writer = Writer(log, "wlz")
    assert writer.submit(AppendRequest("finance", contract_terms())).result(20).version == 5
    writer.close()
    yield log
    log.close()


def stop(folder: Path, *running: Killable) -> None:
    (folder / "stop").touch()
    for one in running:
        assert one.process.wait(60) == 0


def lines(*appenders: Appender) -> list[list[str]]:
    """Whole lines only: a killed process may leave half of its last one."""
    return [
        line.split()
        for appender in appenders
        for line in appender.acknowledged.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]


def check(log: PostgresLog, acknowledged: list[list[str]]) -> None:
    """Versions dense, nothing acknowledged lost, nothing paid twice, every root re-computed."""
    events = [event for events in log.read("wlz") for event in events]
    assert [event.version for event in events] == list(range(1, len(events) + 1))
    frontier = Frontier()
    roots = [frontier.root().hex()]
    for event in events:
        assert event.leaf_hash == leaf_hash(event.stored)
        frontier = frontier.append(event.leaf_hash)
        roots.append(frontier.root().hex())
    assert log.head("wlz").root.hex() == roots[-1]
    for rows in log.commits("wlz"):
        assert all(row.root.hex() == roots[row.last_version] for row in rows)
    decoded = [msgspec.json.decode(event.stored) for event in events]
    for event_id, first, last, version, root in acknowledged:
        assert decoded[int(first) - 1]["id"] == event_id
        assert int(last) <= int(version)
        assert root == roots[int(version)]
    ids = Counter(event["id"] for event in decoded if event["id"] is not None)
    assert set(ids.values()) == {1}
    paid = Counter(e["data"]["child"] for e in decoded if e["type"] == "payment.released")
    enrolled = {e["data"]["child"] for e in decoded if e["type"] == "child.enrolled"}
    assert set(paid.values()) == {1}
    assert paid.keys() == enrolled
    standing = Standing.loaded(log, "wlz")
    assert standing.frontier.root().hex() == roots[-1]


def check_read_tables(dsn: str, log: PostgresLog) -> int:
    """Whatever was killed, the read tables catch up and are what their folds give; the version."""
    version = Runner(dsn).catch_up("wlz")
    report = verify(dsn, "wlz")
    assert report.clean, report.findings[:5]
    assert [what for what in report.unchecked if "read tables" in what] == []
    assert report.checked["rows of payments"] > 0
    assert version == report.version == log.head("wlz").version
    return version


def test_two_processes_one_killed_again_and_again(dsn: str, tmp_path: Path) -> None:
    pauses = itertools.cycle(PAUSES_SECONDS)
    with ledger_with_terms(dsn) as log:
        steady, victim = (Appender(dsn, name, tmp_path) for name in ("steady", "victim"))
        projector = Projector(dsn, tmp_path)
        kills = 0
        end_at = time.monotonic() + SECONDS
        while time.monotonic() < end_at:
            for killed in (victim, projector):
                killed.wait_for_progress()
                time.sleep(next(pauses))
                killed.killed_and_started_again()
                kills += 1
        stop(tmp_path, steady, victim, projector)
        acknowledged = lines(steady, victim)
        assert kills >= 6
        assert len(acknowledged) > 100
        check(log, acknowledged)
        events = check_read_tables(dsn, log)
        print(f"{SECONDS:.0f} s: {events} events, {len(acknowledged)} acknowledged, {kills} kills")


def test_the_database_is_killed_under_a_writer(data_folder: Path) -> None:
    server = start(data_folder / "database")
    migrate(server.dsn)
    with ledger_with_terms(server.dsn) as log:
        appender = Appender(server.dsn, "survivor", data_folder)
        for _ in range(2):
            appender.wait_for_progress()
            pid_file = data_folder / "database" / "postgres" / "postmaster.pid"
            os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)
            start(data_folder / "database").stop()
            appender.wait_for_progress()
        stop(data_folder, appender)
        acknowledged = lines(appender)
        assert acknowledged
        check(log, acknowledged)
    server.stop()
