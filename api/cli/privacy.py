"""`privacy`: what keeps people out of the ledger: references, children's keys, and erasure."""

import os
import sys
from collections.abc import Iterator, Sequence
from typing import Annotated, Final

import typer

from api.cli.loading import loading
from api.cli.options import Folder
from api.cli.place import DEFAULT_FOLDER
from api.cli.saying import MISUSE, Trouble, complain
from ledger.log.pepper import (
    NumberUnusable,
    PepperUnreadable,
    pepper_of,
    reference_of,
    source_named,
)

COMMANDS: Final = {
    "rotate-master-key": "master_keys:rotate_master_key",
    "forget-again": "master_keys:forget_again",
    "subject-access": "subject_access:subject_access",
    "due": "retaining:due",
    "propose": "retaining:propose",
    "requests": "approving:requests",
    "approve": "approving:approve",
    "decline": "approving:decline",
}

app: Final = typer.Typer(cls=loading(COMMANDS), help=__doc__, no_args_is_help=True)
REFERENCE_HELP: Final = (
    "Make opaque references from a source system's numbers: one a line, in their order.\n\n"
    "The same source and number give the same reference, with the same pepper: 32 bytes in base64"
    " in OUTCOMES_LEDGER_PEPPER, else the file `pepper.key` of the data folder, made at first use."
    " It is never in the database. Keep a copy of it, apart from copies of the database: when it is"
    " LOST, numbers can no longer be matched to the children that the ledger knows; whoever STEALS"
    " it can try out numbers until one gives a reference that is in the ledger.\n\n"
    "White space and case do not count. Numbers on the command line stay in the shell's history"
    " and show in the list of processes: prefer standard input. Nothing is sent, stored or logged."
)


@app.command(help=REFERENCE_HELP)
def reference(
    numbers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NUMBER",
            help="Numbers of the source system; read from standard input when there are none.",
            show_default=False,
        ),
    ] = None,
    *,
    source: Annotated[
        str, typer.Option("--source", help="The source system that gave the numbers, as `arbor`.")
    ],
    data: Folder = DEFAULT_FOLDER,
) -> None:
    """Make opaque references from a source system's numbers."""
    try:
        named = source_named(source)
        pepper = pepper_of(data, os.environ)
    except (NumberUnusable, PepperUnreadable) as unusable:
        raise Trouble(str(unusable), MISUSE) from None
    if pepper.made_in is not None:
        complain(f"a new pepper is in {pepper.made_in}: keep a copy; numbers match with it alone")
    for place, number in _given(numbers or ()):
        try:
            made = reference_of(pepper, named, number)
        except NumberUnusable as unusable:
            message = f"{place}: {unusable}"
            raise Trouble(message, MISUSE) from None
        sys.stdout.write(made + "\n")


def _given(numbers: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The numbers, each with its place, which is said instead of the number."""
    if numbers:
        yield from ((f"number {at}", number) for at, number in enumerate(numbers, start=1))
        return
    for at, line in enumerate(sys.stdin.buffer, start=1):
        try:
            yield f"line {at}", line.decode("utf-8")
        except UnicodeDecodeError:
            message = f"line {at}: a number is text in UTF-8"
            raise Trouble(message, MISUSE) from None
