"""`show`: what the running service knows of a child, a funder, a partner, the money; as tables."""

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli import tables
from api.cli.asking import Service, ServiceRefuses
from api.cli.options import Actor, AsJson, AsOf, Contract, Folder, KnownAt, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import console, say_json
from api.reference.intakes import LEDGER

READER: Final = "auditor"
EVERYTHING: Final = 1_000

app: Final = typer.Typer(help=__doc__, no_args_is_help=True)
Reference = Annotated[str, typer.Argument(help="Its reference.")]
Draw = Callable[[Mapping[str, Any]], Iterable[Table | str]]


def about_one(name: str, help_line: str, path: str, draw: Draw) -> None:
    """Add a question about one thing, named by its reference."""

    @app.command(name, help=help_line)
    def answer(  # noqa: PLR0913 (each is an option of the command)
        reference: Reference,
        *,
        data: Folder = DEFAULT_FOLDER,
        url: Url = None,
        key: Secret = None,
        actor: Actor = None,
        ledger: Ledger = LEDGER,
        contract: Contract = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        as_json: AsJson = False,
    ) -> None:
        service = Service(url_for(url, data), key_for(key, data, actor or READER))
        query = {"contract": contract, "as_of": as_of, "known_at": known_at}
        say(current(service, ledger, path, reference, **query), draw, as_json=as_json)


def about_all(name: str, help_line: str, draw: Draw) -> None:
    """Add a question about the ledger, or about one contract of it."""

    @app.command(name, help=help_line)
    def answer(  # noqa: PLR0913 (each is an option of the command)
        *,
        data: Folder = DEFAULT_FOLDER,
        url: Url = None,
        key: Secret = None,
        actor: Actor = None,
        ledger: Ledger = LEDGER,
        contract: Contract = None,
        as_of: AsOf = None,
        known_at: KnownAt = None,
        as_json: AsJson = False,
    ) -> None:
        service = Service(url_for(url, data), key_for(key, data, actor or READER))
        query = {"contract": contract, "as_of": as_of, "known_at": known_at}
        say(current(service, ledger, name, **query), draw, as_json=as_json)


def current(service: Service, ledger: str, *path: str, **query: object) -> dict[str, Any]:
    """The answer at the version that the ledger has now, so that what was just appended shows."""
    version = newest(service, ledger) if query["known_at"] is None else None
    return service.ask("v1", "ledgers", ledger, *path, **query, min_version=version)


def newest(service: Service, ledger: str) -> int | None:
    """The version that the ledger has now; None where the key may not see it."""
    try:
        return int(service.ask("v1", "ledgers", ledger)["version"])
    except ServiceRefuses as refused:
        if refused.code != "role_missing":
            raise
        return None


def say(answer: Mapping[str, Any], draw: Draw, *, as_json: bool) -> None:
    """Print an answer, and the pair of dates at which it holds."""
    if as_json:
        say_json(answer)
        return
    out = console()
    for drawn in draw(answer):
        out.print(drawn)
    out.print(
        f"as of {answer.get('as_of') or 'any day'}, "
        f"known at {answer.get('known_at') or 'now'}, version {answer.get('version')}"
    )


ABOUT_ONE: Final = (
    ("child", "A child: its years, its areas, its payments.", "children", tables.child),
    ("funder", "A funder: committed, released, received.", "funders", tables.funder),
    ("partner", "A partner: accrued, invoiced, owed.", "partners", tables.partner),
)
ABOUT_ALL: Final = (
    ("trial-balance", "Every account; the total is 0.00.", tables.trial_balance),
    ("periods", "Closings, and what became of them.", tables.periods),
    ("outcomes", "Areas achieved and verified, and children.", tables.outcomes),
)
for one in ABOUT_ONE:
    about_one(*one)
for every in ABOUT_ALL:
    about_all(*every)


@app.command("payments")
def show_payments(  # noqa: PLR0913 (each is an option of the command)
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    contract: Contract = None,
    child: Annotated[str | None, typer.Option(help="Only this child's.")] = None,
    funder: Annotated[str | None, typer.Option(help="Only those this funder pays.")] = None,
    trigger: Annotated[str | None, typer.Option(help="Only this line of the card.")] = None,
    state: Annotated[str | None, typer.Option(help="released, reversed or withheld.")] = None,
    first_on: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    last_on: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
    limit: Annotated[int, typer.Option(min=1, max=EVERYTHING, help="How many at most.")] = 100,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Payments, released, reversed and withheld, one row each."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    subject = {"contract": contract, "child": child, "funder": funder, "trigger": trigger}
    query = {"from": first_on, "to": last_on, "as_of": as_of, "known_at": known_at}
    answer = current(service, ledger, "payments", **subject, **query, state=state, limit=limit)
    say(answer, lambda found: [tables.payments(found["items"])], as_json=as_json)
    if answer.get("next") and not as_json:
        console().print(f"There are more than {limit}; narrow the question or raise --limit.")


@app.command("summary")
def show_summary(  # noqa: PLR0913 (each is an option of the command)
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    contract: Contract = None,
    by: Annotated[str, typer.Option(help="month, quarter or year")] = "quarter",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    as_json: AsJson = False,
) -> None:
    """Payments by period and trigger: releases less reversals."""
    service = Service(url_for(url, data), key_for(key, data, actor or READER))
    query = {"contract": contract, "as_of": as_of, "known_at": known_at, "by": by}
    say(current(service, ledger, "summary", **query), tables.summary, as_json=as_json)
