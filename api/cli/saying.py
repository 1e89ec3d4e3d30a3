"""How the command line speaks: tables, money to the penny, one line for whatever goes wrong."""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from projections.exports.amounts import grouped

FINDING: Final = 1
MISUSE: Final = 2
NOT_ALL: Final = 3
PLAIN_WIDTH: Final = 160


class Trouble(Exception):
    """Something that a person must hear of, in one line, and the exit code it ends in."""

    def __init__(self, line: str, exit_code: int = FINDING) -> None:
        """Keep the line and the code."""
        super().__init__(line)
        self.exit_code = exit_code


def console() -> Console:
    """Where answers go; plain and wide when it is no terminal, so that a pipe gets whole rows."""
    if sys.stdout.isatty():
        return Console(highlight=False)
    return Console(highlight=False, width=PLAIN_WIDTH, no_color=True)


def complain(line: str) -> None:
    """Say one line on standard error."""
    first = " ".join(line.split())
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(f"outcomes-ledger: {first}"))


def money(minor: int | None) -> str:
    """An amount in pounds and pence, exact: 1,421,237.50. Nothing at all is a dash."""
    return "-" if minor is None else grouped(minor)


def progress() -> Progress:
    """A progress bar on standard error, for a person only; it goes when the work is done."""
    shown = sys.stderr.isatty()
    return Progress(console=Console(stderr=True), transient=True, disable=not shown)


@contextmanager
def waiting(for_what: str) -> Iterator[None]:
    """Show that an answer is awaited: a draft, a closing or a book of a large ledger takes time."""
    with progress() as bar:
        bar.add_task(escape(for_what), total=None)
        yield


def table(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[object]], *, texts: int = 1
) -> Table:
    """A table whose first `texts` columns are words and whose others are figures."""
    drawn = Table(
        title=Text(title, no_wrap=True, overflow="ignore"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for place, head in enumerate(heads):
        drawn.add_column(head, justify="left" if place < texts else "right", overflow="fold")
    for row in rows:
        drawn.add_row(*(Text("-" if cell is None else str(cell)) for cell in row))
    return drawn


def say_json(document: Any) -> None:  # noqa: ANN401 (whatever the service answered)
    """The answer as the service gave it."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
