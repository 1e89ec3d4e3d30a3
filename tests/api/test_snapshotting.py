"""Snapshots on a schedule: when one is due, who takes it, and that the next start uses it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.service import Service
from api.signing import SettingWrong
from api.snapshotting import EVENTS, EVENTS_BETWEEN, Snapshotting, given_events_between
from ledger.log.ports import LedgerTerms
from ledger.log.sealing.master import Wrapped
from ledger.log.snapshots.postgres import PostgresShelf
from ledger.log.snapshots.shelf import ShelfBusy
from tests.api.desk import MASTER, fact
from tests.api.test_service import house_at, running, wait_for
from tests.log.asking import ask
from tests.log.facts import contract_terms, enrolled, request
from tests.log.sealed import measured

KILLED_HALF_WAY = """
import os, signal, sys
from ledger.log.sealing.master import Wrapped
from ledger.log.snapshots.postgres import PostgresShelf
with PostgresShelf(sys.argv[1]).adding("wlz", 99, b"{}", Wrapped("m", b"k")) as put:
    for place in range(20):
        put(place, bytes(1 << 20))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("given, events", [("", EVENTS_BETWEEN), ("0", 0), ("5000", 5000)])
def test_how_often_is_a_setting(given: str, events: int) -> None:
    assert given_events_between({EVENTS: given}) == events


@pytest.mark.parametrize("given", ["often", "-1", "1.5", "1" * 13])
def test_what_is_no_number_of_events_is_refused(given: str) -> None:
    with pytest.raises(SettingWrong, match=EVENTS):
        given_events_between({EVENTS: given})


def filled(dsn: str, children: int) -> int:
    """A ledger of some children; its version."""
    with Service(dsn, projecting=False, master=MASTER) as service:
        service.create_ledger(LedgerTerms("wlz", "A Zone", "GBP", "Europe/London"))
        ask(service.writer("wlz"), request(*contract_terms()))
        for number in range(children):
            child = f"c{number}"
            answer = ask(service.writer("wlz"), request(enrolled(child), measured(child, 3)))
            assert answer.outcome == "done"
        return service.head("wlz").version


def test_one_is_due_when_a_ledger_has_moved_enough(dsn: str, tmp_path: Path) -> None:
    version = filled(dsn, 3)
    assert Snapshotting(dsn, None, tmp_path, version + 1).due() == []
    assert Snapshotting(dsn, None, tmp_path, version).due() == ["wlz"]
    with PostgresShelf(dsn).adding("wlz", version - 1, b"{}", Wrapped("m", b"k")) as put:
        put(0, b"piece")
    assert Snapshotting(dsn, None, tmp_path, 2).due() == []
    assert Snapshotting(dsn, None, tmp_path, 1).due() == ["wlz"]


def said(log: Path, event: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return [line for line in lines if line["event"] == event]


def test_a_service_has_one_taken_by_another_process_and_starts_from_it(
    dsn: str, tmp_path: Path
) -> None:
    version = filled(dsn, 3)
    log = tmp_path / "log.txt"
    with running(tmp_path, dsn, OUTCOMES_LEDGER_SNAPSHOT_EVENTS="5") as (process, url):
        wait_for("one is taken", lambda: said(log, "snapshot_taken"), within_s=60)
        [taken] = said(log, "snapshot_taken")
        assert (taken["ledger"], taken["version"]) == ("wlz", version)
        with house_at(url) as house:
            house.clients["recorder"] = house.client(house.key(["recorder"]))
            sent = fact("child.withdrawn", on="2024-10-01", child="c1")
            answer = house.clients["recorder"].post("/v1/ledgers/wlz/events", json=sent)
            assert answer.status_code == 201, answer.text
        [used] = said(log, "snapshot_used")
        assert (used["version"], used["after"]) == (version, 0)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def test_without_a_master_key_none_is_taken_and_it_is_said(dsn: str, tmp_path: Path) -> None:
    filled(dsn, 1)
    log = tmp_path / "log.txt"
    environment = {
        **{name: kept for name, kept in os.environ.items() if "OUTCOMES_LEDGER" not in name},
        "OUTCOMES_LEDGER_SNAPSHOT_OF": dsn,
        "OUTCOMES_LEDGER_SNAPSHOT_KEYS": dsn,
    }
    command = [sys.executable, "-m", "api.snapshotting", "wlz", str(tmp_path)]
    with (
        log.open("w") as logged,
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stderr=logged, stdout=logged
        ) as process,
    ):
        assert process.wait(60) == 0
    [line] = said(log, "snapshot_not_taken")
    assert line["reason"] == "there is no master key"
    assert PostgresShelf(dsn).kept("wlz") == []


@pytest.mark.crash
def test_a_process_that_is_killed_half_way_leaves_the_earlier_snapshot(dsn: str) -> None:
    filled(dsn, 2)
    with Service(dsn, projecting=False, master=MASTER) as service:
        snapshots = service.snapshots
        begun = snapshots.begun("wlz", service.sealing.ring("wlz"))
        assert begun is None
        standing = service.writer("wlz")._standing
        taken = snapshots.take("wlz", standing)
        program = [sys.executable, "-c", KILLED_HALF_WAY, dsn]
        assert subprocess.run(program, check=False, timeout=60).returncode == -signal.SIGKILL
        [kept] = snapshots.shelf.kept("wlz")
        begun = snapshots.begun("wlz", service.sealing.ring("wlz"))
        assert begun is not None
        assert begun.version == taken.version
        wait_for("nobody writes any more", lambda: may_write(dsn))
        assert snapshots.shelf.kept("wlz") == [kept]


def may_write(dsn: str) -> bool:
    try:
        with PostgresShelf(dsn).adding("other", 1, b"{}", Wrapped("m", b"k")):
            return True
    except ShelfBusy:
        return False
