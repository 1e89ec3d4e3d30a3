"""`diff`: what moved between two moments, or two closings, and the events that moved it."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.doing import READER, Desk, at_desk, more_of, pair
from api.cli.saying import MISUSE, Trouble, money, table
from api.cli.showing import EVERYTHING, After

Since = Annotated[
    str | None,
    typer.Option("--since", metavar="VERSION|MOMENT", help="What was known then, against now."),
]
Between = Annotated[
    tuple[str, str] | None,
    typer.Option("--between", metavar="FROM TO", help="Two days, or two closings by version."),
]
FromDay = Annotated[str | None, typer.Option("--from-as-of", metavar="DATE", help="The first day.")]
FromKnown = Annotated[
    str | None,
    typer.Option("--from-known-at", metavar="VERSION|MOMENT", help="As it was known at first."),
]
ToDay = Annotated[str | None, typer.Option("--to-as-of", metavar="DATE", help="The second day.")]
ToKnown = Annotated[
    str | None,
    typer.Option("--to-known-at", metavar="VERSION|MOMENT", help="As it was known then."),
]
OF: Final = (
    "Only one of: funders, partners, contracts, trial_balance, payments, children, claims, "
    "invoices, credit_notes, receipts, outcomes."
)
Of = Annotated[str | None, typer.Option("--of", help=OF)]
Limit = Annotated[int, typer.Option(min=1, max=EVERYTHING, help="How many figures at most.")]
Events = Annotated[int, typer.Option(min=0, max=100, help="How many events of each at most.")]

HEADS: Final = ("what", "figure", "from", "to", "moved", "events")
BEHIND: Final = ("version", "event", "effective on", "recorded at", "actor")
MONEY: Final = "_minor"


@at_desk(READER, pair)
def diff(  # noqa: PLR0913 (each is an option of the command)
    at: Desk,
    *,
    since: Since = None,
    between: Between = None,
    from_as_of: FromDay = None,
    from_known_at: FromKnown = None,
    to_as_of: ToDay = None,
    to_known_at: ToKnown = None,
    of: Of = None,
    limit: Limit = 100,
    after: After = None,
    events: Events = 10,
) -> None:
    """What moved: --since a version or moment, --between two days or two closings."""
    ends = {"from_as_of": from_as_of, "from_known_at": from_known_at}
    ends |= {"to_as_of": to_as_of, "to_known_at": to_known_at}
    for name, end in (*_since(since), *_between(between)):
        if ends.get(name) is not None:
            message = f"--{name.replace('_', '-')} is given twice, by another option as well"
            raise Trouble(message, MISUSE)
        ends[name] = end
    if not any(ends.values()):
        message = "nothing to set against now: --since, --between, or the two ends by themselves"
        raise Trouble(message, MISUSE)
    answer = at.ask("diff", **ends, of=of, limit=limit, after=after, events=events)
    at.show(answer, drawn, *more_of(answer))


def _since(since: str | None) -> Iterator[tuple[str, str]]:
    """As known then: the first moment."""
    if since is not None:
        yield "from_known_at", since


def _between(between: tuple[str, str] | None) -> Iterable[tuple[str, str]]:
    """Two closings are named by their versions, and else they are days."""
    if between is None:
        return ()
    if all(end.isdecimal() for end in between):
        return zip(("from_closing", "to_closing"), between, strict=True)
    for end in between:
        try:
            datetime.date.fromisoformat(end)
        except ValueError:
            message = "--between takes two days, or the versions of two closings"
            raise Trouble(message, MISUSE) from None
    return zip(("from_as_of", "to_as_of"), between, strict=True)


def drawn(answer: Mapping[str, Any]) -> Iterator[Table | str]:
    """A table for each kind of figure, and the events behind them."""
    yield f"From {_moment(answer['from'])} to {_moment(answer['to'])}"
    if not answer["items"]:
        yield "Nothing moved."
    for of, rows in groupby(answer["items"], key=itemgetter("of")):
        yield table(of.replace("_", " ").capitalize(), HEADS, map(_line, rows), texts=2)
    told = {event["version"]: event for row in answer["items"] for event in row["events"]}
    if told:
        fields = ("version", "type", "effective_on", "recorded_at", "actor")
        lines = [[told[version][field] for field in fields] for version in sorted(told)]
        yield table("Events behind them", BEHIND, lines, texts=5)
    if any(row["more"] for row in answer["items"]):
        most = max(len(row["events"]) for row in answer["items"])
        yield f"Of some figures only {most:,} events are listed, by --events, which goes up to 100"


def _moment(end: Mapping[str, Any]) -> str:
    day = "any day" if end["as_of"] is None else end["as_of"]
    known = f"known at version {end['known_at']:,}"
    return f"{day}, {known}" if end["closing"] is None else f"{day}, as closed, {known}"


def _line(row: Mapping[str, Any]) -> tuple[object, ...]:
    figure = row["figure"]
    ends = [_written(row[name], figure) for name in ("from", "to", "moved")]
    number = len(row["events"]) + row["more"]
    name = figure.removesuffix(MONEY).replace("_", " ")
    if isinstance(row["moved"], str):
        name += ", in pence"
    return " ".join(row["key"].values()), name, *ends, number


def _written(figure: int | str | None, name: str) -> object:
    """An amount in pounds and pence; a count, or an exact share in pence, as it is."""
    if isinstance(figure, str) or not name.endswith(MONEY):
        return figure
    return money(figure)
