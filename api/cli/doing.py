"""What the commands that write have in common: who asks whom, and how an answer is said.

`at_desk` turns a function that takes a desk into a command with the options that lead to one.
"""

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from rich.table import Table

from api.cli.asking import Service
from api.cli.options import Actor, AsJson, Folder, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import console, money, say_json, table
from api.cli.showing import current
from api.reference.intakes import LEDGER

FINANCE: Final = "finance"
APPROVER: Final = "approver"
Draw = Callable[[Mapping[str, Any]], Iterable[Table]]


@dataclass(frozen=True, slots=True)
class Desk:
    """A running service asked as one actor about one ledger; `as_json` says how answers look."""

    service: Service
    ledger: str
    as_json: bool

    def post(self, path: tuple[str, ...], body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a body to a door; what is None is left out."""
        sent = {name: value for name, value in body.items() if value is not None}
        target = "/".join(("", "v1", "ledgers", self.ledger, *path))
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
        answer = current(self.service, self.ledger, *path, **{"known_at": None, **query})
        if self.as_json:
            say_json(answer)
            return
        for drawn in draw(answer):
            console().print(drawn)
        if answer.get("next"):
            console().print("There are more; narrow the question.")


def _leading(
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    as_json: AsJson = False,
    usual: str,
) -> Desk:
    """A desk; without --key and --as it uses the data folder's key of the usual actor."""
    service = Service(url_for(url, data), key_for(key, data, actor or usual))
    return Desk(service, ledger, as_json)


def at_desk(usual: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a command of a function whose first parameter is a desk."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        _, *own = inspect.signature(command, eval_str=True).parameters.values()
        leading = [
            option
            for option in inspect.signature(_leading, eval_str=True).parameters.values()
            if option.name != "usual"
        ]

        def run(**given: Any) -> None:  # noqa: ANN401 (what typer has read)
            place = {option.name: given.pop(option.name) for option in leading}
            command(_leading(**place, usual=usual), **given)

        parameters = [
            option.replace(kind=inspect.Parameter.KEYWORD_ONLY) for option in [*own, *leading]
        ]
        run.__name__, run.__doc__ = command.__name__, command.__doc__
        run.__annotations__ = {option.name: option.annotation for option in parameters}
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        return run

    return decorate


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
