"""`why`, `caused` and `bought`: where every amount comes from, and what something led to."""

import datetime
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final

import typer
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from api.cli.asking import ServiceRefuses
from api.cli.doing import READER, About, Desk, at_desk, pair, pair_of
from api.cli.options import AsOf, KnownAt, lettered
from api.cli.saying import console, money, say_json, table
from api.cli.showing import EVERYTHING, After, Limit, Reference
from api.tracing.outline import Branch, outline
from api.tracing.steps import moment as moment_of

NOTE: Final = "text/plain"

TRACED: Final = (
    ("payment", "A payment: evidence, terms, arithmetic, caps; claim, invoices, bank.", "payments"),
    ("invoice", "An invoice or a credit note: its lines, and what settled it.", "invoices"),
    ("receipt", "A receipt: what it was set against.", "receipts"),
)

app: Final = typer.Typer(help="Why an amount is what it is.", no_args_is_help=True)
Recompute = Annotated[bool, typer.Option("--recompute", help="Run the rules again, and compare.")]
PageLimit = Annotated[
    int | None, typer.Option("--limit", min=1, max=EVERYTHING, help="How many of a list at most.")
]
Version = Annotated[int, typer.Argument(help="The version of the event.", min=1)]
Fee = Annotated[int, typer.Argument(help="Its version, or F and that.", parser=lettered("F"))]
Entry = Annotated[int, typer.Argument(help="Its version, or J and that.", parser=lettered("J"))]


def moment(*, as_of: AsOf = None, known_at: KnownAt = None) -> About:
    """What a question is about whose subject is of one contract: a pair of dates."""
    return {"as_of": as_of, "known_at": known_at}


def traced(name: str, help_line: str, path: str) -> None:
    """Add a command that traces one thing, whose lists come in pages."""

    @app.command(name, help=help_line)
    @at_desk(READER, moment)
    def why(
        at: Desk,
        reference: Reference,
        *,
        recompute: Recompute = False,
        limit: PageLimit = None,
        after: After = None,
    ) -> None:
        say_why(at, (path, reference, "why"), recompute=recompute, limit=limit, after=after)


for one in TRACED:
    traced(*one)


@app.command("fee")
@at_desk(READER, moment)
def why_fee(
    at: Desk,
    version: Fee,
    *,
    recompute: Recompute = False,
    limit: PageLimit = None,
    after: After = None,
) -> None:
    """A fee, by its version: register, order, limit; settlement."""
    say_why(at, ("fees", str(version), "why"), recompute=recompute, limit=limit, after=after)


@app.command("entry")
@at_desk(READER, moment)
def why_entry(at: Desk, version: Entry, *, recompute: Recompute = False) -> None:
    """A journal entry, by its version: what posted it, and why."""
    say_why(at, ("journal", str(version), "why"), recompute=recompute)


def say_why(at: Desk, path: tuple[str, ...], *, recompute: bool, **page: object) -> None:
    """Ask for a why-document, and print it as a tree or as it is."""
    again = {"recompute": "true"} if recompute else {}
    answer = at.ask(*path, **again, **page)
    if at.as_json:
        say_json(answer)
        return
    out = console()
    out.print(drawn(outline(answer)))
    for line in standing(at, answer):
        out.print(line, soft_wrap=True)


def standing(at: Desk, answer: Mapping[str, Any]) -> Iterator[str]:
    """Where the log stood: the pair, its size and root, the checkpoint that covers it; and when."""
    log = answer["log"]
    yield pair_of(answer)
    yield f"log of {log['size']:,} events, root {log['root']}"
    yield _covering(at, log["size"])
    yield f"made at {moment_of(datetime.datetime.now(datetime.UTC))}"


def _covering(at: Desk, version: int) -> str:
    """The first signed checkpoint that holds a version.

    Its note is read here: what reads notes elsewhere needs cryptography, which a question does not.
    """
    path = ("v1", "ledgers", at.ledger, "log", "checkpoint")
    try:
        note = at.service.fetch(NOTE, *path, covering=version).decode()
    except ServiceRefuses as refused:
        if refused.code != "unknown_checkpoint":
            raise
        return "no signed checkpoint covers it yet"
    _, size, root = note.split("\n")[:3]
    return f"covered by the checkpoint of {int(size):,} events, root {b64decode(root).hex()}"


def drawn(branch: Branch) -> Tree:
    """An outline as a tree; a line with more behind it says how to ask for the next page."""
    more = "" if branch.after is None else f", ask with --after {branch.after}"
    tree = Tree(Text(f"{branch.words}{more}"), highlight=False)
    for below in branch.below:
        tree.children.append(drawn(below))
    return tree


@at_desk(READER, moment)
def caused(at: Desk, version: Version, *, limit: Limit = 100, after: After = None) -> None:
    """What an event caused: decisions, payments that rest on it, fees, claims, postings."""
    at.tell(("events", str(version), "caused"), _caused, limit=limit, after=after)


def _caused(answer: Mapping[str, Any]) -> Iterator[Table | str]:
    cause = answer["cause"]
    rows = [
        (
            item["version"],
            item["type"],
            ", ".join(word.replace("_", " ") for word in item["how"]),
            item["effective_on"],
            ", ".join(_led_to(item)),
            len(item["posts"]),
            money(item["says"].get("amount_minor")),
        )
        for item in answer["items"]
    ]
    title = f"What {cause['type']} at version {cause['version']} caused"
    if not rows:
        yield f"{title}: nothing names it or rests on it."
        return
    heads = ("version", "event", "how", "effective on", "led to", "lines posted", "amount")
    yield table(title, heads, rows, texts=5)


def _led_to(item: Mapping[str, Any]) -> Iterator[str]:
    """The claims and the settlements that hold it."""
    yield from (claim["claim"] for claim in item["claims"])
    yield from (run["settlement"] for run in item["settlements"])


@at_desk(READER, pair)
def bought(at: Desk, funder: Reference, *, limit: Limit = EVERYTHING, after: After = None) -> None:
    """What a funder's money bought, by trigger and area; it adds up to what it recognised."""
    at.tell(("funders", funder, "bought"), _bought, limit=limit, after=after)


def _bought(answer: Mapping[str, Any]) -> Iterator[Table]:
    amounts = ("released_minor", "reversed_minor", "recognised_minor", "unfunded_minor")
    rows = [
        (
            item["trigger"],
            item["area"] or "",
            item["released"] - item["reversed"],
            item["children"],
            *(money(item[name]) for name in amounts),
        )
        for item in answer["items"]
    ]
    totals = answer["totals"]
    rows.append(("all", "", "", "", *(money(totals[name]) for name in amounts)))
    heads = ("trigger", "area", "payments", "children")
    figures = ("released", "reversed", "recognised", "unfunded")
    title = f"What the money of {answer['funder']} bought"
    yield table(title, (*heads, *figures), rows, texts=2)
