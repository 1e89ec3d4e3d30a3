"""The commands of `outcomes-ledger`, put together."""

from typing import Annotated, Final

import typer

from api import __version__
from api.cli.appending import append
from api.cli.auditing import app as audit
from api.cli.books import app as books
from api.cli.books import statement
from api.cli.claiming import app as claim
from api.cli.closing import close, reopen
from api.cli.demonstrating import demo
from api.cli.diffing import diff
from api.cli.keeping import export, import_, rebuild, verify
from api.cli.privacy import app as privacy
from api.cli.publishing import app as report
from api.cli.receiving import app as receipt
from api.cli.running import serve
from api.cli.saying import console
from api.cli.settling import app as settle
from api.cli.showing import app as show
from api.cli.snapshotting import snapshot
from api.cli.tracing import app as why
from api.cli.tracing import bought, caused

app: Final = typer.Typer(
    help="A payment ledger for outcomes contracts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(serve)
app.command()(demo)
app.command()(append)
app.add_typer(show, name="show")
app.add_typer(claim, name="claim")
app.add_typer(receipt, name="receipt")
app.add_typer(settle, name="settle")
app.command()(close)
app.command()(reopen)
app.add_typer(report, name="report")
app.command()(statement)
app.add_typer(books, name="books")
app.add_typer(audit, name="audit")
app.command()(diff)
app.add_typer(why, name="why")
app.command()(caused)
app.command()(bought)
app.command()(rebuild)
app.command()(snapshot)
app.command()(verify)
app.command()(export)
app.command("import")(import_)
app.add_typer(privacy, name="privacy")


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
