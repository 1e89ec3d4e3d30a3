"""How the tests of the writer ask, and read what it answers."""

from typing import Any

import msgspec

from ledger.log.ports import Log
from ledger.log.requests import AppendAnswer, AppendRequest, Recorded
from ledger.log.writer import Writer

SECONDS_MAX = 20


def ask(writer: Writer, asked: AppendRequest) -> AppendAnswer:
    return writer.submit(asked).result(SECONDS_MAX)


def contents(answer: AppendAnswer) -> list[list[dict[str, Any]]]:
    return [
        [msgspec.json.decode(event) for event in result.events]
        for result in answer.results
        if isinstance(result, Recorded)
    ]


def types(answer: AppendAnswer) -> list[list[str]]:
    return [[event["type"] for event in events] for events in contents(answer)]


def codes(answer: AppendAnswer) -> list[str]:
    return [refused.code for refused in answer.refusals]


def stored(log: Log) -> list[bytes]:
    return [event.stored for events in log.read("wlz") for event in events]
