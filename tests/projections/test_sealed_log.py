"""The audit finds whatever of the tree is not what the stored bytes give."""

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import COSIGNATURE, Note
from ledger.log.ports import LedgerTerms
from ledger.log.postgres import PostgresLog
from ledger.log.signing.kept import KeptCheckpoints
from ledger.log.signing.notary import Notary
from ledger.log.signing.signer import Signer
from projections.audit.verify import verify
from tests.projections import given
from tests.projections.decided import DecidedHistory
from tests.projections.history import LEDGER

LOG, NEXT, FUNDER = (Signer(bytes([number]) * 32) for number in (1, 2, 3))
ORIGIN = f"ledger.example/{LEDGER}"
WITNESS = FUNDER.key("funder.example", COSIGNATURE)


@pytest.fixture
def signed(dsn: str) -> str:
    """More than 512 events, three checkpoints under two keys, and a cosignature."""
    history = DecidedHistory()
    given.terms(history)
    for number in range(4):
        given.enrol(history, f"c{number}")
        given.meet(history, f"c{number}", "2019-10-01", times=60)
    history.store(dsn)
    with ConnectionPool(dsn, min_size=1, open=True) as pool:
        log, kept = PostgresLog(dsn), KeptCheckpoints(pool)
        Notary(log, kept, (LOG,), "ledger.example").checkpoint(LEDGER)
        for number in range(4, 9):
            given.enrol(history, f"c{number}")
            given.meet(history, f"c{number}", "2019-10-01", times=60)
        history.store(dsn)
        note = Notary(log, kept, (NEXT, LOG), "ledger.example").checkpoint(LEDGER)
        given.enrol(history, "late")
        history.store(dsn)
        kept.retire_key(LEDGER, LOG.key(ORIGIN), "the-admin")
        Notary(log, kept, (NEXT,), "ledger.example").checkpoint(LEDGER)
        kept.take_key(LEDGER, WITNESS, "the-admin")
        kept.cosign(LEDGER, size_of(note), FUNDER.cosigned(WITNESS.name, note.text, 1_700_000_000))
        log.close()
    return dsn


def size_of(note: Note) -> int:
    return Checkpoint.from_text(note.text).size


def test_what_was_kept_and_signed_is_clean(signed: str) -> None:
    report = verify(signed, LEDGER)
    assert report.findings == []
    checked = {name: report.checked[name] for name in ("nodes", "checkpoints", "cosignatures")}
    assert checked == {"nodes": report.version // 256, "checkpoints": 3, "cosignatures": 1}
    assert report.checked["signatures"] == 4


def test_that_nothing_was_signed_is_said(dsn: str) -> None:
    history = DecidedHistory()
    given.terms(history)
    history.store(dsn)
    report = verify(dsn, LEDGER)
    assert "checkpoints: none was ever kept" in report.unchecked
    with ConnectionPool(dsn, min_size=1, open=True) as pool:
        kept = KeptCheckpoints(pool)
        log = PostgresLog(dsn)
        log.create(LedgerTerms("empty", "Another zone", "GBP", "Europe/London"))
        Notary(log, kept, (LOG,), "ledger.example").checkpoint("empty")
        log.close()
    report = verify(dsn, "empty")
    assert (report.findings, report.checked["checkpoints"]) == ([], 1)


MEANT = {
    "last": "size = (select max(size) from ledger.checkpoints)",
    "first": "size = (select min(size) from ledger.checkpoints)",
    "first key": "number = (select min(number) from ledger.verifier_keys)",
    "other byte": "content = overlay(content placing '\\x00'::bytea from 20)",
}
DAMAGE = {
    "update ledger.tree_nodes set hash = sha256('x') where place = 1": {"node_differs"},
    "delete from ledger.tree_nodes where place = 1": {"node_missing"},
    "insert into ledger.tree_nodes values ('wlz', 8, 99, sha256('x'))": {"node_without_events"},
    "update ledger.tree_nodes set place = place + 1 where place = 1": {
        "node_missing",
        "node_without_events",
    },
    "update ledger.checkpoints set root = sha256('x') where <last>": {
        "checkpoint_differs",
        "signature_wrong",
        "checkpoint_unsigned",
    },
    "update ledger.checkpoints set size = size + 1 where <last>": {"checkpoint_beyond_log"},
    "update ledger.checkpoints set size = size - 1 where <last>": {
        "checkpoint_differs",
        "checkpoint_unsigned",
    },
    "delete from ledger.checkpoint_signatures where <last>": {"checkpoint_unsigned"},
    "update ledger.checkpoint_signatures set <other byte> where kind = 4": {"signature_wrong"},
    "update ledger.checkpoint_signatures set <other byte> where kind = 1 and <first>": {
        "signature_wrong",
        "checkpoint_unsigned",
    },
    "update ledger.origins set origin = 'another.example'": {
        "verifier_key_misattributed",
        "signature_wrong",
        "checkpoint_unsigned",
    },
    "delete from ledger.verifier_keys where kind = 4": {"signature_wrong"},
    "update ledger.verifier_keys set public_key = sha256('x') where <first key>": {
        "signature_wrong",
        "checkpoint_unsigned",
    },
    "update ledger.retired_verifier_keys set to_version = 1": {
        "signed_out_of_time",
        "verifier_key_misdated",
        "checkpoint_unsigned",
    },
}


@pytest.mark.parametrize("statement", DAMAGE)
def test_what_is_not_what_the_bytes_give_is_found(signed: str, statement: str) -> None:
    statement_meant = statement
    with psycopg.connect(signed) as owner:
        owner.execute("set session_replication_role = replica")
        for name, meant in MEANT.items():
            statement_meant = statement_meant.replace(f"<{name}>", meant)
        owner.execute(statement_meant)
    found = {finding.code for finding in verify(signed, LEDGER).findings}
    assert found == DAMAGE[statement]
