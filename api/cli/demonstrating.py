"""`demo`: the reference contract, put into a ledger and printed beside what was published of it."""

import time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from api.cli.asking import Service as Asked
from api.cli.asking import ServiceRefuses
from api.cli.opening import opened, quiet
from api.cli.options import Folder
from api.cli.place import DEFAULT_FOLDER, KEYS_FOLDER, address_of, key_of, write_key
from api.cli.report import compared, report
from api.cli.running import (
    ANY_PORT,
    PAUSE_S,
    PORT,
    Host,
    Port,
    bound,
    end_on_sigterm,
    listening,
    until_it_ends,
)
from api.cli.saying import Trouble, console, progress
from api.keys import Key, new_secret
from api.logs import tell_failures_without_words
from api.reference.contract import ACTORS
from api.reference.intakes import LEDGER
from api.reference.loading import load
from api.reference.periods import Period
from api.service import Service

PATIENCE_S: Final = 120
TRIES: Final = 100
READER: Final = "auditor"
FINANCE: Final = "finance"
DESKS: Final = {"privacy-desk": ("admin",), "safeguarding-desk": ("admin",)}
"""Two administrators, because an erasure takes two."""
KEYS: Final = {
    **ACTORS,
    "approver": ("approver",),
    READER: ("auditor",),
    "custodian": ("custodian",),
    "witness": ("witness",),
    **DESKS,
}

Once = Annotated[bool, typer.Option("--once", help="Stop after the figures.")]


def demo(
    host: Host = "127.0.0.1",
    port: Port = PORT,
    data: Folder = DEFAULT_FOLDER,
    once: Once = False,
) -> None:
    """Build the reference contract, print it beside the publication, and keep serving."""
    quiet()
    tell_failures_without_words()
    end_on_sigterm()
    out = console()
    elsewhere = running_in(data)
    if elsewhere is not None:
        out.print(f"A service of {data} listens at {elsewhere}; nothing is appended.")
        _say_report(out, _asking(elsewhere, data, READER), version=None)
        return
    door = bound(host, port) or bound(host, ANY_PORT)
    if door is None:
        message = f"nothing can listen at {host}"
        raise Trouble(message)
    with opened(data) as service, listening(service, host, door, data) as (url, ended):
        keep_keys(service, data)
        version = _load(out, service, url, data)
        _say_report(out, _asking(url, data, READER), version=version)
        if once:
            return
        out.print(f"The service listens at {url}; its documentation is at {url}/docs")
        out.print(f"Keys are in {data / KEYS_FOLDER}; Ctrl-C stops it, and a second run goes on.")
        until_it_ends(ended)


def _load(out: Console, service: Service, url: str, folder: Path) -> int:
    finance = _asking(url, folder, FINANCE)
    with progress() as bars:
        bar = bars.add_task("Appending the reference contract", total=None)
        loaded = load(
            service,
            lambda period: _close(finance, period),
            lambda done, of: bars.update(bar, completed=done, total=of),
        )
    if loaded.appended == 0:
        out.print(f"The ledger `{LEDGER}` has all {loaded.facts:,} facts: nothing was appended.")
    else:
        out.print(
            f"Appended {loaded.appended:,} of {loaded.facts:,} facts to the ledger `{LEDGER}`; "
            f"with its decisions it has {loaded.version:,} events."
        )
    return loaded.version


def _close(finance: Asked, period: Period) -> bool:
    """Close a period of the ledger, unless its very days were closed once: whether it was done."""
    days = {"from": period.first_on.isoformat(), "to": period.last_on.isoformat()}
    for row in finance.items("v1", "ledgers", LEDGER, "periods"):
        if row["contract"] is None and {"from": row["from"], "to": row["to"]} == days:
            return False
    body = {**days, "hardness": period.hardness, "effective_on": period.closed_on.isoformat()}
    finance.post("v1", "ledgers", LEDGER, "periods", "close", body=body)
    return True


def _say_report(out: Console, service: Asked, *, version: int | None) -> None:
    if version is not None:
        _await_projection(service, version)
    comparison = compared(service)
    for part in report(service, comparison):
        out.print(part)
        out.print()
    if not comparison.agrees:
        message = "the payments do not agree with the publication"
        raise Trouble(message)


def _await_projection(service: Asked, version: int) -> None:
    """Wait until the read tables have reached a version; the service says when they have not."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            service.ask("v1", "ledgers", LEDGER, "trial-balance", min_version=version)
        except ServiceRefuses as refused:
            if refused.code != "projection_behind" or time.monotonic() > until:
                raise
            time.sleep(PAUSE_S)
        else:
            return


def _asking(url: str, folder: Path, actor: str) -> Asked:
    secret = key_of(folder, actor)
    if secret is None:
        message = f"no key of `{actor}` in {folder}; the service there was not started by `demo`"
        raise Trouble(message)
    return Asked(url, secret)


def keep_keys(service: Service, folder: Path) -> None:
    """Make a key for each actor of the reference contract, and for those who read and approve.

    A name is unique for ever: when a key was lost, its successor gets a number.
    """
    for name, roles in KEYS.items():
        if key_of(folder, name) is not None:
            continue
        secret = new_secret()
        tries = [name, *(f"{name}-{number}" for number in range(2, TRIES))]
        with service.pool.connection() as connection:
            if not any(service.keys.create(Key(t, roles), secret, connection) for t in tries):
                message = f"no name is left for a key of `{name}`"
                raise Trouble(message)
        write_key(folder, name, secret)


def running_in(folder: Path) -> str | None:
    """The address of the service that runs in this folder, if one answers there."""
    url = address_of(folder)
    if url is None:
        return None
    try:
        Asked(url, "").send("GET", "/livez")
    except Trouble:
        return None
    return url
