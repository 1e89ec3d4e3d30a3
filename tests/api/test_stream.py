"""The stream of events: all of them once, in order, from where the client left off."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from api.service import Service
from tests.api.desk import ADMIN_SECRET, MASTER, Desk, House, fact, served

Message = dict[str, str]


@contextmanager
def listening(
    desk: Desk, *, role: str = "auditor", headers: dict[str, str] | None = None, query: str = ""
) -> Iterator[Iterator[Message]]:
    client = desk.house.clients[role]
    url = f"{desk.path}/events/stream{query}"
    with client.stream("GET", url, headers=headers, timeout=10) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield messages(answer)


def messages(answer: httpx.Response) -> Iterator[Message]:
    message: Message = {}
    for line in answer.iter_lines():
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            message[name] = value
        elif "data" in message:
            yield message
            message = {}
        else:
            message = {}


def test_a_stream_gives_every_event_with_its_version_as_id(desk: Desk) -> None:
    desk.with_child()
    with listening(desk) as stream:
        got = [next(stream) for _ in range(desk.version())]
    assert [int(message["id"]) for message in got] == list(range(1, desk.version() + 1))
    assert got[0]["event"] == "contract.signed"
    assert got[0]["data"].encode() == desk.get("/events/1").content


def test_a_stream_goes_on_with_what_is_recorded_meanwhile(desk: Desk) -> None:
    with listening(desk) as stream:
        desk.appended("finance", fact("contract.signed"))
        assert next(stream)["event"] == "contract.signed"
        desk.appended("finance", fact("funder.joined"))
        assert next(stream)["event"] == "funder.joined"


def test_a_stream_goes_on_behind_the_last_event_id(desk: Desk) -> None:
    desk.with_terms()
    with listening(desk, headers={"Last-Event-ID": "3"}) as stream:
        assert next(stream)["id"] == "4"
    with listening(desk, query="?after=5") as stream:
        assert next(stream)["id"] == "6"


@pytest.mark.parametrize("last", ["x", "-1", "9" * 30, "1.0"])
def test_an_id_that_the_stream_never_gave_is_refused(desk: Desk, last: str) -> None:
    answer = desk.get("/events/stream", headers={"Last-Event-ID": last})
    assert (answer.status_code, answer.json()["code"]) == (422, "shape_invalid")


def test_a_recorder_hears_of_its_own_events_only(desk: Desk) -> None:
    desk.with_child()
    with listening(desk, role="recorder") as stream:
        assert json.loads(next(stream)["data"])["actor"] == "the-recorder"


def test_a_stream_ends_when_its_key_is_deleted(house: House) -> None:
    desk = house.open_ledger()
    secret = house.key(["auditor"], name="listener")
    url = f"{desk.path}/events/stream"
    with house.client(secret) as client, client.stream("GET", url, timeout=10) as answer:
        house.clients["admin"].delete("/v1/keys/listener")
        assert list(messages(answer)) == []


def test_streams_end_when_the_service_stops(dsn: str) -> None:
    service = Service(dsn, admin_key=ADMIN_SECRET, projecting=False, master=MASTER)
    ended = threading.Event()
    with service:
        running = served(service)
        house = House.__new__(House)
        house.url, house.service = running.__enter__(), service
        house.clients = {"admin": house.client(ADMIN_SECRET)}
        desk = house.open_ledger()
        client = house.client(house.key(["auditor"]))

        def listen() -> None:
            with client.stream("GET", f"{desk.path}/events/stream", timeout=20) as answer:
                assert list(messages(answer)) == []
            ended.set()

        thread = threading.Thread(target=listen)
        thread.start()
        time.sleep(0.3)
        began = time.monotonic()
        running.__exit__(None, None, None)
        thread.join()
        assert ended.is_set()
        assert time.monotonic() - began < 5
        client.close()
        house.clients["admin"].close()
