"""`audit`: rules run again, bundles, proofs, witnesses, samples and journal tests."""

from typing import Final

import typer

from api.cli.bundling import bundle
from api.cli.journal_testing import journal_tests
from api.cli.proving import checkpoint, prove, verify_proof
from api.cli.reperforming import reperform_rules
from api.cli.sampling import evaluate, sample
from api.cli.stamping import timestamp
from api.cli.witnessing import witness, witness_key

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)
app.command()(bundle)
app.command("reperform")(reperform_rules)
app.command()(checkpoint)
app.command()(prove)
app.command()(verify_proof)
app.command()(timestamp)
app.command()(witness)
app.command()(witness_key)
app.command()(sample)
app.command()(evaluate)
app.command()(journal_tests)
