"""`audit checkpoint`, `prove`, `verify-proof` and `witness`: what an auditor and a funder type.

The commands run in this process: each starts in a second, and these are many.
"""

import fcntl
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from api.cli import main
from api.cli.bundling import signed_of
from api.service import Service
from ledger.log.notes.checkpoint import open_checkpoint
from ledger.log.notes.note import VerifierKey
from ledger.log.tree import leaf_hash
from projections.audit.verify import verify
from tests.api.desk import ADMIN_SECRET, MASTER, SIGNER, SIGNING, Desk, House, fact, served
from tests.cli.conftest import PATIENCE_S, PROGRAM, Told, environment
from tests.log.authority import Authority

FUNDER = "funder.example"


@dataclass
class Typist:
    """Somebody who types commands to a service of a ledger `wlz` with one child."""

    desk: Desk
    keys: dict[str, str]
    folder: Path
    capture: pytest.CaptureFixture[str]
    patched: pytest.MonkeyPatch

    @property
    def verifier_key(self) -> str:
        return str(SIGNER.key("ledger.example/wlz"))

    def __call__(self, who: str, *words: str) -> Told:
        place = ("--url", self.desk.house.url, "--key", self.keys[who], "--ledger", "wlz")
        return self.offline(*words, *place)

    def offline(self, *words: str) -> Told:
        self.capture.readouterr()
        self.patched.chdir(self.folder)
        self.patched.setattr(sys, "argv", ["outcomes-ledger", "audit", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = self.capture.readouterr()
        return Told(int(ended.value.code or 0), said.out, said.err)

    def witness(self, *more: str) -> Told:
        return self("witness", "witness", "--name", FUNDER, *more)

    def admit_witness(self) -> str:
        key = self.offline("witness-key", "--name", FUNDER).out.strip()
        admin = self.desk.house.clients["admin"]
        taken = admin.post("/v1/ledgers/wlz/log/witnesses", json={"key": key})
        assert taken.status_code == 201, taken.text
        return key


@contextmanager
def typist(dsn: str, *here: Any) -> Iterator[Typist]:
    service = Service(dsn, admin_key=ADMIN_SECRET, projecting=False, master=MASTER, signing=SIGNING)
    with service, served(service) as url:
        house = House(service, url)
        asked = {"ledger": "wlz", "name": "A Zone", "currency": "GBP", "timezone": "Europe/London"}
        assert house.clients["admin"].post("/v1/ledgers", json=asked).status_code == 201
        keys = {role: house.key([role]) for role in ("auditor", "witness")}
        yield Typist(Desk(house, "wlz").with_child(), keys, *here)
        house.close()


@pytest.fixture
def here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, pytest.CaptureFixture[str], pytest.MonkeyPatch]:
    """A folder to type in, with what is printed there."""
    return tmp_path, capsys, monkeypatch


@pytest.fixture
def asked(dsn: str, here: tuple[Any, ...]) -> Iterator[Typist]:
    with typist(dsn, *here) as typing:
        yield typing


@pytest.fixture
def forked(second_dsn: str, here: tuple[Any, ...]) -> Iterator[Typist]:
    """Another service, with the same key and name, that shows another and longer history."""
    with typist(second_dsn, *here) as other:
        other.desk.appended("recorder", fact("child.enrolled", child="c-0008"))
        other.desk.appended("recorder", fact("child.enrolled", child="c-0009"))
        yield other


def test_a_checkpoint_is_printed_as_it_was_signed(asked: Typist) -> None:
    told = asked("auditor", "checkpoint")
    assert (told.code, told.err) == (0, "")
    key = VerifierKey.from_text(asked.verifier_key)
    assert open_checkpoint(told.out, key)[0].size == asked.desk.version()
    size = str(asked.desk.version())
    assert asked("auditor", "checkpoint", "--size", size).out == told.out
    shown = json.loads(asked("auditor", "checkpoint", "--json").out)
    assert (shown["checkpoint"], shown["size"]) == (told.out, asked.desk.version())
    missing = asked("auditor", "checkpoint", "--size", "1")
    assert (missing.code, missing.err.split(":")[1].strip()) == (1, "unknown_checkpoint")


def test_a_proof_is_written_and_checked_offline(asked: Typist) -> None:
    told = asked("auditor", "prove", "3", "--out", "proofs")
    assert told.code == 0, told.err
    file = "proofs/wlz-3.tlog-proof"
    checked = asked.offline("verify-proof", file, "--verifier-key", asked.verifier_key)
    assert (checked.code, checked.err) == (0, "")
    assert "wlz-3.event is event 3 of ledger.example/wlz" in checked.out
    (asked.folder / "log.key").write_text(asked.verifier_key + "\n")
    again = asked.offline("verify-proof", file, "--verifier-key", "log.key")
    assert again.out == checked.out
    document = json.loads(asked("auditor", "prove", "3", "--json").out)
    assert (
        document["leaf_hash"] == leaf_hash((asked.folder / "proofs/wlz-3.event").read_bytes()).hex()
    )
    for words, code in ((("prove", "999"), 1), (("prove", "3", "--size", "2"), 2)):
        assert asked("auditor", *words).code == code


def test_a_proof_is_written_to_a_folder_that_was_named_and_no_other_is_made(asked: Typist) -> None:
    told = asked("auditor", "prove", "3", "--out", "nowhere/proofs")
    assert (told.code, told.out) == (2, "")
    assert "--out nowhere/proofs: there is no folder nowhere to make it in" in told.err
    assert not (asked.folder / "nowhere").exists()
    (asked.folder / "log.key").write_text(asked.verifier_key)
    assert asked("auditor", "prove", "3", "--out", "log.key/proofs").code == 2
    assert asked("auditor", "prove", "3", "--out", "proofs").code == 0
    assert asked("auditor", "prove", "3", "--out", "proofs").code == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("nowhere", "nowhere is neither a file nor a verifier key, name+id+base64"),
        ("x" * 5_000, "is neither a file nor a verifier key"),
        ("spoilt.key", "the file spoilt.key holds no verifier key, name+id+base64: "),
        ("bytes.key", "the file bytes.key holds no verifier key, name+id+base64: "),
        ("a+b+c", "a+b+c is no verifier key, name+id+base64: "),
    ],
)
def test_what_is_no_verifier_key_is_said_as_what_it_is(
    asked: Typist, given: str, said: str
) -> None:
    (asked.folder / "spoilt.key").write_text("no key\n")
    (asked.folder / "bytes.key").write_bytes(b"\xff\xfe")
    for told in (
        asked.witness("--verifier-key", given),
        asked.offline("verify-proof", "spoilt.key", "--verifier-key", given),
    ):
        assert (told.code, told.out) == (2, "")
        assert said in told.err
    named = asked.folder / "log+key"
    named.write_text(asked.verifier_key)
    asked.admit_witness()
    assert asked.witness("--verifier-key", "log+key").code == 0


