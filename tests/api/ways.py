"""The ways in which one fact may be sent to `/events`; each answers why it was refused.

Every door of its own is one more way; who must not do a thing must not do it by any of them.
"""

import json
from collections.abc import Callable
from typing import Final

import httpx

from tests.api.desk import Json

Path = Callable[[httpx.Client, str, Json], Json]


def alone(client: httpx.Client, path: str, sent: Json) -> Json:
    return dict(client.post(f"{path}/events", json=sent).json())


def in_a_dry_run(client: httpx.Client, path: str, sent: Json) -> Json:
    return dict(client.post(f"{path}/events?dry_run=true", json=sent).json())


def in_a_batch(client: httpx.Client, path: str, sent: Json) -> Json:
    return dict(client.post(f"{path}/events", json={"events": [sent]}).json())


def among_independent_facts(client: httpx.Client, path: str, sent: Json) -> Json:
    body = {"mode": "independent", "events": [sent]}
    [result] = client.post(f"{path}/events", json=body).json()["results"]
    return dict(result["problem"])


def as_a_line(client: httpx.Client, path: str, sent: Json) -> Json:
    headers = {"Content-Type": "application/x-ndjson"}
    line = client.post(f"{path}/events", content=json.dumps(sent), headers=headers).text
    return dict(json.loads(line.splitlines()[0])["problem"])


EVENTS: Final = (alone, in_a_dry_run, in_a_batch, among_independent_facts, as_a_line)
