"""A runner that is killed in mid-batch, after the rows and before the tracking row."""

import os
import signal
import sys

from projections.runner import Runner
from projections.store import batches

write_page = batches.write_page


def write_page_and_die(*arguments, **named):
    write_page(*arguments, **named)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    address, ledger, what = sys.argv[1:]
    batches.write_page = write_page_and_die
    getattr(Runner(address), what)(ledger)
