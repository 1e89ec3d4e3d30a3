"""`audit`: the auditor's desk."""

from typing import Final

import typer

from api.cli.bundling import bundle

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)
app.command()(bundle)