def test_a_tampered_proof_is_refused_offline(asked: Typist) -> None:
    asked("auditor", "prove", "3")
    file, event = asked.folder / "wlz-3.tlog-proof", asked.folder / "wlz-3.event"
    words = ("verify-proof", file.name, "--verifier-key")
    other = str(SIGNER.key("ledger.example/other"))
    assert asked.offline(*words, other).code == 1
    assert asked.offline(*words, "no key").code == 2
    assert asked.offline(*words, asked.verifier_key, "--event", "nowhere").code == 2
    whole = file.read_text()
    file.write_text(whole.replace("index 2", "index 3"))
    told = asked.offline(*words, asked.verifier_key)
    assert (told.code, told.err.startswith("outcomes-ledger: not proved: ")) == (1, True)
    file.write_text(whole)
    event.write_bytes(event.read_bytes().replace(b"funder", b"finder", 1))
    assert asked.offline(*words, asked.verifier_key).code == 1


def test_a_witness_cosigns_what_begins_with_what_it_saw(asked: Typist) -> None:
    assert asked.witness().code == 2, "the log's key is needed at first"
    first = ("--verifier-key", asked.verifier_key)
    refused = asked.witness(*first)
    assert (asked.folder / "witness.key").stat().st_mode & 0o777 == 0o600
    assert (refused.code, "unknown_witness" in refused.err) == (1, True)
    key = asked.admit_witness()
    told = asked.witness(*first)
    assert (told.code, told.err) == (0, "")
    assert f"is cosigned at {asked.desk.version()} events" in told.out
    assert "was cosigned before" in asked.witness().out
    assert json.loads(asked.witness("--json").out)["status"] == "known"
    asked.desk.appended("recorder", fact("child.enrolled", child="c-0002"))
    assert f"is cosigned at {asked.desk.version()} events" in asked.witness().out
    asked("auditor", "prove", "1")
    words = ("verify-proof", "wlz-1.tlog-proof", "--verifier-key", asked.verifier_key)
    checked = asked.offline(*words, "--witness-key", key)
    assert (checked.code, f"cosigned by {FUNDER}" in checked.out) == (0, True)
    stranger = str(SIGNER.key("a.stranger"))
    assert asked.offline(*words, "--witness-key", stranger).code == 1


