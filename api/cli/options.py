"""The options that several commands share, with their environment variables."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[
    Path,
    typer.Option(
        "--data",
        envvar="OUTCOMES_LEDGER_DATA",
        help="The data folder of the service.",
        show_default=True,
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar="OUTCOMES_LEDGER_URL",
        help="Where the service listens; found in the data folder when absent.",
    ),
]
Secret = Annotated[
    str | None,
    typer.Option("--key", envvar="OUTCOMES_LEDGER_KEY", help="The key to ask with."),
]
Actor = Annotated[
    str | None,
    typer.Option("--as", help="Use the key of this name that the data folder keeps."),
]
Ledger = Annotated[
    str, typer.Option("--ledger", envvar="OUTCOMES_LEDGER_LEDGER", help="The ledger.")
]
Contract = Annotated[str | None, typer.Option("--contract", help="Only this contract.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Effective up to this day.")
]
PostedUpto = Annotated[
    str | None,
    typer.Option("--posted-upto", metavar="DATE", help="Posted up to this day."),
]
KnownAt = Annotated[
    str | None,
    typer.Option("--known-at", metavar="VERSION|MOMENT", help="As the ledger stood then."),
]
AsJson = Annotated[bool, typer.Option("--json", help="The answer of the service as it is.")]

OfContract = Annotated[str, typer.Option("--contract", help="The contract.")]
On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="The day; else today.")]
Day = Annotated[str, typer.Option("--on", metavar="DATE", help="The day.")]
Upto = Annotated[str, typer.Option("--upto", metavar="DATE", help="Effective up to this day.")]
AtVersion = Annotated[
    int | None, typer.Option("--known-at", help="Known at this version; else now.")
]
Reason = Annotated[str, typer.Option("--reason", help="A short code.")]


def lettered(letter: str) -> Callable[[str], int]:
    """Read a version that may have its letter in front, as sheets for auditors name it."""

    def version(given: str) -> int:
        try:
            number = int(given.removeprefix(letter))
        except ValueError:
            number = 0
        if number < 1:
            message = f"{given} is no version: a number from 1, with {letter} in front or without"
            raise typer.BadParameter(message)
        return number

    return version
