"""`show`: what the running service knows of a child, a funder, a partner, the money; as tables."""

from typing import Annotated, Final

import typer

from api.cli import tables
from api.cli.doing import READER, Desk, Draw, at_desk, pair
from api.cli.options import PostedUpto

EVERYTHING: Final = 1_000

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)
Reference = Annotated[str, typer.Argument(help="Its reference.")]
First = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Effective from this day.")
]
Last = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Effective up to this day.")]
Limit = Annotated[int, typer.Option(min=1, max=EVERYTHING, help="How many at most.")]
After = Annotated[
    str | None, typer.Option(metavar="CURSOR", help="From there on: what the last page ended with.")
]


def about_one(name: str, help_line: str, path: str, draw: Draw) -> None:
    """Add a question about one thing, named by its reference."""

    @app.command(name, help=help_line)
    @at_desk(READER, pair)
    def answer(at: Desk, reference: Reference) -> None:
        at.tell((path, reference), draw)


def about_all(name: str, help_line: str, draw: Draw) -> None:
    """Add a question about the ledger, or about one contract of it."""

    @app.command(name, help=help_line)
    @at_desk(READER, pair)
    def answer(at: Desk) -> None:
        at.tell((name,), draw)


ABOUT_ONE: Final = (
    ("child", "A child: its years, its areas, its payments.", "children", tables.child),
    ("funder", "A funder: committed, released, received.", "funders", tables.funder),
    ("partner", "A partner: accrued, invoiced, owed.", "partners", tables.partner),
)
ABOUT_ALL: Final = (
    ("periods", "Closings, and what became of them.", tables.periods),
    ("outcomes", "Areas achieved and verified, and children.", tables.outcomes),
)
for one in ABOUT_ONE:
    about_one(*one)
for every in ABOUT_ALL:
    about_all(*every)


@app.command("trial-balance")
@at_desk(READER, pair)
def show_trial_balance(at: Desk, *, posted_upto: PostedUpto = None) -> None:
    """Every account; the total is 0.00. Up to a closed day of posting it never changes."""
    at.tell(("trial-balance",), tables.trial_balance, posted_upto=posted_upto)


@app.command("journal")
@at_desk(READER, pair)
def show_journal(  # noqa: PLR0913 (each is an option of the command)
    at: Desk,
    *,
    account: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    funder: Annotated[str | None, typer.Option(help="Only this funder's.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only this partner's.")] = None,
    child: Annotated[str | None, typer.Option(help="Only this child's.")] = None,
    first_on: First = None,
    last_on: Last = None,
    posted_from: Annotated[
        str | None, typer.Option("--posted-from", metavar="DATE", help="Posted from this day.")
    ] = None,
    posted_upto: PostedUpto = None,
    limit: Limit = 100,
) -> None:
    """The journal, line by line; what came late for a closed period is marked."""
    subject = {"account": account, "funder": funder, "partner": partner, "child": child}
    span = {"from": first_on, "to": last_on}
    posted = {"posted_from": posted_from, "posted_upto": posted_upto}
    at.tell(("journal",), tables.journal, **subject, **span, **posted, limit=limit)


@app.command("payments")
@at_desk(READER, pair)
def show_payments(  # noqa: PLR0913 (each is an option of the command)
    at: Desk,
    *,
    child: Annotated[str | None, typer.Option(help="Only this child's.")] = None,
    funder: Annotated[str | None, typer.Option(help="Only those this funder pays.")] = None,
    trigger: Annotated[str | None, typer.Option(help="Only this line of the card.")] = None,
    state: Annotated[str | None, typer.Option(help="released, reversed or withheld.")] = None,
    first_on: First = None,
    last_on: Last = None,
    limit: Limit = 100,
) -> None:
    """Payments, released, reversed and withheld, one row each."""
    subject = {"child": child, "funder": funder, "trigger": trigger, "state": state}
    span = {"from": first_on, "to": last_on}
    at.tell(
        ("payments",), lambda found: [tables.payments(found["items"])],
        **subject, **span, limit=limit,
    )  # fmt: skip


@app.command("summary")
@at_desk(READER, pair)
def show_summary(
    at: Desk, *, by: Annotated[str, typer.Option(help="month, quarter or year")] = "quarter"
) -> None:
    """Payments by period and trigger: releases less reversals."""
    at.tell(("summary",), tables.summary, by=by)
