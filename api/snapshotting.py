"""Snapshots: on a schedule, in a process of its own for each, so that no writer stands still.

The process is this very file. It takes the addresses of the databases from its environment (an
argument would show them to everyone on the machine), finds the master key as the service does, and
ends when its standard input does, which happens however the service dies. One is due when a ledger
has moved by so many events, and by a tenth, since its last one: what a start has to replay stays
small beside the rest, and a ledger that grows fast is not written out again and again.
"""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

import structlog

from api.logs import logs_as_json, report, tell_failures_without_words
from api.sealing import given_master
from api.signing import SettingWrong
from ledger.log.postgres import PostgresLog
from ledger.log.sealing.master import MasterKeys
from ledger.log.sealing.postgres import PostgresKeyStore
from ledger.log.sealing.ring import Ring
from ledger.log.sealing.store import KeyStore
from ledger.log.snapshots.postgres import PostgresShelf
from ledger.log.snapshots.snapshots import NotTaken, Snapshots, Taken, started

EVENTS: Final = "OUTCOMES_LEDGER_SNAPSHOT_EVENTS"
EVENTS_BETWEEN: Final = 100_000
NUMBER: Final = re.compile(r"[0-9]{1,12}")
PART: Final = 10
ADDRESS: Final = "OUTCOMES_LEDGER_SNAPSHOT_OF"
KEYS_ADDRESS: Final = "OUTCOMES_LEDGER_SNAPSHOT_KEYS"
EVERY_S: Final = 60.0
PATIENCE_S: Final = 10.0

log: Final = structlog.get_logger("api.snapshotting")


def given_events_between(environment: Mapping[str, str]) -> int:
    """After how many events a snapshot is due; 0: none is ever taken. Raises `SettingWrong`."""
    given = environment.get(EVENTS)
    if not given:
        return EVENTS_BETWEEN
    if not NUMBER.fullmatch(given):
        message = f"{EVENTS} is a number of events, such as {EVENTS_BETWEEN}; 0 takes no snapshots"
        raise SettingWrong(message)
    return int(given)


def take_snapshot(
    ledgers: PostgresLog, dsn: str, keys: KeyStore, master: MasterKeys, ledger: str, *, anew: bool
) -> Taken:
    """Take a snapshot of where a ledger stands, going on from the last one unless `anew`.

    Raises `NotTaken`, `LogUnavailable` and faults of keys.
    """
    snapshots = Snapshots(ledgers, PostgresShelf(dsn), master)
    standing = started(ledgers, ledger, Ring(keys, master, ledger), None if anew else snapshots)
    return snapshots.take(ledger, standing)


class Snapshotting:
    """Starts a process for each ledger of which a snapshot is due, one after another."""

    def __init__(self, dsn: str, keys_dsn: str | None, folder: Path, events_between: int) -> None:
        """Look after the ledgers of this database, whose master key is given or in the folder."""
        self._addresses = {ADDRESS: dsn, KEYS_ADDRESS: keys_dsn or dsn}
        self._shelf = PostgresShelf(dsn)
        self._folder = folder
        self._events_between = events_between
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="snapshots", daemon=True)

    def start(self) -> None:
        """Begin, unless none is ever due."""
        if self._events_between:
            self._thread.start()

    def stop(self) -> None:
        """End; a snapshot that is being written is given up, and the earlier ones stay."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(PATIENCE_S * 2)

    def due(self) -> list[str]:
        """The ledgers that have moved enough since their last snapshot."""
        return [
            ledger
            for ledger, version, last in self._shelf.moved()
            if version - last >= max(self._events_between, version // PART)
        ]

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                for ledger in self.due():
                    self._take(ledger)
            except Exception as failed:  # noqa: BLE001 (tried again at the next round)
                log.warning("snapshots_late", failure=type(failed).__name__)
            self._stopping.wait(EVERY_S)

    def _take(self, ledger: str) -> None:
        """Have a snapshot taken, and wait for it."""
        if self._stopping.is_set():
            return
        process = subprocess.Popen(  # noqa: S603 (a reference is letters, digits and . _ -)
            [sys.executable, "-m", "api.snapshotting", ledger, str(self._folder)],
            stdin=subprocess.PIPE,
            env={**os.environ, **self._addresses},
            start_new_session=True,  # a Ctrl-C is for the service, which then ends this process
        )
        while process.poll() is None and not self._stopping.wait(0.2):
            pass
        if process.poll() is None:
            process.kill()
        process.communicate()
        if process.returncode and not self._stopping.is_set():
            log.error("snapshot_failed", ledger=ledger, status=process.returncode)


def main() -> None:
    """Take one snapshot, of the ledger and for the data folder that are named."""
    logs_as_json()
    tell_failures_without_words()
    ledger, folder = sys.argv[1:]

    def until_the_service_ends() -> None:
        sys.stdin.buffer.read()
        os._exit(1)

    threading.Thread(target=until_the_service_ends, daemon=True).start()
    try:
        _take(ledger, Path(folder))
    except Exception as failed:  # noqa: BLE001 (the service says that it failed, and goes on)
        report("snapshot_failed", failed)
        sys.stderr.flush()
        os._exit(1)  # the thread that waits for standard input would abort a clean exit
    sys.stderr.flush()
    os._exit(0)


def _take(ledger: str, folder: Path) -> None:
    master = given_master(os.environ, folder)
    if master is None:
        log.warning("snapshot_not_taken", ledger=ledger, reason="there is no master key")
        return
    dsn = os.environ[ADDRESS]
    keys = PostgresKeyStore(os.environ[KEYS_ADDRESS])
    with closing(PostgresLog(dsn)) as ledgers, closing(keys):
        try:
            taken = take_snapshot(ledgers, dsn, keys, master, ledger, anew=False)
        except NotTaken as refused:
            log.warning("snapshot_not_taken", ledger=ledger, reason=str(refused))
            return
    log.info("snapshot_taken", ledger=ledger, version=taken.version, bytes=taken.bytes)


if __name__ == "__main__":
    main()
