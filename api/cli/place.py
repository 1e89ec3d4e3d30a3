"""Where a service keeps its things: the data folder, its address, and the keys written into it.

A running service writes its address into `service.json`; the demonstration writes a key per actor
into `keys/`, readable by their owner only, so that the commands find both without being told.
"""

import json
import os
from pathlib import Path
from typing import Final

from api.cli.saying import MISUSE, Trouble

DEFAULT_FOLDER: Final = Path(".data")
ADDRESS_FILE: Final = "service.json"
KEYS_FOLDER: Final = "keys"
OWNER_ONLY: Final = 0o600
OWNER_ONLY_FOLDER: Final = 0o700


def write_address(folder: Path, url: str) -> None:
    """Say where the service of this folder listens, and which process it is."""
    unfinished = folder / f"{ADDRESS_FILE}.unfinished"
    unfinished.write_text(json.dumps({"url": url, "pid": os.getpid()}) + "\n", encoding="utf-8")
    unfinished.replace(folder / ADDRESS_FILE)


def forget_address(folder: Path) -> None:
    """Take the address away when the service has stopped, unless another has written its own."""
    written = _written(folder)
    if written is not None and written.get("pid") == os.getpid():
        (folder / ADDRESS_FILE).unlink(missing_ok=True)


def address_of(folder: Path) -> str | None:
    """The address that the service of this folder wrote down last; it may have stopped since."""
    written = _written(folder)
    return None if written is None or "url" not in written else str(written["url"])


def _written(folder: Path) -> dict[str, object] | None:
    try:
        written = json.loads((folder / ADDRESS_FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return written if isinstance(written, dict) else None


def write_key(folder: Path, name: str, secret: str) -> Path:
    """Keep a key where only its owner reads it."""
    keys = folder / KEYS_FOLDER
    keys.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
    path = keys / name
    with open(path, "w", encoding="utf-8", opener=for_owner_only) as file:
        file.write(secret + "\n")
    return path


def for_owner_only(name: str, flags: int) -> int:
    """Open a file that nobody else may read: keys, and copies of a ledger."""
    return os.open(name, flags, OWNER_ONLY)


def key_of(folder: Path, name: str) -> str | None:
    """The key of this name, when the folder keeps one."""
    try:
        return (folder / KEYS_FOLDER / name).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def url_for(url: str | None, folder: Path) -> str:
    """Where to ask: the address given, else the one the folder's service wrote down."""
    found = url or address_of(folder)
    if found is None:
        message = (
            f"no service runs in {folder}; start one with `outcomes-ledger serve`, name another "
            "folder with --data, or give --url"
        )
        raise Trouble(message)
    return found.rstrip("/")


def key_for(key: str | None, folder: Path, name: str | None) -> str:
    """Whose key to ask with: the one given, else the folder's key of that name."""
    if key:
        return key
    found = key_of(folder, name) if name else None
    if found is None:
        whose = f"of `{name}` " if name else ""
        message = f"no key {whose}in {folder}; give --key or set OUTCOMES_LEDGER_KEY"
        raise Trouble(message, MISUSE)
    return found
