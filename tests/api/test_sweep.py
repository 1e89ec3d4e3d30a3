"""The sweep finishes what others left, and is not stopped by a failure."""

import threading

from api.sealing import Sweep
from ledger.log.sealing.faults import KeyStoreUnavailable

PATIENCE_S = 20


def test_the_sweep_goes_on_after_what_failed_and_ends_when_it_is_told() -> None:
    failures = iter([KeyStoreUnavailable("away"), ValueError("a damaged row")])
    done = threading.Event()

    def finish() -> int:
        for failure in failures:
            raise failure
        done.set()
        return 1

    sweep = Sweep(finish, every_s=0.001)
    sweep.start()
    assert done.wait(PATIENCE_S)
    sweep.stop()
    done.clear()
    assert not done.wait(0.05), "a sweep that was stopped calls nobody"


def test_a_sweep_that_never_began_ends_at_once() -> None:
    calls: list[int] = []
    Sweep(lambda: calls.append(1) or 0, every_s=0.001).stop()
    assert calls == []
