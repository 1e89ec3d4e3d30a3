"""`audit verify-proof --witness-key`: a proof below which a witness is missing, checked offline."""

import sys
from pathlib import Path

import pytest

from api.cli import main
from ledger.log.notes.checkpoint import Checkpoint
from ledger.log.notes.note import COSIGNATURE, Note, Signature, VerifierKey
from ledger.log.notes.proof_file import ProofFile
from ledger.log.signing.signer import Signer
from ledger.log.tree import leaf_hash
from tests.cli.conftest import Told

LOG = Signer(bytes([1]) * 32)
WITNESS = Signer(bytes([2]) * 32)
ORIGIN = "ledger.example/wlz"
KEY = WITNESS.key("funder.example", COSIGNATURE)
EVENT = b'{"type":"ledger.opened.v1"}'
TEXT = Checkpoint(ORIGIN, 1, leaf_hash(EVENT)).text
MISSING = (
    f"outcomes-ledger: not proved: funder.example+{KEY.id.hex()} has not cosigned the checkpoint "
    "of size 1; the log's signature and the hashes are right. Ask for a checkpoint that it has "
    "cosigned: `audit prove 1 --size N`\n"
)


@pytest.fixture
def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Check the proof of a log of one event, its checkpoint signed by the log and by others."""

    def check(*cosignatures: Signature, key: VerifierKey = KEY) -> Told:
        note = Note(TEXT, (LOG.signed(ORIGIN, TEXT), *cosignatures))
        file = tmp_path / "wlz-1.tlog-proof"
        file.write_text(str(ProofFile(0, (), str(note))), encoding="utf-8")
        file.with_suffix(".event").write_bytes(EVENT)
        words = ("--verifier-key", str(LOG.key(ORIGIN)), "--witness-key", str(key))
        typed = ["outcomes-ledger", "audit", "verify-proof", str(file), *words]
        monkeypatch.setattr(sys, "argv", typed)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Told(int(ended.value.code or 0), said.out, said.err)

    return check


def test_a_witness_that_has_not_cosigned_is_named_and_the_rest_is_said_to_hold(checked):
    assert checked() == Told(1, "", MISSING)
    other = Signer(bytes([3]) * 32).cosigned("other.example", TEXT, 1_700_000_000)
    assert checked(other) == Told(1, "", MISSING)


def test_another_key_of_the_same_name_is_not_that_of_the_witness(checked):
    other = Signer(bytes([3]) * 32).cosigned("funder.example", TEXT, 1_700_000_000)
    assert checked(other) == Told(1, "", MISSING)


def test_a_cosignature_of_another_text_is_wrong_and_not_missing(checked):
    line = WITNESS.cosigned("funder.example", TEXT.replace("wlz", "xyz"), 1_700_000_000)
    told = checked(line)
    assert (told.code, "signature of funder.example does not fit the text" in told.err) == (1, True)


def test_a_witness_that_has_cosigned_is_said(checked):
    told = checked(WITNESS.cosigned("funder.example", TEXT, 1_700_000_000))
    assert (told.code, told.err, "cosigned by funder.example" in told.out) == (0, "", True)
