"""A demonstration that keeps serving, started once as a person would start it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import temporary_folder

PROGRAM = Path(sys.executable).with_name("outcomes-ledger")
PATIENCE_S = 180


@dataclass
class Told:
    code: int
    out: str
    err: str


@dataclass
class Demonstration:
    folder: Path
    printed: str
    url: str
    environment: dict[str, str]


def environment() -> dict[str, str]:
    """This process's, without what would lead a command elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OUTCOMES_LEDGER") and name != "DATABASE_URL"
    }
    return {**kept, "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="session")
def type_in() -> Callable[..., Told]:
    """Run one command to its end."""

    def typed(
        *words: str, folder: Path, given: bytes | None = None, master: Path | None = None
    ) -> Told:
        named = {} if master is None else {"OUTCOMES_LEDGER_MASTER_KEY_FILE": str(master)}
        told = subprocess.run(
            [PROGRAM, *words],
            cwd=folder,
            env=environment() | named,
            input=given,
            capture_output=True,
            check=False,
            timeout=PATIENCE_S,
        )
        return Told(told.returncode, told.stdout.decode(), told.stderr.decode())

    return typed


@pytest.fixture(scope="session")
def demonstration() -> Iterator[Demonstration]:
    """The reference contract in a service that runs until the tests are over."""
    with temporary_folder() as folder, demonstrating(folder) as running:
        yield running


@contextmanager
def demonstrating(folder: Path) -> Iterator[Demonstration]:
    """Run the demonstration in a folder, and end it as an operator would."""
    log = folder / "printed"
    with log.open("wb") as printed:
        process = subprocess.Popen(
            [PROGRAM, "demo", "--port", "0"],
            cwd=folder,
            env=environment(),
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + PATIENCE_S
        while "Ctrl-C" not in log.read_text(encoding="utf-8"):
            assert time.monotonic() < until, log.read_text(encoding="utf-8")
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
            assert process.returncode is None, log.read_text(encoding="utf-8")
        address = json.loads((folder / ".data" / "service.json").read_text(encoding="utf-8"))
        printed_text = log.read_text(encoding="utf-8")
        yield Demonstration(folder, printed_text, address["url"], environment())
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert not (folder / ".data" / "service.json").exists()
