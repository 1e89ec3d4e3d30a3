"""`audit reperform`: the rules over the facts again, in this process, against what is stored."""

from typing import Annotated, Final

import typer

from api.cli.keeping import Database, database
from api.cli.options import AsJson, Contract, Folder, Ledger
from api.cli.place import DEFAULT_FOLDER
from api.cli.saying import MISUSE, NOT_ALL, Trouble, console, progress, say_json, table
from api.reference.intakes import LEDGER
from ledger.rule_versions import LATEST, RULES, Rules, rules_known
from projections.audit.reperform import Reperformed, reperform
from projections.audit.reperformance import Span

AS_THEY_WERE: Final = "as-they-were"
NEWEST: Final = "latest"
SHOWN_MAX: Final = 100

First = Annotated[int, typer.Option("--from", min=1, help="From the fact at this version on.")]
Last = Annotated[int | None, typer.Option("--to", min=1, help="Up to the fact at this version.")]
ByRules = Annotated[
    str,
    typer.Option(
        "--rules", help="As they were at each fact; `latest`, or a version, for all facts alike."
    ),
]


def reperform_rules(
    data: Folder = DEFAULT_FOLDER,
    ledger: Ledger = LEDGER,
    first: First = 1,
    last: Last = None,
    contract: Contract = None,
    rules: ByRules = AS_THEY_WERE,
    as_json: AsJson = False,
) -> None:
    """Decide the facts again and compare field by field with what is stored.

    Exit code 1: a difference. 3: none, but not everything could be decided again.
    """
    with database(data, ledger) as kept:
        span = _span(kept, ledger, Span(first, last, contract, _rules(rules)))
        with progress() as bar:
            task = bar.add_task(f"Deciding {ledger} again", total=None)
            done = reperform(
                kept.log,
                ledger,
                span,
                find_keys=kept.find_keys,
                progress=lambda at, of: bar.update(task, completed=at, total=of),
            )
    if contract is not None and contract not in done.contracts:
        message = f"`{ledger}` has no contract `{contract}`"
        raise Trouble(message)
    if as_json:
        say_json(done.shown())
    else:
        _say(done)
    if done.outcome == "not_all_performed":
        raise typer.Exit(NOT_ALL)
    if done.outcome == "differs":
        count = sum(done.counted.values()) + len(done.report.findings)
        message = f"{count} differences in `{ledger}`"
        raise Trouble(message)


def _rules(named: str) -> Rules | None:
    """The version that is asked for; None for those in force at each fact."""
    if named == AS_THEY_WERE:
        return None
    if named == NEWEST:
        return LATEST
    known = rules_known(int(named)) if named.isdecimal() else None
    if known is None:
        message = f"--rules is {AS_THEY_WERE}, {NEWEST}, or a version from 1 to {len(RULES)}"
        raise Trouble(message, MISUSE)
    return known


def _span(kept: Database, ledger: str, span: Span) -> Span:
    """The span, which must lie in the log."""
    version = kept.log.head(ledger).version
    if version == 0:
        message = f"`{ledger}` has no event: there is nothing to perform again"
        raise Trouble(message)
    last = version if span.last is None else span.last
    if not span.first <= last <= version:
        message = f"`{ledger}` has the versions 1 to {version:,}: --from and --to lie in them"
        raise Trouble(message, MISUSE)
    return span


def _say(done: Reperformed) -> None:
    out, told = console(), done.shown()
    by = "the rules as they were" if done.span.rules is None else f"rules {done.span.rules.version}"
    out.print(
        f"`{told['ledger']}` from version {told['from']:,} to {told['to']:,} by {by}: "
        f"{told['facts']:,} facts and {told['decisions']:,} decisions done again"
    )
    for unchecked in done.report.unchecked:
        out.print(f"Not done again: {unchecked}")
    rows: list[tuple[str, int, str, str]] = [
        (each.kind, each.version, " ".join(str(value) for _, value in each.about), each.detail)
        for each in done.differences[:SHOWN_MAX]
    ]
    rows += [(each.code, each.version, "", each.detail) for each in done.report.findings]
    if rows:
        out.print(table("Differences", ("kind", "version", "about", "what"), rows, texts=4))
    more = sum(done.counted.values()) - SHOWN_MAX
    if more > 0:
        out.print(f"{more:,} more are in --json, 10,000 at most")
    if done.following:
        again = done.following.total()
        out.print(f"{again:,} times one of these was missing or extra again")
    if done.outcome == "agrees":
        out.print("Every decision agrees.")
