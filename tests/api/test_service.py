"""The service as it is run: a process of its own, its own server, clean ends and unclean ones."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from api.projecting import Projecting
from api.service import WRITERS_MAX, Service
from ledger.log.ports import LedgerTerms
from ledger.log.sealing.master import text_of
from tests.api.desk import ADMIN_SECRET, MASTER, House, calling, fact

STARTING_S = 60
SERVE = "from api.cli import main; main()"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def running(
    folder: Path, dsn: str | None, **settings: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = {
        **os.environ,
        "OUTCOMES_LEDGER_ADMIN_KEY": ADMIN_SECRET,
        "OUTCOMES_LEDGER_MASTER_KEY": text_of(bytes(range(32))),
        **settings,
    }
    if dsn is not None:
        environment["DATABASE_URL"] = dsn
    port = free_port()
    with (folder / "log.txt").open("a+") as logged:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, "serve", "--port", str(port), "--data", str(folder)],
            env=environment, stderr=logged, stdout=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            wait_until_ready(f"http://127.0.0.1:{port}", process)
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()
            process.wait()


def wait_until_ready(url: str, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + STARTING_S
    while time.monotonic() < until:
        assert process.poll() is None
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    pytest.fail("the service never became ready")


@contextmanager
def house_at(url: str) -> Iterator[House]:
    house = House.__new__(House)
    house.url = url
    house.nobody = calling(url)
    house.clients = {"admin": house.client(ADMIN_SECRET)}
    try:
        yield house
    finally:
        house.close()


def children_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The living projection processes of a service."""
    return [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if is_projecting(child)
    ]


def is_projecting(process: psutil.Process) -> bool:
    try:
        return "api.projecting" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def wait_for(claim: str, holds: Callable[[], object], *, within_s: float = 15) -> None:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if holds():
            return
        time.sleep(0.05)
    pytest.fail(f"it never came about that {claim}")


def test_a_service_on_its_own_server_ends_cleanly_and_begins_where_it_ended(
    tmp_path: Path,
) -> None:
    with running(tmp_path, None) as (process, url), house_at(url) as house:
        desk = house.open_ledger()
        house.clients["finance"] = house.client(house.key(["finance", "auditor"], name="both"))
        desk.appended("finance", fact("contract.signed"))
        [projecting] = children_of(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not projecting.is_running()
        both = house.clients["finance"].headers["authorization"].removeprefix("Bearer ")
    with running(tmp_path, None) as (process, url):
        with house_at(url) as house, house.client(both) as client:
            read = client.get(f"{desk.path}/contracts?min_version=1")
            assert read.json()["items"][0]["contract"] == "lcf"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    for line in (tmp_path / "log.txt").read_text().splitlines():
        assert "lcf" not in json.dumps(json.loads(line))


def refuses(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return True
    return False


@pytest.mark.crash
@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_request_that_runs_when_the_service_is_told_to_end_is_answered(
    tmp_path: Path, dsn: str, asked: signal.Signals
) -> None:
    body = b'{"ledger":"late","name":"Late","currency":"GBP","timezone":"Europe/London"}'
    head = (
        "POST /v1/ledgers HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {ADMIN_SECRET}\r\nIdempotency-Key: late\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    with running(tmp_path, dsn) as (process, url):
        port = int(url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=STARTING_S) as client:
            client.sendall(head.encode() + body[:10])
            time.sleep(0.5)
            process.send_signal(asked)
            wait_for("no new connection is taken", lambda: refuses(port))
            client.sendall(body[10:])
            assert client.recv(1_000).startswith(b"HTTP/1.1 201 ")
        assert process.wait(STARTING_S) == 0
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_what_was_acknowledged_survives_a_kill_and_the_projections_go_on(
    dsn: str, tmp_path: Path
) -> None:
    with running(tmp_path, dsn) as (process, url), house_at(url) as house:
        desk = house.open_ledger()
        secret = house.key(["finance", "auditor"])
        house.clients["finance"] = house.client(secret)
        desk.appended("finance", fact("contract.signed"))
        [projecting] = children_of(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
        wait_for("the projections end with the service", lambda: not projecting.is_running())
    with running(tmp_path, dsn) as (process, url):
        [projecting] = children_of(process)
        projecting.kill()
        wait_for(
            "the projections are started again",
            lambda: [each.pid for each in children_of(process)] not in ([], [projecting.pid]),
        )
        with house_at(url) as house, house.client(secret) as client:
            client.post(f"{desk.path}/events", json=fact("funder.joined"))
            read = client.get(f"{desk.path}/funders?min_version=2")
            assert [item["funder"] for item in read.json()["items"]] == ["philanthropy"]


def test_projections_run_beside_the_service_and_end_with_it(dsn: str) -> None:
    projecting = Projecting(dsn)
    projecting.start()
    wait_for("they run", lambda: projecting.alive)
    projecting.stop()
    assert not projecting.alive


def test_a_service_with_many_ledgers_keeps_only_some_writers_open(dsn: str) -> None:
    count = WRITERS_MAX + 3
    with Service(dsn, projecting=False, master=MASTER) as service:
        for number in range(count):
            terms = LedgerTerms(f"zone-{number}", "A Zone", "GBP", "Europe/London")
            assert service.create_ledger(terms)
            service.writer(terms.ledger)
        assert service.open_writer("zone-0") is None
        assert service.open_writer(f"zone-{count - 1}") is not None
        assert service.writer("zone-0").running
        assert service.failed_writers() == 0
