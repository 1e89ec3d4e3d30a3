"""`statement` and `books`: a funder's statement, aged balances, cash book, activities; exports."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from api.cli import book_tables
from api.cli.asking import Service
from api.cli.keeping import STANDARD_STREAM, write_parts
from api.cli.options import Actor, AsJson, AsOf, Contract, Folder, KnownAt, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import console, progress
from api.cli.showing import EVERYTHING, READER, Draw, Reference, current, newest, say
from api.reference.intakes import LEDGER

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


def statement(  # noqa: PLR0913 (each is an option of the command)
    funder: Reference,
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    contract: Contract = None,
    first_on: From = None,
    last_on: Upto = None,
    limit: Limit = 100,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """A funder's statement: opening, movements with their reasons, closing, open items."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    query = {"contract": contract, "from": first_on, "to": last_on, "limit": limit}
    at = {"as_of": as_of, "known_at": known_at}
    answer = current(service, ledger, "statements", "funders", funder, **query, **at)
    tell(answer, book_tables.statement, limit, as_json=as_json)


def tell(answer: dict[str, Any], draw: Draw, limit: int, *, as_json: bool) -> None:
    """Print an answer, and that there is more behind it."""
    say(answer, draw, as_json=as_json)
    if answer.get("next") and not as_json:
        console().print(f"There are more than {limit}; narrow the question or raise --limit.")


def about_balances(name: str, help_line: str, draw: Draw) -> None:
    """Add a question about what stands at a pair, of the ledger or of one contract."""

    @app.command(name, help=help_line)
    def answer(  # noqa: PLR0913 (each is an option of the command)
        *,
        data: Folder = DEFAULT_FOLDER,
        url: Url = None,
        key: Secret = None,
        actor: Actor = None,
        ledger: Ledger = LEDGER,
        contract: Contract = None,
        limit: Limit = EVERYTHING,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        as_json: AsJson = False,
    ) -> None:
        service = Service(url_for(url, data), key_for(key, data, actor or READER))
        query = {"contract": contract, "as_of": as_of, "known_at": known_at, "limit": limit}
        tell(current(service, ledger, name, **query), draw, limit, as_json=as_json)


about_balances("aged-debtors", "What funders owe, by days past due.", book_tables.aged_debtors)
about_balances("aged-creditors", "What partners are owed, by age.", book_tables.aged_creditors)
about_balances(
    "accrued-income", "Released and not invoiced; received and not allocated.",
    book_tables.accrued_income,
)  # fmt: skip


@app.command("cash-book")
def cash_book(  # noqa: PLR0913 (each is an option of the command)
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    bank_account: BankAccount = None,
    contract: Contract = None,
    first_on: From = None,
    last_on: Upto = None,
    limit: Limit = 100,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """What came in and went out of each bank account, with a running balance."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    query = {"contract": contract, "from": first_on, "to": last_on, "limit": limit}
    at = {"bank_account": bank_account, "as_of": as_of, "known_at": known_at}
    answer = current(service, ledger, "cash-book", **query, **at)
    tell(answer, book_tables.cash_book, limit, as_json=as_json)


@app.command("activities")
def activities(  # noqa: PLR0913 (each is an option of the command)
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    contract: Contract = None,
    first_on: From = None,
    last_on: Upto = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Income, expenditure and funds carried forward, by fund."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    query = {"contract": contract, "from": first_on, "to": last_on}
    answer = current(service, ledger, "activities", **query, as_of=as_of, known_at=known_at)
    say(answer, book_tables.activities, as_json=as_json)


@app.command("export")
def export(  # noqa: PLR0913 (each is an option of the command)
    *,
    format_: Format,
    out: Out,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    contract: Contract = None,
    first_on: From = None,
    last_on: Upto = None,
    table: Table = None,
    with_children: WithChildren = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> None:
    """The books as a file for hledger, Beancount or a spreadsheet."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    query = {
        "contract": contract, "from": first_on, "to": last_on, "table": table,
        "with_children": with_children, "as_of": as_of, "known_at": known_at,
        "min_version": newest(service, ledger) if known_at is None else None,
    }  # fmt: skip
    parts = service.download("v1", "ledgers", ledger, "exports", format_, **query)
    if out == STANDARD_STREAM:
        sys.stdout.buffer.writelines(parts)
        return
    with progress() as bar:
        write_parts(out, bar.track(parts, description=f"Exporting {ledger}"))
    console().print(f"The books of `{ledger}` are in {out}")
