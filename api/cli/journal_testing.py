"""`audit journal-tests`: what an auditor's tools would ask of the entries, answered first."""

from typing import Annotated, Final

import typer

from api.cli import sample_tables
from api.cli.doing import READER, Desk, at_desk, pair
from api.cli.showing import After

From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="Posted from this day.")]
Upto = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Posted up to this day.")]
Test = Annotated[
    str | None, typer.Option("--test", help="Only this test, as the table names it, and its items.")
]
Limit = Annotated[int, typer.Option(min=1, max=1_000, help="How many items of each at most.")]
OfficeFrom = Annotated[
    str | None,
    typer.Option(metavar="HH:MM", help="Odd hours are before this, in the ledger's zone."),
]
OfficeTo = Annotated[str | None, typer.Option(metavar="HH:MM", help="Odd hours are from this on.")]
Workdays = Annotated[
    str | None, typer.Option(help="Odd are other days than these, Monday being 1: 12345.")
]
BackDated = Annotated[
    int | None, typer.Option(help="Back-dated is recorded more than so many days later.")
]
Round = Annotated[int | None, typer.Option(help="Round is a multiple of this, in pence.")]
BankDays = Annotated[int | None, typer.Option(help="Paid within so many days of new bank details.")]
Seldom = Annotated[int | None, typer.Option(help="Seldom is no more entries than this.")]
Below = Annotated[int | None, typer.Option(help="The limit to stay below, in pence.")]
Percent = Annotated[int | None, typer.Option(help="Just below is within so many percent of it.")]
LIMITS: Final = (
    "office_from", "office_to", "workdays", "back_dated_days", "round_minor", "bank_days",
    "seldom_entries", "limit_minor", "below_percent",
)  # fmt: skip


@at_desk(READER, pair)
def journal_tests(  # noqa: PLR0913 (each is an option of the command)
    at: Desk,
    *,
    first_on: From = None,
    last_on: Upto = None,
    test: Test = None,
    limit: Limit = 10,
    after: After = None,
    office_from: OfficeFrom = None,
    office_to: OfficeTo = None,
    workdays: Workdays = None,
    back_dated_days: BackDated = None,
    round_minor: Round = None,
    bank_days: BankDays = None,
    seldom_entries: Seldom = None,
    limit_minor: Below = None,
    below_percent: Percent = None,
) -> None:
    """Makers who checked, odd hours, back-dated, round sums, reversals, new bank details, ..."""
    given = (
        office_from, office_to, workdays, back_dated_days, round_minor, bank_days,
        seldom_entries, limit_minor, below_percent,
    )  # fmt: skip
    limits = dict(zip(LIMITS, given, strict=True))
    asked = {"from": first_on, "to": last_on, "test": test, **limits}
    draw = sample_tables.journal_tests
    at.tell(("audit", "journal-tests"), draw, **asked, limit=limit, after=after)
