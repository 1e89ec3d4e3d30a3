"""`privacy due`, `privacy propose`: what is due to go, and asking for it, on a running service."""

from collections.abc import Iterable, Mapping
from contextlib import closing
from itertools import islice
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.asking import Service, current
from api.cli.doing import READER
from api.cli.options import Actor, AsJson, Contract, Folder, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.proposing import LedgerIsBusy, Proposals
from api.cli.saying import FINDING, Trouble, console, say_json, table
from api.reference.intakes import LEDGER

SHOWN_MAX: Final = 1_000
NAMED_MAX: Final = 6

On = Annotated[
    str | None,
    typer.Option("--on", metavar="DATE", help="The day that is asked about; today without it."),
]
Kind = Annotated[
    str | None, typer.Option("--kind", help="scores, identity or financial_records alone.")
]


def due(  # noqa: PLR0913 (each is an option of the command)
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    contract: Contract = None,
    kind: Kind = None,
    on: On = None,
    limit: Annotated[int, typer.Option(min=1, max=SHOWN_MAX, help="How many at most.")] = 100,
    as_json: AsJson = False,
) -> None:
    """What is due to go by the retention rules, and where each stands.

    `due`: nobody has asked for it yet. `requested`: it waits for a second administrator.
    `declined`: it stays until somebody asks again. `held`: the identity is to be kept for longer.
    `reported`: financial records, which the ledger never deletes.
    """
    query = {"on": on, "kind": kind, "contract": contract, "limit": limit}
    with closing(Service(url_for(url, data), key_for(key, data, actor or READER))) as service:
        answer = current(service, ledger, "retention", "due", **query, known_at=None)
    if as_json:
        say_json(answer)
        return
    out = console()
    out.print(_table(answer))
    for line in _remarks(answer):
        out.print(line)


def propose(  # noqa: PLR0913 (each is an option of the command)
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    on: On = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="How many children at most, in this run.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask for the erasure of everything that is due and that nobody has asked for.

    Nothing goes before a second administrator approves. A run can be repeated, also after a crash:
    it asks for nobody twice. The name of the key is who asked.
    """
    busy = False
    with closing(Service(url_for(url, data), key_for(key, data, actor))) as service:
        run = Proposals(service, ledger, on, limit)
        try:
            run.run()
        except LedgerIsBusy:
            busy = True
    if as_json:
        say_json(
            {
                "proposed": run.asked,
                **{state: len(run.others[state]) for state in ("requested", "declined", "held")},
            }
        )
    else:
        _say(run)
    if busy:
        message = "the ledger is busy; what is left is asked for by the next run"
        raise Trouble(message, FINDING)


def _table(answer: Mapping[str, Any]) -> Table:
    return table(
        f"Due on {answer['on']}",
        ("child", "kind", "due on", "state", "why"),
        [
            (row["child"], row["kind"], row["due_on"], row["state"], "; ".join(_why(row)))
            for row in answer["items"]
        ],
        texts=5,
    )


def _why(row: Mapping[str, Any]) -> Iterable[str]:
    """The contract that keeps it longest, who asked for it, and how long it is held."""
    parts = row["contracts"]
    last = max(parts, key=lambda part: part["due_on"])
    more = f" and {len(parts) - 1} more" if len(parts) > 1 else ""
    months = "1 month" if last["months"] == 1 else f"{last['months']} months"
    counted = f"{months} from {last['counted_from']} ({last['after']})"
    yield f"{last['contract']}{more}: {counted}, rule {last['rule_version']}"
    request = row["request"]
    if request is not None and row["state"] == "requested":
        yield f"asked by {request['requested_by']}"
    if request is not None and row["state"] == "declined":
        yield f"declined by {request['answered_by']}"
    if row["state"] == "held":
        until = row["held_until"]
        yield f"its identity is kept until {until}" if until else "its identity is kept"


def _remarks(answer: Mapping[str, Any]) -> Iterable[str]:
    if answer["next"]:
        yield "There is more; narrow the question or raise --limit."
    missing = answer["without_rule"]
    if missing:
        named = ", ".join(
            f"{row['kind']} of {row['contract']}" for row in islice(missing, NAMED_MAX)
        )
        more = f" and {len(missing) - NAMED_MAX} more" if len(missing) > NAMED_MAX else ""
        yield f"No rule is in force for {named}{more}: these are kept."


def _say(run: Proposals) -> None:
    out = console()
    out.print(f"{len(run.asked):,} proposed")
    for state, what in (
        ("requested", "asked for before, waiting for a second administrator"),
        ("declined", "declined since due: they stay until somebody asks by hand"),
        ("held", "held, because their identity is to be kept for longer"),
    ):
        if run.others[state]:
            out.print(f"{len(run.others[state]):,} {what}")
    if run.asked:
        out.print(
            "A second administrator approves: `outcomes-ledger privacy requests`,"
            " then `privacy approve`."
        )
