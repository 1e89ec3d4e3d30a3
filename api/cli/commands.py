"""The commands of `outcomes-ledger`, each with the place where it is written."""

from typing import Annotated, Final

import typer

from api import __version__
from api.cli.loading import loading
from api.cli.saying import console

COMMANDS: Final = {
    "serve": "running:serve",
    "demo": "demonstrating:demo",
    "append": "appending:append",
    "show": "showing:app",
    "claim": "claiming:app",
    "receipt": "receiving:app",
    "settle": "settling:app",
    "close": "closing:close",
    "reopen": "closing:reopen",
    "report": "publishing:app",
    "statement": "books:statement",
    "books": "books:app",
    "audit": "auditing:app",
    "diff": "diffing:diff",
    "why": "tracing:app",
    "caused": "tracing:caused",
    "bought": "tracing:bought",
    "rebuild": "keeping:rebuild",
    "snapshot": "snapshotting:snapshot",
    "verify": "keeping:verify",
    "export": "keeping:export",
    "import": "keeping:import_",
    "privacy": "privacy:app",
}

app: Final = typer.Typer(
    cls=loading(COMMANDS),
    help="A payment ledger for outcomes contracts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _say_version(asked: bool) -> None:
    if asked:
        console().print(f"outcomes-ledger {__version__}")
        raise typer.Exit


@app.callback()
def before_any_command(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say the version and stop."
        ),
    ] = False,
) -> None:
    """A payment ledger for outcomes contracts."""
