"""A process that keeps the read tables up to the logs until it is told to stop.

python -m tests.crash.projector DSN STOP
"""

import sys
import threading
from pathlib import Path

from projections.runner import Runner

LOOK_SECONDS = 0.05


def main(dsn: str, stop: str) -> None:
    """Follow the logs in a thread; a failure of the runner is a failure of the process."""
    told, failures = threading.Event(), list[Exception]()

    def follow() -> None:
        try:
            Runner(dsn).run_forever(told)
        except Exception as failure:  # noqa: BLE001 - raised again below, in the main thread
            failures.append(failure)

    following = threading.Thread(target=follow)
    following.start()
    while following.is_alive() and not Path(stop).exists():
        following.join(LOOK_SECONDS)
    told.set()
    following.join()
    for failure in failures:
        raise failure


if __name__ == "__main__":
    main(*sys.argv[1:])
