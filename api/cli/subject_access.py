"""`privacy subject-access`: everything held on one child, in files that only their owner reads."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from api.cli.asking import Service
from api.cli.files import write_lines
from api.cli.options import Actor, Folder, Ledger, Secret, Url
from api.cli.place import DEFAULT_FOLDER, OWNER_ONLY_FOLDER, key_for, url_for
from api.cli.saying import MISUSE, Trouble, console
from api.reference.intakes import LEDGER
from api.subject_access.written import as_page

CUSTODIAN: Final = "custodian"
DOCUMENT: Final = "child.json"
PAGE: Final = "child.html"

Child = Annotated[str, typer.Argument(help="The reference of the child.")]
Out = Annotated[
    Path, typer.Option("--out", help="The folder to write into; made when it is missing.")
]


def subject_access(
    child: Child,
    *,
    out: Out,
    data: Folder = DEFAULT_FOLDER,
    url: Url = None,
    key: Secret = None,
    actor: Actor = None,
    ledger: Ledger = LEDGER,
) -> None:
    """Write everything that is held on a child: child.json, and child.html for people to read.

    The service notes that the identity was read. Files that are there already are not replaced.
    """
    files = (out / DOCUMENT, out / PAGE)
    for file in files:
        if file.exists():
            message = f"{file} is there already; name another folder with --out"
            raise Trouble(message, MISUSE)
    service = Service(url_for(url, data), key_for(key, data, actor or CUSTODIAN))
    held = service.ask("v1", "ledgers", ledger, "children", child, "subject-access")
    _make(out)
    document, page = files
    write_lines(document, iter([json.dumps(held, indent=2, ensure_ascii=False).encode()]))
    write_lines(page, iter([b"".join(as_page(held.items()))]))
    console().print(f"Everything held on the child, as of version {held['version']:,}, is in {out}")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    except OSError as refused:
        message = f"{folder} cannot be made: {refused.strerror}"
        raise Trouble(message) from None
