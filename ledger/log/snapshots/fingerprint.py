"""Which code a snapshot is of: a hash over what decides what a book holds and how it got there.

It is taken of the files themselves, so nobody has to remember to raise a number: a change of any
rule, shape or codec of `ledger` is another fingerprint. What only carries events to and fro (the
rest of `ledger/log`) is left out.
"""

import functools
import platform
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

LEDGER: Final = Path(__file__).resolve().parents[2]
OF_THE_SHELL: Final = ("snapshots", "standing.py", "tree.py")


@functools.cache
def fingerprint() -> str | None:
    """The hash in hexadecimal; None where the code is installed without its source."""
    return fingerprint_of(LEDGER)


def fingerprint_of(ledger: Path) -> str | None:
    """The hash over the sources of a `ledger` package, under this Python and this msgspec."""
    paths = sorted(_sources(ledger))
    if not paths:
        return None
    told = (platform.python_version(), sys.byteorder, msgspec.__version__)
    digest = sha256("\0".join(told).encode())
    for path in paths:
        name = path.relative_to(ledger).as_posix().encode()
        for part in (name, path.read_bytes()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _sources(ledger: Path) -> Iterator[Path]:
    shell = ledger / "log"
    yield from (path for path in ledger.rglob("*.py") if not path.is_relative_to(shell))
    for name in OF_THE_SHELL:
        place = shell / name
        yield from place.rglob("*.py") if place.is_dir() else (place,) if place.exists() else ()
