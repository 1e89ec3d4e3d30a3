"""Where the service gets its signing key, and when it signs by itself."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from api.service import Service
from api.signing import Rounds, SettingWrong, SigningTerms, given_signing
from ledger.log.notes.checkpoint import open_checkpoint
from ledger.log.ports import Head, LedgerTerms
from ledger.log.sealing.master import make_key_file
from ledger.log.signing.faults import (
    SigningKeyMissing,
    SigningKeyRetired,
    SigningKeyUnreadable,
)
from ledger.log.signing.signer import Signer
from tests.api.desk import MASTER
from tests.log.test_log import commit_on

TERMS = LedgerTerms("wlz", "A Zone", "GBP", "Europe/London")
SEED = bytes(range(32))
PATIENCE_S = 20


def started(dsn: str, folder: Path | None, environment: dict[str, str] | None = None) -> Service:
    signing = SigningTerms() if folder is None else given_signing(environment or {}, folder)
    return Service(dsn, folder, projecting=False, master=MASTER, signing=signing)


def wait_for(what: str, holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until, f"{what} does not come"
        time.sleep(0.01)


def test_the_first_start_makes_a_key_that_later_starts_use(dsn: str, tmp_path: Path) -> None:
    with started(dsn, tmp_path) as service:
        assert service.create_ledger(TERMS)
        first = service.signing.notary.checkpoint("wlz")
    path = tmp_path / "signing.key"
    assert path.stat().st_mode & 0o777 == 0o600
    written = path.read_bytes()
    with started(dsn, tmp_path) as service:
        service.log.append("wlz", commit_on(Head(), b"one"))
        second = service.signing.notary.checkpoint("wlz")
    assert path.read_bytes() == written
    [signer] = given_signing({}, tmp_path).signers
    for note in (first, second):
        origin = open_checkpoint(str(note), signer.key(note.signatures[0].name))[0].origin
        assert origin == f"outcomes-ledger/{signer.public_key.hex()[:16]}/wlz"


def test_a_service_in_another_folder_signs_beside_the_first_one(dsn: str, tmp_path: Path) -> None:
    for name in ("one", "two"):
        with started(dsn, tmp_path / name) as service:
            service.create_ledger(TERMS)
            service.log.append("wlz", commit_on(service.head("wlz"), name.encode()))
            service.signing.notary.checkpoint("wlz")
            keys = [known.key for known in service.signing.notary.kept.keys("wlz")]
            origin = service.signing.notary.origin("wlz")
    signers = [given_signing({}, tmp_path / name).signers[0] for name in ("one", "two")]
    assert keys == [signer.key(origin) for signer in signers]
    environment = {"OUTCOMES_LEDGER_SIGNING_KEY_FILE": str(tmp_path / "one" / "signing.key")}
    with started(dsn, tmp_path / "three", environment) as service:
        assert service.signing.notary.signs_with(signers[0].public_key)
    assert not (tmp_path / "three" / "signing.key").exists()


def test_a_key_that_was_given_up_never_signs_again(dsn: str, tmp_path: Path) -> None:
    old, new = tmp_path / "old.key", tmp_path / "new.key"
    make_key_file(old, [SEED])
    make_key_file(new, [SEED[::-1]])
    environment = "OUTCOMES_LEDGER_SIGNING_KEY_FILE"
    with started(dsn, tmp_path, {environment: str(old)}) as service:
        service.create_ledger(TERMS)
        service.signing.notary.checkpoint("wlz")
    with started(dsn, tmp_path, {environment: str(new)}) as service:
        service.signing.notary.checkpoint("wlz")
        kept = service.signing.notary.kept
        kept.retire_key("wlz", kept.keys("wlz")[0].key, "the-admin")
    with pytest.raises(SigningKeyRetired):
        started(dsn, tmp_path, {environment: str(old)}).open()


def test_without_a_folder_and_a_key_nothing_is_signed(dsn: str) -> None:
    with started(dsn, None) as service:
        assert service.create_ledger(TERMS)
        assert not service.signing.notary.signs
        with pytest.raises(SigningKeyMissing):
            service.signing.notary.checkpoint("wlz")


def test_a_ledger_that_has_moved_is_signed_without_being_asked(dsn: str) -> None:
    signing = SigningTerms((Signer(SEED),), "ledger.example", every_s=0.01)
    with Service(dsn, projecting=False, master=MASTER, signing=signing) as service:
        kept = service.signing.notary.kept
        assert service.create_ledger(TERMS)
        assert kept.latest("wlz") is None
        service.log.append("wlz", commit_on(Head(), b"one"))
        wait_for("a checkpoint", lambda: bool(kept.after("wlz", 0, 1)))
        service.log.append("wlz", commit_on(service.head("wlz"), b"two"))
        wait_for("another", lambda: len(kept.after("wlz", 0, 9)) == 2)


def test_what_is_wrong_with_one_ledger_keeps_no_other_from_being_signed(dsn: str) -> None:
    """A ledger that lost its head breaks each step of a round; it comes first by name."""
    other = LedgerTerms("zone", "A Zone", "GBP", "Europe/London")
    signing = SigningTerms((Signer(SEED),), "ledger.example", every_s=0.01)
    with Service(dsn, projecting=False, master=MASTER) as service:
        for terms in (TERMS, other):
            service.create_ledger(terms)
            service.log.append(terms.ledger, commit_on(Head(), b"one"))
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("alter table ledger.events disable trigger user")
        connection.execute("delete from ledger.events where originator_id = 'wlz'")
        connection.execute("alter table ledger.tree_nodes disable trigger user")
        connection.execute("delete from ledger.tree_nodes where ledger = 'wlz'")
    with Service(dsn, master=MASTER, signing=signing) as service:
        kept = service.signing.notary.kept
        wait_for("a checkpoint of the whole ledger", lambda: kept.latest("zone") is not None)
        assert kept.latest("wlz") is None


def test_what_the_environment_says_is_taken_or_refused(tmp_path: Path) -> None:
    text = "OUTCOMES_LEDGER_SIGNING_KEY"
    given = given_signing({text: "AAAA" * 10 + "AAA=", "OUTCOMES_LEDGER_ORIGIN": "a.b/"}, tmp_path)
    assert (len(given.signers), given.origin, given.every_s) == (1, "a.b", 60.0)
    assert given_signing({}, tmp_path) == SigningTerms()
    every = {"OUTCOMES_LEDGER_CHECKPOINT_SECONDS": "2.5"}
    assert given_signing(every, tmp_path).every_s == 2.5
    with pytest.raises(SigningKeyUnreadable):
        given_signing({text: "no key"}, tmp_path)
    for name, wrong in [
        ("OUTCOMES_LEDGER_ORIGIN", "two words"),
        ("OUTCOMES_LEDGER_ORIGIN", "a+b"),
        ("OUTCOMES_LEDGER_CHECKPOINT_SECONDS", "0"),
        ("OUTCOMES_LEDGER_CHECKPOINT_SECONDS", "-1"),
        ("OUTCOMES_LEDGER_CHECKPOINT_SECONDS", "often"),
    ]:
        with pytest.raises(SettingWrong, match=name):
            given_signing({name: wrong}, tmp_path)


def test_rounds_go_on_after_what_failed_and_begin_again_with_the_first() -> None:
    failures = iter([SigningKeyMissing("away"), ValueError("a damaged row")])
    seen: list[bool] = []
    done = threading.Event()

    def sign(*, first: bool) -> None:
        seen.append(first)
        for failure in failures:
            raise failure
        if len(seen) > 3:
            done.set()

    rounds = Rounds(sign, 0.001)
    rounds.start()
    assert done.wait(PATIENCE_S)
    rounds.stop()
    assert seen[:4] == [True, True, True, False]
    Rounds(sign, 0.001).stop()
