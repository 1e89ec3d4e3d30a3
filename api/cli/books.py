"""`statement` and `books`: a funder's statement, aged balances, cash book, activities; exports."""

import hashlib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli import book_tables
from api.cli.doing import READER, Desk, Draw, at_desk, pair
from api.cli.files import STANDARD_STREAM, write_parts
from api.cli.options import PostedUpto
from api.cli.saying import MISUSE, Trouble, console, progress, say_json
from api.cli.showing import EVERYTHING, Reference

app: Final = typer.Typer(help="The books, and their exports.", no_args_is_help=True)
From = Annotated[str | None, typer.Option("--from", metavar="DATE", help="Posted from this day.")]
Upto = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Posted up to this day.")]
BankAccount = Annotated[str | None, typer.Option(help="Only this bank account.")]
Limit = Annotated[int, typer.Option(min=1, max=EVERYTHING, help="How many lines at most.")]
Format = Annotated[str, typer.Option("--format", help="hledger, beancount, csv or xlsx.")]
Out = Annotated[Path, typer.Option("--out", help="Where to write; - is standard output.")]
Table = Annotated[
    str | None, typer.Option(help="Which table a csv holds: journal or trial_balance.")
]
WithChildren = Annotated[
    bool, typer.Option("--with-children", help="Name children too: this is personal data.")
]


@dataclass(slots=True)
class Written:
    """How much has gone into a file, and its SHA-256, by which it is known again."""

    size: int = 0
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def counted(self, parts: Iterable[bytes]) -> Iterator[bytes]:
        """The same parts; each is counted as it goes by."""
        for part in parts:
            self.size += len(part)
            self.digest.update(part)
            yield part


@at_desk(READER, pair)
def statement(
    at: Desk,
    funder: Reference,
    *,
    first_on: From = None,
    last_on: Upto = None,
    limit: Limit = 100,
) -> None:
    """A funder's statement: opening, movements with their reasons, closing, open items."""
    span = {"from": first_on, "to": last_on}
    at.tell(("statements", "funders", funder), book_tables.statement, **span, limit=limit)


def about_balances(name: str, help_line: str, draw: Draw) -> None:
    """Add a question about what stands at a pair, of the ledger or of one contract."""

    @app.command(name, help=help_line)
    @at_desk(READER, pair)
    def answer(at: Desk, *, posted_upto: PostedUpto = None, limit: Limit = EVERYTHING) -> None:
        at.tell((name,), draw, posted_upto=posted_upto, limit=limit)


about_balances("aged-debtors", "What funders owe, by days past due.", book_tables.aged_debtors)
about_balances("aged-creditors", "What partners are owed, by age.", book_tables.aged_creditors)
about_balances(
    "accrued-income", "Released and not invoiced; received and not allocated.",
    book_tables.accrued_income,
)  # fmt: skip


@app.command("cash-book")
@at_desk(READER, pair)
def cash_book(
    at: Desk,
    *,
    bank_account: BankAccount = None,
    first_on: From = None,
    last_on: Upto = None,
    limit: Limit = 100,
) -> None:
    """What came in and went out of each bank account, with a running balance."""
    span = {"from": first_on, "to": last_on}
    asked = {"bank_account": bank_account, "limit": limit}
    at.tell(("cash-book",), book_tables.cash_book, **span, **asked)


@app.command("activities")
@at_desk(READER, pair)
def activities(at: Desk, *, first_on: From = None, last_on: Upto = None) -> None:
    """Income, expenditure and funds carried forward, by fund."""
    at.tell(("activities",), book_tables.activities, **{"from": first_on, "to": last_on})


@app.command("export")
@at_desk(READER, pair)
def export(
    at: Desk,
    *,
    format_: Format,
    out: Out,
    first_on: From = None,
    last_on: Upto = None,
    table: Table = None,
    with_children: WithChildren = False,
) -> None:
    """The books as a file for hledger, Beancount or a spreadsheet; --json says what was written."""
    if at.as_json and out == STANDARD_STREAM:
        message = "--json says what is in a file; name one with --out"
        raise Trouble(message, MISUSE)
    query = {**at.about, "from": first_on, "to": last_on, "table": table}
    query |= {"with_children": with_children, "min_version": at.newest()}
    parts = at.service.download("v1", "ledgers", at.ledger, "exports", format_, **query)
    if out == STANDARD_STREAM:
        sys.stdout.buffer.writelines(parts)
        return
    written = Written()
    with progress() as bar:
        write_parts(out, written.counted(bar.track(parts, description=f"Exporting {at.ledger}")))
    if at.as_json:
        about = {"ledger": at.ledger, "format": format_, "file": str(out)}
        say_json({**about, "bytes": written.size, "sha256": written.digest.hexdigest()})
        return
    console().print(f"The books of `{at.ledger}` are in {out}")
