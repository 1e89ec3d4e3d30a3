"""`append`: facts from a file of JSON lines to a running service, with a progress bar.

The file goes in pieces of whole lines, each one request, so that a connection that breaks loses no
more than an answer: facts with ids are replayed when the file is sent again.
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import IO, Annotated, Any, Final

import typer

from api.cli.asking import REFUSED_FROM, Service, ServiceRefuses
from api.cli.options import Actor, Folder, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, key_for, url_for
from api.cli.saying import FINDING, MISUSE, Trouble, complain, console, progress
from api.reference.intakes import LEDGER

LINES_A_REQUEST: Final = 1_000
COMPLAINTS_MAX: Final = 20
NDJSON: Final = "application/x-ndjson"
STATUSES: Final = ("recorded", "replayed", "refused")


def append(
    file: Annotated[Path, typer.Argument(help="One fact a line, as JSON.")],
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
) -> None:
    """Append the facts of FILE, one JSON fact a line, to a running service."""
    if not file.is_file():
        message = f"{file} is not a file"
        raise Trouble(message, MISUSE)
    service = Service(url_for(url, data), key_for(key, data, actor))
    found: Counter[str] = Counter()
    with file.open("rb") as lines, progress() as bars:
        bar = bars.add_task(f"Appending to {ledger}", total=file.stat().st_size)
        for first_line, piece in _pieces(lines):
            for number, result in zip(count(first_line), _sent(service, ledger, piece)):
                found[result["status"]] += 1
                if result["status"] == "refused" and found["refused"] <= COMPLAINTS_MAX:
                    complain(f"line {number}: {_reason(result)}")
            bars.advance(bar, len(piece))
    console().print(", ".join(f"{found[status]:,} {status}" for status in STATUSES))
    if found["refused"]:
        raise typer.Exit(FINDING)


def _pieces(lines: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Whole lines, some at a time, with the number of the first."""
    first_line, piece = 1, []
    for number, line in enumerate(lines, start=1):
        piece.append(line if line.endswith(b"\n") else line + b"\n")
        if len(piece) == LINES_A_REQUEST:
            yield first_line, b"".join(piece)
            first_line, piece = number + 1, []
    if piece:
        yield first_line, b"".join(piece)


def _sent(service: Service, ledger: str, piece: bytes) -> list[dict[str, Any]]:
    """The result of each line of a piece."""
    status, content = service.exchange("POST", f"/v1/ledgers/{ledger}/events", piece, NDJSON)
    if status >= REFUSED_FROM:
        raise ServiceRefuses(status, json.loads(content))
    return [json.loads(line) for line in content.splitlines() if line]


def _reason(result: dict[str, Any]) -> str:
    """What the service says of a refused line: the code, the place and why; never the value."""
    problem = result.get("problem") or {}
    places = [item["pointer"] for item in problem.get("errors") or () if item.get("pointer")]
    return ": ".join([str(problem.get("code")), *places, str(problem.get("detail"))])