def test_a_witness_refuses_another_history_and_keeps_what_contradicts(
    asked: Typist, forked: Typist
) -> None:
    asked.admit_witness()
    forked.admit_witness()
    assert asked.witness("--verifier-key", asked.verifier_key).code == 0
    before = (asked.folder / "witness.json").read_bytes()
    told = forked.witness()
    assert told.code == 3
    assert "does not begin with" in told.err
    assert told.err.count("\n") == 1
    assert (asked.folder / "witness.json").read_bytes() == before
    contradiction = (asked.folder / "witness.contradiction").read_text()
    assert contradiction == forked.desk.get("/log/checkpoint").text
    assert len(contradiction.splitlines()) == 5, "nobody has cosigned it"


def test_a_witness_hears_of_a_log_that_was_cut_off(asked: Typist, forked: Typist) -> None:
    forked.admit_witness()
    assert forked.witness("--verifier-key", asked.verifier_key).code == 0
    told = asked.witness()
    assert (told.code, "and had" in told.err) == (3, True)


def test_a_witness_hears_when_the_service_has_noticed_by_itself(asked: Typist, dsn: str) -> None:
    asked("auditor", "checkpoint")
    with psycopg.connect(dsn) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update ledger.heads set root = sha256('x')")
    told = asked.witness("--verifier-key", asked.verifier_key)
    assert (told.code, "log_rewritten" in told.err) == (3, True)


def test_a_memory_that_was_changed_is_not_begun_anew(asked: Typist) -> None:
    asked.admit_witness()
    assert asked.witness("--verifier-key", asked.verifier_key).code == 0
    path = asked.folder / "witness.json"
    memory = json.loads(path.read_text())
    longer = memory["checkpoint"].replace("wlz\n", "wlz\n1", 1)
    for spoilt in ("", "{}", "no json", json.dumps({**memory, "checkpoint": longer})):
        path.write_text(spoilt)
        told = asked.witness("--verifier-key", asked.verifier_key)
        assert (told.code, "is no memory of a witness" in told.err) == (1, True)
        assert path.read_text() == spoilt


def test_witnesses_of_one_memory_wait_for_each_other(asked: Typist) -> None:
    asked.admit_witness()
    words = ("audit", "witness", "--name", FUNDER, "--verifier-key", asked.verifier_key)
    place = ("--url", asked.desk.house.url, "--key", asked.keys["witness"], "--ledger", "wlz")
    with (asked.folder / "witness.json.lock").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = subprocess.Popen([PROGRAM, *words, *place], cwd=asked.folder, env=environment())
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(5)
        assert not (asked.folder / "witness.json").exists()
    assert waiting.wait(PATIENCE_S) == 0


def test_a_checkpoint_is_dated_by_an_authority_whom_the_auditor_trusts(asked: Typist) -> None:
    here = Authority(asked.folder / "here", "An authority")
    there = Authority(asked.folder / "there", "Another authority")
    told = asked("auditor", "timestamp", "--request", "request.tsq")
    assert (told.code, "curl " in told.out) == (0, True)
    response = here.answer((asked.folder / "request.tsq").read_bytes())
    (asked.folder / "response.tsr").write_bytes(response)
    again = asked("auditor", "timestamp", "--request", "request.tsq", "--json")
    assert json.loads(again.out) == {"request": "request.tsq", "size": asked.desk.version()}
    words = ("timestamp", "--response", "response.tsr", "--size", str(asked.desk.version()))
    assert asked("auditor", *words, "--root", str(there.root)).code == 1
    assert asked("auditor", *words).code == 2
    assert asked("auditor", "timestamp").code == 2
    kept = asked("auditor", *words, "--root", str(here.root))
    assert (kept.code, kept.err) == (0, "")
    assert "ledger.example/wlz at 12 events was there at 20" in kept.out
    assert len(asked.desk.get("/log/time-stamps").json()["items"]) == 1
    report = verify(asked.desk.house.service.dsn, "wlz")
    assert (report.findings, report.checked["time stamps"]) == ([], 1)
    with ConnectionPool(asked.desk.house.service.dsn, min_size=1, open=True) as pool:
        bundled = {note.size: note.stamps for note in signed_of(pool, "wlz").checkpoints}
    assert bundled[asked.desk.version()] == (response,)
    with psycopg.connect(asked.desk.house.service.dsn) as owner:
        owner.execute("set session_replication_role = replica")
        owner.execute("update ledger.time_stamps set stamped_at = stamped_at - interval '1 day'")
    codes = [finding.code for finding in verify(asked.desk.house.service.dsn, "wlz").findings]
    assert codes == ["time_stamp_wrong"]
