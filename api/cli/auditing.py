"""`audit`: bundles, proofs and witnesses, samples and what they say, journal tests."""

from typing import Final

import typer

from api.cli.loading import loading

COMMANDS: Final = {
    "check": "checking:check",
    "bundle": "bundling:bundle",
    "reperform": "reperforming:reperform_rules",
    "checkpoint": "proving:checkpoint",
    "prove": "proving:prove",
    "verify-proof": "proving:verify_proof",
    "timestamp": "stamping:timestamp",
    "witness": "witnessing:witness",
    "witness-key": "witnessing:witness_key",
    "sample": "sampling:sample",
    "evaluate": "sampling:evaluate",
    "journal-tests": "journal_testing:journal_tests",
}

app: Final = typer.Typer(cls=loading(COMMANDS), help=__doc__, no_args_is_help=True)
