"""`audit timestamp`: a checkpoint dated by an authority outside (RFC 3161).

The request is written to a file; people send it, and hand the answer back. Nothing here asks an
authority by itself.
"""

import base64
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli.doing import READER, Desk, at_desk
from api.cli.files import write_parts
from api.cli.proving import TEXT, Size
from api.cli.saying import MISUSE, Trouble, console, say_json
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import Note
from ledger.log.signing.time_stamp import StampWrong, must_be_signed, request_of

KIND: Final = "application/timestamp-query"

Request = Annotated[
    Path | None, typer.Option("--request", help="Write a request here.", dir_okay=False)
]
Answer = Annotated[
    Path | None,
    typer.Option("--response", help="What the authority answered.", exists=True, dir_okay=False),
]
Roots = Annotated[
    list[Path] | None,
    typer.Option("--root", help="A certificate to trust, in PEM; repeatable.", exists=True),
]


@at_desk(READER)
def timestamp(
    at: Desk,
    *,
    request: Request = None,
    response: Answer = None,
    root: Roots = None,
    size: Size = None,
) -> None:
    """Write a request for a time stamp of a checkpoint, or check a response and keep it."""
    if (request is None) == (response is None):
        message = "give --request to write a request, or --response and --root to keep a response"
        raise Trouble(message, MISUSE)
    if response is not None and (size is None or not root):
        message = "a response needs the --size of its checkpoint, and a --root to trust"
        raise Trouble(message, MISUSE)
    fetched = at.service.fetch(TEXT, "v1", "ledgers", at.ledger, "log", "checkpoint", size=size)
    text = Note.from_text(fetched.decode()).text
    if request is not None:
        write_parts(request, [request_of(text)])
        if at.as_json:
            say_json({"request": str(request), "size": Checkpoint.from_text(text).size})
            return
        console().print(f"{request} asks for a time stamp of {_named(text)}; send it with")
        sent = f'curl -H "Content-Type: {KIND}" --data-binary @{request} URL -o response.tsr'
        console().print(sent, soft_wrap=True)
    elif response is not None:
        _keep(at, text, response.read_bytes(), [path.read_bytes() for path in root or ()])


def _keep(at: Desk, text: str, response: bytes, roots: list[bytes]) -> None:
    try:
        must_be_signed(response, text, roots)
    except StampWrong as wrong:
        raise Trouble(str(wrong)) from None
    size = Checkpoint.from_text(text).size
    encoded = base64.b64encode(response).decode("ascii")
    kept = at.post(("log", "time-stamps"), {"size": size, "response": encoded})
    if at.as_json:
        say_json(kept)
        return
    console().print(f"{_named(text)} was there at {kept['stamped_at']}")


def _named(text: str) -> str:
    checkpoint = Checkpoint.from_text(text)
    return f"{checkpoint.origin} at {checkpoint.size:,} events"
