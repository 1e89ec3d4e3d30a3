"""Backups that come back: of the keys, of the log, of both; and an erasure that was broken off.

The keys live in a database of their own here, so that each can be restored without the other.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from api.service import Service
from ledger.log.embedded import EmbeddedServer
from ledger.log.postgres import PostgresLog
from ledger.log.requests import AppendRequest
from ledger.log.sealing.faults import KeysRestored
from ledger.log.sealing.master import text_of
from ledger.log.sealing.postgres import PostgresKeyStore
from projections.audit.findings import Finding, Report
from projections.audit.verify import verify
from projections.runner import Runner
from tests.log.asking import ask, codes
from tests.log.facts import enrolled, interaction, request
from tests.log.sealed import MASTER, SealedLedger, erasure, measured, told

PREFIX = "restored_"
PROGRAM = Path(sys.executable).with_name("outcomes-ledger")


@dataclass
class Databases:
    """A log and its keys in two databases of one server; backups of both lie untouched."""

    server: EmbeddedServer
    log: str
    keys: str
    backups: "Databases | None" = None

    def copied(self, database: str) -> str:
        """A copy of a database to which nobody is connected."""
        name = f"{PREFIX}{uuid.uuid4().hex[:16]}"
        with psycopg.connect(self.server.dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(database)
                )
            )
        return name

    def restored(self, *, log: bool = False, keys: bool = False) -> "Databases":
        """These databases, with a backup from before anybody was erased in the place of some."""
        assert self.backups is not None
        return replace(
            self,
            log=self.copied(self.backups.log) if log else self.log,
            keys=self.copied(self.backups.keys) if keys else self.keys,
        )

    @property
    def dsns(self) -> tuple[str, str]:
        return self.server.dsn_of(self.log), self.server.dsn_of(self.keys)

    def serving(self) -> Service:
        """A service over these databases."""
        dsn, keys_dsn = self.dsns
        return Service(dsn, projecting=False, master=MASTER, keys_dsn=keys_dsn)

    @contextmanager
    def ledger(self) -> Iterator[SealedLedger]:
        """The ledger in them, without a service around it."""
        dsn, keys_dsn = self.dsns
        kept = PostgresLog(dsn)
        store = PostgresKeyStore(keys_dsn)
        yield SealedLedger(kept, store, dsn=dsn)
        store.close()
        kept.close()


def faults(report: Report) -> list[Finding]:
    """What is wrong; that a document of these tests is about the contract is a remark."""
    return [finding for finding in report.findings if not finding.is_remark]


@pytest.fixture(scope="module")
def backups(server: EmbeddedServer) -> Iterator[Databases]:
    """Two children in a log, and their keys."""
    names = [f"{PREFIX}{part}" for part in ("log", "keys")]
    found = Databases(server, *names)
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        found.serving().open().close()
        with found.ledger() as ledger:
            ledger.made()
            ledger.say(*told("c1"))
            ledger.say(enrolled("c2"), measured("c2", 7))
        yield found
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{PREFIX}%",)
        ).fetchall()
        for (name,) in rows:
            connection.execute(
                sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture
def databases(backups: Databases) -> Databases:
    return replace(
        backups,
        log=backups.copied(backups.log),
        keys=backups.copied(backups.keys),
        backups=backups,
    )


def erase_whole(databases: Databases) -> None:
    """Ask twice, destroy the keys, note it."""
    with databases.ledger() as ledger:
        ledger.erase("c1")
    databases.serving().open().close()


def audited(service: Service) -> Report:
    Runner(service.dsn).catch_up("wlz")
    return verify(service.dsn, "wlz", find_keys=service.sealing.find_keys)


def must_read_erased(ledger: SealedLedger) -> None:
    values = ledger.values()
    assert sorted(map(str, values.values())) == ["7", *["erased"] * 5]


def test_restored_keys_are_noticed_at_the_start_and_nothing_is_served(
    databases: Databases,
) -> None:
    erase_whole(databases)
    restored = databases.restored(keys=True)
    service = restored.serving()
    with pytest.raises(KeysRestored) as refused:
        service.open()
    assert refused.value.code == "keys_restored"
    assert "1 keys of erased children are there again" in str(refused.value)
    assert "c1" not in str(refused.value)
    with restored.ledger() as ledger:
        assert ledger.key("c1").wrapped is not None, "whoever refuses changes nothing"


def test_restored_keys_are_destroyed_again_by_the_command_that_the_refusal_names(
    databases: Databases, tmp_path: Path
) -> None:
    erase_whole(databases)
    restored = databases.restored(keys=True)
    environment = {
        **os.environ,
        "DATABASE_URL": restored.dsns[0],
        "OUTCOMES_LEDGER_KEYS_URL": restored.dsns[1],
        "OUTCOMES_LEDGER_MASTER_KEY": text_of(bytes(range(32))),
    }

    def typed(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *words, "--data", str(tmp_path)],
            env=environment, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    served = typed("serve", "--port", "0")
    assert served.returncode == 1
    assert "`outcomes-ledger privacy forget-again` destroys them" in served.stderr
    assert "Traceback" not in served.stderr
    forgotten = typed("privacy", "forget-again")
    assert forgotten.returncode == 0, forgotten.stderr
    assert "1 keys of erased children are destroyed again" in forgotten.stdout
    with restored.serving() as service:
        assert audited(service).sound
    with restored.ledger() as ledger:
        must_read_erased(ledger)


@pytest.mark.parametrize("reached", ["the event", "the tombstone", "the note"])
def test_an_erasure_that_was_broken_off_is_finished_by_the_next_start(
    databases: Databases, reached: str
) -> None:
    with databases.ledger() as ledger:
        ledger.erase("c1")
        if reached != "the event":
            ledger.store.destroy("wlz", "c1", ("values", "identity"))
    if reached == "the note":
        databases.serving().open().close()
    with databases.serving() as service:
        assert service.sealing.erasing.finish() == 0
        assert service.sealing.erasing.came_back() == []
        report = audited(service)
        assert (faults(report), report.erased) == ([], 1)
        answer = ask(service.writer("wlz"), request(interaction("c1")))
        assert codes(answer) == ["child_erased"]
    with databases.ledger() as ledger:
        must_read_erased(ledger)
        assert ledger.store.find("wlz", "identity")["c1"].wrapped is None


def test_an_erasure_that_another_process_broke_off_is_finished_by_a_running_service(
    databases: Databases,
) -> None:
    with databases.serving() as service:
        with databases.ledger() as dying:
            dying.erase("c1")
            assert dying.values()[dying.places()[0]] == 6, "its keys are still there"
        assert service.sealing.erasing.finish() == 1
        with databases.ledger() as ledger:
            must_read_erased(ledger)


def test_a_log_restored_from_before_an_erasure_does_not_bring_the_values_back(
    databases: Databases,
) -> None:
    erase_whole(databases)
    restored = databases.restored(log=True)
    with restored.serving() as service:
        writer = service.writer("wlz")
        late = (interaction("c1"), measured("c1", 3), enrolled("c1"))
        for sent in late:
            assert codes(ask(writer, request(sent))) == ["child_erased"]
        assert ask(writer, request(interaction("c2"))).outcome == "done"
        report = audited(service)
        assert [finding.code for finding in faults(report)] == ["erasure_missing"]
        assert not report.sound
        with restored.ledger() as ledger:
            must_read_erased(ledger)
        for actor in ("one-admin", "another-admin"):
            assert ask(writer, AppendRequest(actor, (erasure("c1"),))).outcome == "done"
        service.sealing.erasing.finish()
        report = audited(service)
        assert (faults(report), report.erased, report.clean) == ([], 1, False)


def test_a_log_restored_from_before_a_child_came_takes_it_in_no_more(
    databases: Databases,
) -> None:
    with databases.ledger() as ledger:
        ledger.say(enrolled("c4"), measured("c4", 2))
        ledger.erase("c4")
    databases.serving().open().close()
    with databases.restored(log=True).serving() as service:
        writer = service.writer("wlz")
        assert codes(ask(writer, request(enrolled("c4")))) == ["child_erased"]
        assert ask(writer, request(measured("c2", 2))).outcome == "done"


def test_keys_restored_from_before_a_child_came_get_the_tombstone_they_lack(
    databases: Databases,
) -> None:
    with databases.ledger() as ledger:
        ledger.say(enrolled("c4"), measured("c4", 2))
        ledger.erase("c4")
    databases.serving().open().close()
    restored = databases.restored(keys=True)
    with restored.serving() as service:
        report = audited(service)
        assert (faults(report), report.erased, report.sealed) == ([], 1, 0)
        assert codes(ask(service.writer("wlz"), request(interaction("c4")))) == ["child_erased"]
    with restored.ledger() as ledger:
        assert ledger.key("c4").wrapped is None


def test_keys_restored_from_before_a_child_came_are_found_missing_for_who_was_not_erased(
    databases: Databases,
) -> None:
    with databases.ledger() as ledger:
        ledger.say(enrolled("c4"), measured("c4", 2))
    with databases.restored(keys=True).serving() as service:
        report = audited(service)
        assert [finding.code for finding in faults(report)] == ["child_key_missing"]
        assert (report.erased, report.sealed) == (0, 1)


def test_where_log_and_keys_are_restored_together_nothing_remembers_the_erasure(
    databases: Databases,
) -> None:
    """A limit, not a wish: decision 0019 tells the operator to keep a list of erasures apart."""
    erase_whole(databases)
    restored = databases.restored(log=True, keys=True)
    with restored.serving() as service:
        assert audited(service).clean
    with restored.ledger() as ledger:
        assert ledger.values()[ledger.places()[0]] == 6
