"""`audit`: what an auditor asks for: samples and what they say, journal tests."""

from typing import Final

import typer

from api.cli.journal_testing import journal_tests
from api.cli.sampling import evaluate, sample

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)
app.command("sample")(sample)
app.command("evaluate")(evaluate)
app.command("journal-tests")(journal_tests)
