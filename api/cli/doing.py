"""A service asked as one actor: what the commands that ask and those that write have in common.

`at_desk` turns a function that takes a desk into a command with the options that lead to one.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from rich.table import Table

from api.cli.asking import Service, current, newest
from api.cli.options import (
    Actor,
    AsJson,
    AsOf,
    Contract,
    Folder,
    KnownAt,
    Ledger,
    OfContract,
    On,
    Secret,
    Url,
)
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import console, money, say_json, table, waiting
from api.reference.intakes import LEDGER

READER: Final = "auditor"
FINANCE: Final = "finance"
APPROVER: Final = "approver"
Draw = Callable[[Mapping[str, Any]], Iterable[Table | str]]
About = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """A running service asked as one actor about one ledger; `as_json` says how answers look.

    `about` is what each question, or each step, of the command has in common.
    """

    service: Service
    ledger: str
    as_json: bool
    about: About

    def step(self, *path: str, **body: object) -> None:
        """Send what a step is about to its door, and say what was recorded."""
        self.say_recorded(self.post(path, {**self.about, **body}))

    def post(self, path: tuple[str, ...], body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a body to a door; what is None is left out."""
        sent = {name: value for name, value in body.items() if value is not None}
        target = "/".join(("", "v1", "ledgers", self.ledger, *path))
        with waiting(f"Telling {self.ledger}: {' '.join(path)}"):
            return self.service.send("POST", target, json.dumps(sent).encode())

    def append(self, kind: str, day: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Append one fact."""
        given = {name: value for name, value in content.items() if value is not None}
        return self.post(("events",), {"type": kind, "effective_on": day, "data": given})

    def say_recorded(self, answer: Mapping[str, Any]) -> None:
        """Say what was recorded, and what followed."""
        if self.as_json:
            say_json(answer)
            return
        out = console()
        for result in answer["results"]:
            event = result["event"]
            out.print(f"{result['status']}: {event['type']} at version {event['version']:,}")
            if result["decisions"]:
                out.print(decided(result["decisions"]))

    def say(self, path: tuple[str, ...], draw: Draw, **query: object) -> None:
        """Ask, and print the answer as tables."""
        answer = self.ask(*path, **query)
        more = ("There are more; narrow the question.",) if answer.get("next") else ()
        self.show(answer, draw, *more)

    def tell(self, path: tuple[str, ...], draw: Draw, **query: object) -> None:
        """The same, with the pair of dates at which the answer holds."""
        answer = self.ask(*path, **query)
        remarks = [pair_of(answer)]
        limit = query.get("limit")
        if "after" in query:
            remarks += more_of(answer)
        elif limit is not None and answer.get("next"):
            remarks.append(f"There are more than {limit}; narrow the question or raise --limit.")
        self.show(answer, draw, *remarks)

    def ask(self, *path: str, **query: object) -> dict[str, Any]:
        """The answer as the ledger stands now, or at the pair that the command is about."""
        with waiting(f"Asking {self.ledger}: {' '.join(path)}"):
            return current(self.service, self.ledger, *path, **{**self.about, **query})

    def newest(self) -> int | None:
        """The version to wait for; None where the command is about an earlier one."""
        if self.about.get("known_at") is not None:
            return None
        return newest(self.service, self.ledger)

    def show(self, answer: Mapping[str, Any], draw: Draw, *remarks: str) -> None:
        """Print an answer as it is, or as tables with remarks behind them."""
        if self.as_json:
            say_json(answer)
            return
        out = console()
        for drawn in (*draw(answer), *remarks):
            out.print(drawn)


def pair_of(answer: Mapping[str, Any]) -> str:
    """The pair of dates at which an answer holds."""
    return (
        f"as of {answer.get('as_of') or 'any day'}, "
        f"known at {answer.get('known_at') or 'now'}, version {answer.get('version')}"
    )


def more_of(answer: Mapping[str, Any]) -> list[str]:
    """How to ask for the next page, where there is one."""
    return [f"There are more, ask with --after {answer['next']}"] if answer["next"] else []


def nothing() -> About:
    """What a command is about that has no such options."""
    return {}


def pair(*, contract: Contract = None, as_of: AsOf = None, known_at: KnownAt = None) -> About:
    """What a question is about: perhaps one contract, at a pair of dates."""
    return {"contract": contract, "as_of": as_of, "known_at": known_at}


def step(*, contract: OfContract, on: On = None) -> About:
    """What a step is about: something of a contract, on a day."""
    return {"contract": contract, "effective_on": on}


def _leading(  # noqa: PLR0913 (each is an option of the command, or of its desk)
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    as_json: AsJson = False,
    usual: str,
    about: About,
) -> Desk:
    """A desk; without --key and --as it uses the data folder's key of the usual actor."""
    service = Service(url_for(url, data), key_for(key, data, actor or usual))
    return Desk(service, ledger, as_json, about)


def at_desk(
    usual: str, about: Callable[..., About] = nothing, *, without: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function whose first parameter is a desk.

    `about` is `pair` or `step`, or says otherwise what the command is about, by options of its own;
    `without` names an option of the desk that the command does not have.
    """

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        _, *own = _options_of(command)
        subject = _options_of(about)
        leading = [
            option
            for option in _options_of(_leading)
            if option.name not in {"usual", "about", without}
        ]

        def run(**given: Any) -> None:  # noqa: ANN401 (what typer has read)
            place = {option.name: given.pop(option.name) for option in leading}
            meant = about(**{option.name: given.pop(option.name) for option in subject})
            desk = _leading(**place, usual=usual, about=meant)
            with closing(desk.service):
                command(desk, **given)

        parameters = [
            option.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            for option in [*own, *subject, *leading]
        ]
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__annotations__ = {option.name: option.annotation for option in parameters}
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return decorate


def _options_of(function: Callable[..., Any]) -> list[inspect.Parameter]:
    return list(inspect.signature(function, eval_str=True).parameters.values())


def decided(decisions: Iterable[Mapping[str, Any]]) -> Table:
    """Decisions in a line each."""
    rows = [
        (
            decision["type"],
            decision["data"].get("funder") or decision["data"].get("partner") or "",
            _name(decision["data"]),
            decision["effective_on"],
            money(decision["data"].get("amount_minor")),
        )
        for decision in decisions
    ]
    return table("What followed", ("decision", "whose", "which", "on", "amount"), rows, texts=4)


def _name(content: Mapping[str, Any]) -> str:
    names = ("invoice", "credit_note", "payment", "settlement", "claim", "session")
    return next((str(content[name]) for name in names if content.get(name)), "")
