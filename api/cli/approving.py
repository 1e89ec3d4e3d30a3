"""`privacy requests`, `approve`, `decline`: the second administrator's half of an erasure."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer
from rich.table import Table

from api.cli.appending import COMPLAINTS_MAX
from api.cli.asking import Service, ServiceRefuses
from api.cli.doing import READER
from api.cli.options import Actor, AsJson, Folder, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import FINDING, MISUSE, Trouble, complain, console, say_json, table
from api.reference.intakes import LEDGER
from ledger.retention import DUE_BASIS, SCOPE_OF

TRIES_MAX: Final = 20
UNCONFIRMED: Final = frozenset({"already_requested", "already_erased", "request_differs"})
"""What keeps one request from being confirmed, and others not."""

Row = dict[str, Any]


def requests(
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    as_json: AsJson = False,
) -> None:
    """The requests for erasure that wait for a second administrator."""
    with closing(Service(url_for(url, data), key_for(key, data, actor or READER))) as service:
        found = list(_Desk(service, ledger).open_requests())
    if as_json:
        say_json({"items": found})
        return
    out = console()
    out.print(_table("Open requests", found))
    out.print(f"{len(found):,} open")


def approve(  # noqa: PLR0913 (each is an option of the command)
    children: Annotated[
        list[str] | None,
        typer.Argument(metavar="CHILD", help="Whose request.", show_default=False),
    ] = None,
    *,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
    all_due: Annotated[
        bool, typer.Option("--all-due", help="Every open proposal of what is due today.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask whether it is meant.")] = False,
) -> None:
    """Confirm what another administrator has asked for: the children's keys are destroyed."""
    if bool(children) is all_due:
        message = "name children, or say --all-due"
        raise Trouble(message, MISUSE)
    with closing(Service(url_for(url, data), key_for(key, data, actor))) as service:
        desk = _Desk(service, ledger)
        if all_due:
            found = list(desk.due_requests())
        else:
            found = [desk.request_of(child) for child in dict.fromkeys(children or ())]
        _approve(desk, found, sure=yes)


def _approve(desk: "_Desk", found: Sequence[Row], *, sure: bool) -> None:
    out = console()
    if not found:
        out.print("Nothing due waits for approval.")
        return
    out.print(_table("To be erased", found))
    if not sure:
        typer.confirm(f"Destroy what is held on {len(found):,}, for ever?", abort=True)
    erased = sum(_erased(desk, found))
    out.print(f"{erased:,} erased")
    if erased < len(found):
        raise typer.Exit(FINDING)


def decline(
    child: Annotated[str, typer.Argument(help="Whose request.")],
    *,
    reason: Annotated[str, typer.Option("--reason", help="A short code, as `legal_hold`.")],
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
) -> None:
    """Do not follow a request: the child stays, until somebody asks by hand again."""
    place = ("v1", "ledgers", ledger, "children", child, "erasure", "decline")
    with closing(Service(url_for(url, data), key_for(key, data, actor))) as service:
        service.post(*place, body={"reason_code": reason})
    console().print(f"{child}: declined")


class RequestGone(Trouble):
    """Nobody's request for this child is open any more."""


@dataclass
class _Desk:
    """The requests of one ledger; `known` is the version that was seen last."""

    service: Service
    ledger: str
    known: int = 0

    def open_requests(self) -> Iterator[Row]:
        """Every request that waits."""
        yield from self.service.items(
            "v1", "ledgers", self.ledger, "erasures", state="requested", min_version=self._head()
        )

    def due_requests(self) -> Iterator[Row]:
        """The proposals among them: what is due by the rules, asked for as that and no more."""
        place = ("v1", "ledgers", self.ledger, "retention", "due")
        for kind, scope in SCOPE_OF.items():
            asked = {"kind": kind, "state": "requested", "min_version": self._head()}
            for item in self.service.items(*place, **asked):
                request = item["request"]
                if (request["basis"], request["scope"]) == (DUE_BASIS, scope):
                    yield {"child": item["child"], **request}

    def request_of(self, child: str) -> Row:
        """The open request for a child."""
        if not self.known:
            self._head()
        place = ("v1", "ledgers", self.ledger, "children", child, "erasure")
        found = self.service.ask(*place, min_version=self.known)
        if found["state"] != "requested":
            message = f"{child}: nothing waits for approval; it is {found['state']}"
            raise RequestGone(message)
        return found

    def confirm(self, request: Row) -> None:
        """Ask for the same as the second person, where that request still waits.

        A confirmation of a request that was declined meanwhile would be a request of its own.
        """
        child = request["child"]
        for _ in range(TRIES_MAX):
            found = self.request_of(child)
            if found["requested_version"] != request["requested_version"]:
                message = f"{child}: another request has taken the place of this one"
                raise RequestGone(message)
            try:
                answer = self.service.post(
                    "v1", "ledgers", self.ledger, "children", child, "erasure",
                    body={"basis": found["basis"], "scope": found["scope"]},
                    headers={"If-Match": f'"{found["version"]}"'},
                )  # fmt: skip
            except ServiceRefuses as refused:
                if refused.code != "ledger_moved":
                    raise
                self._head()
            else:
                self.known = answer["version"]
                return
        message = f"{child}: the ledger is busy; approve it again later"
        raise Trouble(message)

    def _head(self) -> int:
        self.known = int(self.service.ask("v1", "ledgers", self.ledger)["version"])
        return self.known


def _erased(desk: _Desk, found: Sequence[Row]) -> Iterator[bool]:
    """Confirm one request after the other; those that cannot be are said."""
    complaints = 0
    for request in found:
        try:
            desk.confirm(request)
        except (RequestGone, ServiceRefuses) as refused:
            if isinstance(refused, ServiceRefuses) and refused.code not in UNCONFIRMED:
                raise
            complaints += 1
            if complaints <= COMPLAINTS_MAX:
                complain(_why_not(request, refused))
            yield False
        else:
            yield True


def _why_not(request: Row, refused: RequestGone | ServiceRefuses) -> str:
    if isinstance(refused, ServiceRefuses):
        return f"{request['child']}: {refused.code}: {refused.document.get('detail')}"
    return str(refused)


def _table(title: str, found: Sequence[Row]) -> Table:
    return table(
        title,
        ("child", "scope", "basis", "asked by", "on"),
        [
            (
                row["child"],
                row["scope"],
                row["basis"],
                row["requested_by"],
                row.get("requested_on") or row["effective_on"],
            )
            for row in found
        ],
        texts=5,
    )
