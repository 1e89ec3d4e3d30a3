"""Clients that send marked values where they belong, and wherever else one could put them.

Everything that is refused is kept whole: status, headers and body. What is answered to somebody who
may read the values holds them, and is not kept.
"""

import copy
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from api.http.openapi import EXAMPLES
from api.http.permissions import APPENDS
from tests.api.desk import Desk, Json, fact
from tests.privacy.marks import GONE, LABEL, REASON, SIGN

NAME = f"{SIGN} Surname-7"
SCORE = "6.000000000"
MARKS: tuple[Any, ...] = (SCORE, SIGN, NAME, [NAME], {NAME: SCORE}, f"{SIGN}.{SIGN}", SIGN * 9_000)
PATIENCE_S = 60
NDJSON = {"Content-Type": "application/x-ndjson"}
ROLE_OF = {name: role for role, names in APPENDS.items() for name in names}


@dataclass
class Said:
    """What the service has said no with."""

    refusals: list[tuple[str, bytes]] = field(default_factory=list)

    def hear(self, label: str, answer: httpx.Response) -> httpx.Response:
        """Keep an answer if it refuses, and the refused lines of one that does not."""
        if answer.status_code >= 400:
            headers = repr([*answer.headers.raw]).encode()
            self.refusals.append((label, headers + answer.content))
        else:
            refused = [one for one in answer.content.splitlines() if b'"refused"' in one]
            self.refusals += [(label, line[line.find(b'"problem"') :]) for line in refused]
        return answer


def told_in_its_place(desk: Desk, said: Said) -> None:
    """Everything that is sealed, sent as it should be: alone, in a batch, tried, sent again."""
    score = fact("measurement.recorded", value=SCORE, fact_id="score-1")
    more = [
        fact("measurement.recorded", on="2023-07-18", point="end_point", value="2.000000000"),
        fact("measurement.corrected", value="3.000000000", reason=REASON),
        fact("evidence.attached", label=LABEL),
    ]
    key = {"Idempotency-Key": "k-1"}
    assert desk.append("recorder", score, headers=key).status_code == 201
    assert desk.append("recorder", score, headers=key).headers["Idempotency-Replayed"] == "true"
    assert desk.append("recorder", score).json()["results"][0]["status"] == "replayed"
    assert desk.append("recorder", more, query="?dry_run=true").status_code == 201
    assert desk.append("recorder", more).status_code == 201
    gone = fact("child.withdrawn", on="2023-10-01", reason=GONE)
    assert desk.append("recorder", {"mode": "independent", "events": [gone]}).status_code == 201
    other = fact("measurement.recorded", value="7.000000000", fact_id="score-1")
    for headers, status in (({}, 409), (key, 422)):
        assert said.hear("reused", desk.append("recorder", other, headers=headers)).status_code == (
            status
        )
    half = [score, other, {**other, "id": "s-3", "data": {**other["data"], "child": "nobody"}}]
    said.hear("half", desk.append("recorder", {"mode": "independent", "events": half}))
    said.hear("other role", desk.append("finance", score))


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a fact."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for step, part in inside:
        yield (*above, step)
        if isinstance(part, dict | list):
            yield from places(part, (*above, step))


def misplaced(plain: Json) -> Iterator[Json]:
    """The fact with each mark in each place, and beside what is there."""
    for place in places(plain):
        for mark in MARKS:
            other = copy.deepcopy(plain)
            at: Any = other
            for step in place[:-1]:
                at = at[step]
            at[place[-1]] = mark
            yield other
    yield {**plain, NAME: SCORE}
    yield {**plain, "data": {**plain["data"], NAME: SCORE}}


def told_in_every_wrong_place(desk: Desk, said: Said) -> None:
    """Every fact with every mark everywhere: tried in a batch, and as lines; one type alone.

    A mark that is a reference or a title is in its place there, so nothing of this is recorded: the
    lines go to a ledger that knows no contract.
    """
    nowhere = desk.house.open_ledger()
    for name, plain in EXAMPLES.items():
        sent = list(misplaced(plain))
        role = ROLE_OF[name]
        said.hear(name, desk.append(role, sent, query="?dry_run=true"))
        if name != "contract.signed":
            body = b"".join(json.dumps(one).encode() + b"\n" for one in sent)
            url = f"{nowhere.path}/events"
            said.hear(name, desk.house.clients[role].post(url, content=body, headers=NDJSON))
    assert nowhere.version() == 0
    for one in misplaced(EXAMPLES["measurement.corrected"]):
        said.hear("alone", desk.append("recorder", one, query="?dry_run=true"))


