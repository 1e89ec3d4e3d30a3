"""Projections in a process of their own, which dies with the service and is started again.

The process is this very file: it takes the address of the database from its environment (an
argument would show it to everyone on the machine) and stops when its standard input ends, which
happens however the service dies.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from typing import Final

import structlog

from api.logs import logs_as_json, report, tell_failures_without_words
from projections.runner import Runner

ADDRESS: Final = "OUTCOMES_LEDGER_PROJECTED"
PATIENCE_S: Final = 10.0
FIRST_WAIT_S: Final = 0.2
LONGEST_WAIT_S: Final = 10.0

log: Final = structlog.get_logger("api.projecting")


class Projecting:
    """The projection process, kept running until `stop`."""

    def __init__(self, dsn: str) -> None:
        """Project the ledgers of this database."""
        self._dsn = dsn
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep_running, name="projecting", daemon=True)

    def start(self) -> None:
        """Start the process, and a thread that starts it again should it die."""
        self._watch.start()

    def stop(self) -> None:
        """Let the process finish its batch and end."""
        self._stopping.set()
        if self._watch.is_alive():
            self._watch.join(PATIENCE_S * 2)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def _keep_running(self) -> None:
        wait_s = FIRST_WAIT_S
        while not self._stopping.is_set():
            process = self._process = _spawn(self._dsn)
            began = time.monotonic()
            while process.poll() is None and not self._stopping.wait(0.2):
                pass
            _end(process)
            if not self._stopping.is_set():
                log.error("projecting_died", status=process.returncode, again_in_s=wait_s)
            lived_long = time.monotonic() - began > LONGEST_WAIT_S
            wait_s = FIRST_WAIT_S if lived_long else min(wait_s * 2, LONGEST_WAIT_S)
            self._stopping.wait(wait_s)


def _spawn(dsn: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "api.projecting"],
        stdin=subprocess.PIPE,
        env={**os.environ, ADDRESS: dsn},
        start_new_session=True,  # a Ctrl-C is for the service, which then ends this process
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(PATIENCE_S)
    if process.poll() is None:
        process.kill()
        process.wait()


def main() -> None:
    """Project until standard input ends."""
    logs_as_json()
    tell_failures_without_words()
    stop = threading.Event()

    def until_the_service_ends() -> None:
        sys.stdin.buffer.read()
        stop.set()

    threading.Thread(target=until_the_service_ends, daemon=True).start()
    try:
        Runner(os.environ.pop(ADDRESS)).run_forever(stop)
    except Exception as failed:  # noqa: BLE001 (the process ends, and the service starts another)
        report("projecting_failed", failed)
        sys.stderr.flush()
        os._exit(1)  # the thread that waits for the end of standard input would abort a clean exit


if __name__ == "__main__":
    main()
