"""The command line `outcomes-ledger`: start the service, feed it, ask it, check it.

Exit codes: 0 all is well, 1 a finding or a refusal, 2 the command was written wrongly, 3 a log
contradicts what it showed before.
"""

import os
import sys
from typing import Final

from api.cli.commands import app
from api.cli.saying import FINDING, Trouble, complain

SHOW_TRACEBACK: Final = "OUTCOMES_LEDGER_TRACEBACK"


def main() -> None:
    """Run one command. Whatever goes wrong is said in one line."""
    try:
        app()
    except Trouble as trouble:
        complain(str(trouble))
        sys.exit(trouble.exit_code)
    except Exception as broken:
        if os.environ.get(SHOW_TRACEBACK):
            raise
        complain(f"{type(broken).__name__}: {broken}")
        sys.exit(FINDING)
