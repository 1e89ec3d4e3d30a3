"""What a process prints when something in it fails: the kind and the place, never the message."""

import json
import subprocess
import sys

import pytest

BEGIN = """
from api.logs import logs_as_json, tell_failures_without_words
logs_as_json()
tell_failures_without_words()
"""
CAUSE = """
def fail():
    try:
        {}['c-0001']
    except KeyError as missing:
        raise ValueError('score 86753099') from missing
"""
FAILING = {
    "thread_failed": (
        "import threading\nthread = threading.Thread(target=fail)\nthread.start()\nthread.join()"
    ),
    "process_failed": "fail()",
    "library_failed": (
        "import asyncio, gc\n"
        "async def later(): fail()\n"
        "async def main():\n"
        "    asyncio.ensure_future(later())\n"
        "    await asyncio.sleep(0.01)\n"
        "    gc.collect()\n"
        "asyncio.run(main())"
    ),
    "library_says": "import logging\nlogging.getLogger('pool').warning('lost\\nscore 86753099')",
}


@pytest.mark.parametrize("event", FAILING)
def test_a_failure_is_told_without_its_words(event: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", BEGIN + CAUSE + FAILING[event]],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert told.returncode == (event == "process_failed")
    [line] = told.stderr.splitlines()
    entry = json.loads(line)
    assert entry["event"] == event
    assert "86753099" not in line
    assert "c-0001" not in line
    if event == "library_says":
        assert entry["said"] == "lost"
    else:
        assert (entry["failure"], entry["causes"]) == ("ValueError", ["KeyError"])
        assert entry["places"][-1] == "<string>:10"


def test_an_interrupt_from_the_keyboard_is_no_failure() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"{BEGIN}raise KeyboardInterrupt"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "process_failed" not in told.stderr
    assert told.stderr.strip().endswith("KeyboardInterrupt")
