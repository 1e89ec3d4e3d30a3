"""A served process in trouble, and every mark that was sent: no log, metric or refusal holds one.

Looked through are: what the process and its projections print, the log of a PostgreSQL that is told
to log every statement with its parameters, `/metrics`, every answer that refuses (problem documents
and refused lines, with their headers), what comes through a stream that breaks, and the file in
which answers wait. An unknown field is named where its name looks like one (decision 0017), and a
request's own id is echoed; neither is marked here.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote

import httpx
import psycopg

from ledger.events.codec import decode_fact
from ledger.log.embedded import EmbeddedServer, start
from ledger.log.postgres import PostgresLog
from ledger.log.requests import Submitted
from ledger.log.sealing.postgres import PostgresKeyStore
from projections.runner import OTHERS_SECONDS
from tests.api.desk import Desk, fact
from tests.api.test_service import children_of, house_at, running, wait_for
from tests.log.sealed import MASTER, SealedLedger
from tests.privacy.marks import SIGN, marks_in
from tests.privacy.talking import (
    SCORE,
    Said,
    a_stream_that_waits,
    asked_with_marks,
    identities_with_marks,
    told_in_every_wrong_place,
    told_in_its_place,
    told_what_is_no_fact,
)

TALKATIVE = (
    ("fsync", "off"),
    ("log_statement", "all"),
    ("log_min_duration_statement", "0"),
    ("log_parameter_max_length_on_error", "-1"),
)
UNSEEN = "-c log_statement=none -c log_min_duration_statement=-1"
THE_LIST = b"one of `consent_withdrawn`, `disengaged`, `moved`, `other` is expected"
PROC = Path("/proc/self/fd")
ROLES = ("finance", "recorder", "verifier", "approver", "auditor", "custodian")


@dataclass
class Scene:
    """A served process with a ledger; `behind` is the ledger as another process has it.

    What damages it is not written to the server's log.
    """

    server: EmbeddedServer
    process: Popen[str]
    desk: Desk
    behind: SealedLedger
    said: Said


@contextmanager
def scene(folder: Path) -> Iterator[Scene]:
    server = start(folder / "database", TALKATIVE)
    try:
        with running(folder, server.dsn) as (process, url), house_at(url) as house:
            for role in ROLES:
                house.clients[role] = house.client(house.key([role]))
            desk = house.open_ledger().with_child()
            desk.appended("recorder", fact("child.enrolled", child="c-0002"))
            log, store = PostgresLog(server.dsn), PostgresKeyStore(server.dsn)
            unseen = f"{server.dsn}&options={quote(UNSEEN)}"
            behind = SealedLedger(log, store, MASTER, unseen, desk.ledger)
            yield Scene(server, process, desk, behind, Said())
            store.close()
            log.close()
    finally:
        server.stop()


@contextmanager
def damaged(ledger: SealedLedger, version: int, change: Callable[[bytes], bytes]) -> Iterator[None]:
    """An event that was altered, until it is mended."""
    event = ledger.log.read_one(ledger.ledger, version)
    assert event is not None
    ledger.damage(version, change)
    yield
    ledger.damage(version, lambda _: event.stored)


def misspelt(stored: bytes) -> bytes:
    """An event that no decoder takes: its complaint would quote the mark."""
    return stored.replace(b'"point":"', b'"point":"' + SIGN.encode())


def in_plain(stored: bytes) -> bytes:
    """An event that holds its value as it is, though it says that it is sealed."""
    event = json.loads(stored)
    event["data"]["value"] = SCORE
    return json.dumps(event, separators=(",", ":"), sort_keys=True).encode()


def broken_seal(stored: bytes) -> bytes:
    event = json.loads(stored)
    event["data"]["value"]["sealed"] = "QQ" + event["data"]["value"]["sealed"][2:]
    return json.dumps(event, separators=(",", ":"), sort_keys=True).encode()


def read_what_is_damaged(on: Scene) -> None:
    """One event that cannot be read, and every door that leads to it."""
    ledger, desk, said = on.behind, on.desk, on.said
    version = ledger.place_of("c-0002", "measurement.recorded")
    auditor = desk.house.clients["auditor"]
    for change in (broken_seal, misspelt, in_plain):
        with damaged(ledger, version, change):
            for path in (f"/events/{version}", "/children/c-0002", "/events?child=c-0002"):
                said.hear(change.__name__, desk.get(path))
            url = f"{desk.path}/children/c-0002/subject-access"
            said.hear(change.__name__, desk.house.clients["custodian"].get(url))
            if change is broken_seal:  # what nobody can decode stops a writer that reads it
                again = fact("measurement.recorded", child="c-0002", value=SCORE)
                said.hear(change.__name__, desk.append("recorder", {**again, "id": "stream-0"}))
            came = bytearray()
            try:
                with auditor.stream("GET", f"{desk.path}/events/stream?after={version - 1}") as sse:
                    for piece in sse.iter_bytes():
                        came += piece
            except httpx.RemoteProtocolError:
                pass
            said.refusals.append((f"stream of {change.__name__}", bytes(came)))
    assert any(b'"seal_broken"' in body for _, body in said.refusals)


def connections_are_killed(on: Scene) -> None:
    """Whatever is under way loses its database."""
    with psycopg.connect(on.server.dsn, autocommit=True) as connection:
        for number in range(6):
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            sent = fact("measurement.recorded", value=SCORE, area=f"area-{number}")
            on.said.hear("killed", on.desk.append("recorder", sent))
            on.said.hear("killed", on.desk.get("/children/c-0001"))


def erased(on: Scene) -> None:
    """Two administrators, one of whom puts a mark where the ground belongs; then late facts."""
    house, desk = on.desk.house, on.desk
    url = f"{desk.path}/children/c-0001/erasure"
    with house.client(house.key(["admin"])) as second:
        for client in (house.clients["admin"], second):
            on.said.hear("ground", client.post(url, json={"basis": SIGN}))
            on.said.hear("scope", client.post(url, json={"basis": "objection", "scope": SCORE}))
            asked = client.post(url, json={"basis": "objection"})
            assert asked.status_code < 300, asked.text
        on.said.hear("again", second.post(url, json={"basis": "objection"}))
    late = fact("measurement.recorded", value="9.000000000")
    assert on.said.hear("late", desk.append("recorder", late)).json()["code"] == "child_erased"
    assert marks_in(desk.read("/children/c-0001")["areas"].__repr__()) == []


def projections_meet_damage(on: Scene) -> None:
    """The process of the read tables reads an event that nobody can decode, and dies of it."""
    ledger = on.behind
    [projecting] = children_of(on.process)
    projecting.suspend()
    sent = fact("measurement.recorded", child="c-0002", value=SCORE, point="follow_up")
    version = on.desk.appended("recorder", sent)["version"]
    with damaged(ledger, version, misspelt):
        projecting.resume()
        died = "the projections have died of it, once other ledgers were followed for a while"
        wait_for(died, lambda: not projecting.is_running(), within_s=OTHERS_SECONDS * 4)
    wait_for(
        "they go on once it is mended",
        lambda: on.desk.get(f"/trial-balance?min_version={version}").status_code == 200,
        within_s=60,
    )


def the_writer_meets_damage(on: Scene) -> None:
    """Another process has written what this one cannot read: its writer stops."""
    ledger = on.behind
    late = fact("measurement.recorded", child="c-0002", value=SCORE, area="late")
    raw = json.dumps(late).encode()
    version = ledger.say(Submitted(decode_fact(raw), raw)).version
    met = fact("measurement.recorded", child="c-0002", value=SCORE, area="later")
    with damaged(ledger, version, misspelt):
        stopped = on.said.hear("stopped", on.desk.append("recorder", met))
        assert stopped.json()["code"] == "writer_stopped"


def gathered(on: Scene, folder: Path) -> Iterator[tuple[str, bytes]]:
    """All that was said to those who may not read the values, and all that was written down."""
    yield from on.said.refusals
    metrics = on.desk.house.clients["admin"].get("/metrics")
    assert b"outcomes_ledger_facts_total" in metrics.content
    yield "metrics", metrics.content
    yield "the service's log", (folder / "log.txt").read_bytes()
    yield "PostgreSQL's log", (folder / "database" / "postgres" / "server.log").read_bytes()


def test_no_mark_is_found_in_a_log_a_metric_or_a_refusal(data_folder: Path) -> None:
    with scene(data_folder) as on:
        told_in_its_place(on.desk, on.said)
        told_in_every_wrong_place(on.desk, on.said)
        told_what_is_no_fact(on.desk, on.said)
        asked_with_marks(on.desk, on.said)
        identities_with_marks(on.desk, on.said)
        waiting = a_stream_that_waits(on.desk, on.process.pid, 12_000) if PROC.is_dir() else []
        read_what_is_damaged(on)
        connections_are_killed(on)
        erased(on)
        projections_meet_damage(on)
        the_writer_meets_damage(on)
        everything = [*gathered(on, data_folder), *(("spool", found) for found in waiting)]
        assert marks_in(on.desk.get("/events?limit=1000").content)
    assert len(everything) > 500
    found = [(label, marks_in(content.replace(THE_LIST, b""))) for label, content in everything]
    assert [each for each in found if each[1]] == []