def told_what_is_no_fact(desk: Desk, said: Said) -> None:
    """Broken bytes, a wrong encoding, and bodies and lines beyond every limit."""
    client, url = desk.house.clients["recorder"], f"{desk.path}/events"
    marked = json.dumps(fact("measurement.recorded", value=SCORE)).encode()
    for body in (
        marked[:-3], marked + b"}", marked.replace(b'"lcf"', f"{NAME}\xe9".encode("latin-1")),
        NAME.encode(), b'{"events": "' + NAME.encode() + b'"}', b"[" * 5_000 + marked,
        json.dumps({"mode": NAME, "events": [1]}).encode(), marked.replace(b'"', b"'"),
    ):  # fmt: skip
        said.hear("no fact", client.post(url, content=body))
        said.hear("no line", client.post(url, content=body, headers=NDJSON))
    huge = marked[:-1] + b',"x":"' + SIGN.encode() * 4_200_000 + b'"}'
    assert said.hear("huge", client.post(url, content=huge)).status_code == 413
    said.hear("huge line", client.post(url, content=huge + b"\n" + marked, headers=NDJSON))


def asked_with_marks(desk: Desk, said: Said) -> None:
    """Paths, parameters and headers."""
    for path in (
        f"/children/{NAME}", f"/{NAME}", f"/events/{NAME}",
        f"/events?{NAME}=1", f"/events?child={NAME}", f"/events?type={NAME}",
        f"/children?as_of={SCORE}",
        f"/children?known_at={NAME}", f"/children?after={NAME}", f"/summary?by={SCORE}",
        f"/children?limit={SCORE}", f"/payments/{NAME}", f"/identities/c-1?purpose={NAME}",
    ):  # fmt: skip
        for role in ("auditor", "custodian"):
            said.hear(path, desk.get(path, role=role))
    for header in ("If-Match", "Idempotency-Key", "Content-Type", "Authorization", "X-Request-Id"):
        sent = {header: NAME}
        url = f"{desk.path}/events"
        said.hear(header, desk.house.clients["recorder"].post(url, content=b"{}", headers=sent))
    said.hear("SSE", desk.get("/events/stream", headers={"Last-Event-ID": NAME}))
    said.hear("ledger", desk.house.clients["auditor"].get(f"/v1/ledgers/{NAME}"))
    odd = desk.house.clients["recorder"].request(SIGN.upper(), f"{desk.path}/events")
    said.hear("method", odd)


def identities_with_marks(desk: Desk, said: Said) -> None:
    """The vault: an identity that is kept, read and dropped, and what is no identity."""
    client, url = desk.house.clients["custodian"], f"{desk.path}/identities/c-0001"
    whole = {"name": NAME, "school_number": SIGN, "contacts": [{"kind": SIGN, "value": NAME}]}
    assert client.put(url, json=whole, headers={"Idempotency-Key": "i-1"}).status_code == 201
    assert client.get(f"{url}?purpose=call_home").json()["identity"]["name"] == NAME
    said.hear("reused", client.put(url, json={"name": SIGN}, headers={"Idempotency-Key": "i-1"}))
    for wrong in misplaced({"name": "A", "data": {}, "date_of_birth": "2011-03-09", **whole}):
        said.hear("identity", client.put(url, json=wrong))
    said.hear("huge", client.put(url, json={"name": SIGN * 20_000}))
    said.hear("role", desk.get("/identities/c-0001?purpose=x", role="auditor"))
    access = desk.get("/children/c-0001/subject-access", role="custodian")
    assert NAME in access.text


def a_stream_that_waits(desk: Desk, process_id: int, count: int) -> list[bytes]:
    """Send lines whose results fill the spool, read none, and look into the open files."""
    host, port = desk.house.url.removeprefix("http://").split(":")
    key = desk.house.clients["recorder"].headers["authorization"]
    scores = [
        fact("measurement.recorded", child="c-0002", value=SCORE, fact_id=f"stream-{number}")
        for number in range(count)
    ]
    body = b"".join(json.dumps(one).encode() + b"\n" for one in scores)
    head = (
        f"POST {desk.path}/events HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\n"
        f"Content-Type: application/x-ndjson\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), timeout=60) as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        wire.sendall(head.encode() + body)
        until = time.monotonic() + PATIENCE_S
        while not (found := spooled(process_id)):
            assert time.monotonic() < until, "nothing waits on the disk"
            time.sleep(0.01)
        return found


def spooled(process_id: int) -> list[bytes]:
    """The temporary files that a process has open; they have no name any more."""
    found = []
    for path in Path(f"/proc/{process_id}/fd").iterdir():
        try:
            if str(path.readlink()).endswith(" (deleted)"):
                found.append(path.read_bytes())
        except OSError:
            continue
    return [content for content in found if len(content) > 4_000_000]
