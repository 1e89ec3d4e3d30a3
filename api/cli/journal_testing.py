"""`audit journal-tests`: what an auditor's tools would ask of the entries, answered first."""

from typing import Annotated, Final

import typer

from api.cli import sample_tables
from api.cli.doing import READER, Desk, at_desk, pair

From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="Posted from this day.")]
Upto = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Posted up to this day.")]
Test = Annotated[str | None, typer.Option("--test", help="Only this test, and all its items.")]
Limit = Annotated[int, typer.Option(min=1, max=1_000, help="How many items of each at most.")]
Hour = Annotated[str | None, typer.Option(metavar="HH:MM", help="In the ledger's time zone.")]
Workdays = Annotated[str | None, typer.Option(help="Days of the week, from Monday as 1: 12345.")]
Days = Annotated[int | None, typer.Option(help="How many days apart.")]
Pence = Annotated[int | None, typer.Option(help="A sum, in pence.")]
Number = Annotated[int | None, typer.Option(help="How many entries, or how many percent.")]
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
    office_from: Hour = None,
    office_to: Hour = None,
    workdays: Workdays = None,
    back_dated_days: Days = None,
    round_minor: Pence = None,
    bank_days: Days = None,
    seldom_entries: Number = None,
    limit_minor: Pence = None,
    below_percent: Number = None,
) -> None:
    """Makers who checked, odd hours, back-dated, round sums, reversals, new bank details, ..."""
    given = (
        office_from, office_to, workdays, back_dated_days, round_minor, bank_days,
        seldom_entries, limit_minor, below_percent,
    )  # fmt: skip
    limits = dict(zip(LIMITS, given, strict=True))
    asked = {"from": first_on, "to": last_on, "test": test, "limit": limit, **limits}
    at.tell(("audit", "journal-tests"), sample_tables.journal_tests, **asked)
