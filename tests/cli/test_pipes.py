"""Answers that nobody reads to their end: `outcomes-ledger ... | head` ends as `cat ... | head`."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import PATIENCE_S, PROGRAM, environment

HUNG_UP = 141


def ending(words, folder, stream="stdout"):
    """The exit code of a command whose reader has hung up, and what the other stream holds."""
    reader, writer = os.pipe()
    os.close(reader)
    other = "stderr" if stream == "stdout" else "stdout"
    ended = subprocess.run(
        [PROGRAM, *words],
        cwd=folder,
        env=environment(),
        check=False,
        timeout=PATIENCE_S,
        **{stream: writer, other: subprocess.PIPE},
    )
    os.close(writer)
    return ended.returncode, getattr(ended, other).decode()


ANSWERED = (
    ("--help",),
    ("--version",),
    ("audit", "sample", "--help"),
    ("show", "journal", "--limit", "1000"),
    ("show", "journal", "--limit", "1000", "--json"),
    ("show", "child", "c-2019-0003"),
    ("why", "payment", "P16842"),
    ("why", "entry", "16842", "--json"),
    ("caused", "14455"),
    ("diff", "--since", "3000"),
    ("claim", "list"),
    ("books", "export", "--format", "hledger", "--out", "-"),
    ("audit", "journal-tests", "--contract", "lcf"),
    ("audit", "checkpoint"),
    ("export",),
    ("privacy", "due"),
)


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def buffering(request, monkeypatch):
    monkeypatch.setenv("PYTHONUNBUFFERED", request.param)


@pytest.mark.usefixtures("buffering")
@pytest.mark.parametrize("words", ANSWERED, ids=" ".join)
def test_a_command_whose_reader_hangs_up_ends_and_says_nothing(demonstration, words):
    assert ending(words, demonstration.folder) == (HUNG_UP, "")


@pytest.mark.usefixtures("buffering")
def test_a_complaint_that_nobody_hears_ends_the_command_as_quietly(demonstration):
    words = ("why", "payment", "P1")
    assert ending(words, demonstration.folder, "stderr") == (HUNG_UP, "")


@pytest.mark.usefixtures("buffering")
def test_a_disk_that_is_full_is_said(demonstration):
    with Path("/dev/full").open("wb") as full:
        told = subprocess.run(
            [PROGRAM, "show", "journal"],
            cwd=demonstration.folder,
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert told.returncode == 1
    assert told.stderr.decode().startswith("outcomes-ledger: OSError: [Errno 28]")
    assert told.stderr.count(b"\n") == 1
