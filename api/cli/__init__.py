"""The command line `outcomes-ledger`: start the service, feed it, ask it, check it.

Exit codes are said in `api/README.md`.
"""

import os
import sys
from typing import Final

from api.cli.commands import app
from api.cli.pipes import ending_when_hung_up
from api.cli.saying import FINDING, Trouble, complain

SHOW_TRACEBACK: Final = "OUTCOMES_LEDGER_TRACEBACK"


def main() -> None:
    """Run one command. Whatever goes wrong is said in one line; who hangs up is told nothing."""
    sys.stdout, sys.stderr = map(ending_when_hung_up, (sys.stdout, sys.stderr))
    try:
        _run()
    except Trouble as trouble:
        complain(str(trouble))
        sys.exit(trouble.exit_code)
    except Exception as broken:
        if os.environ.get(SHOW_TRACEBACK):
            raise
        complain(f"{type(broken).__name__}: {broken}")
        sys.exit(FINDING)


def _run() -> None:
    """Run it, and write what was said; at the end of the program it would be too late to fail."""
    try:
        app()
    finally:
        sys.stdout.flush()
