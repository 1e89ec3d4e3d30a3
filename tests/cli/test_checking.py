"""`audit check`: words and JSON, what was brought, exit codes; it fails where `verify` warns."""

import json
import sys

import psycopg
import pytest
import structlog
from psycopg_pool import ConnectionPool

from api.cli import main
from ledger.log.signing.kept import KeptCheckpoints
from projections.audit.finding_codes import CODES
from projections.runner import Runner
from tests.audit.recorded import LEDGER, OTHER, STRANGER, recorded
from tests.cli.conftest import Told


@pytest.fixture
def checked(dsn, tmp_path, monkeypatch, capsys):
    """Check one of two ledgers as an auditor types it; what the auditor kept is in the folder."""
    made = recorded(dsn)
    for ledger in (LEDGER, OTHER):
        Runner(dsn).catch_up(ledger)
    with ConnectionPool(dsn, min_size=1, open=True) as pool:
        kept = KeptCheckpoints(pool)
        note = kept.note(LEDGER, made.brought.checkpoint.origin, kept.latest(LEDGER))
    (tmp_path / "checkpoint").write_text(str(note), encoding="utf-8")
    (tmp_path / "log.key").write_text(f"{made.brought.keys[0]}\n", encoding="utf-8")
    (tmp_path / "eve.key").write_text(str(STRANGER.key("ledger.example/wlz")), encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL", dsn)
    monkeypatch.chdir(tmp_path)

    def typed(*words, ledger=OTHER, command=("audit", "check")):
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["outcomes-ledger", *command, "--ledger", ledger, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Told(int(ended.value.code or 0), said.out, said.err)

    yield typed
    # A command that runs in this process leaves logging quiet for every test behind it.
    structlog.reset_defaults()


def spoil(dsn, statement):
    with psycopg.connect(dsn) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(statement)


BROUGHT = ("--verifier-key", "log.key", "--checkpoint", "checkpoint")


def test_the_answer_says_what_was_checked_and_what_was_not(checked):
    told = checked("--json")
    said = json.loads(told.out)
    assert list(said) == [
        "ledger", "version", "root", "outcome", "sound", "checked", "unchecked", "beyond",
        "findings",
    ]  # fmt: skip
    assert said["sound"]
    assert said["ledger"] == OTHER
    assert (said["outcome"], said["findings"]) == ("not_all_checkable", [])
    assert told.code == 3
    assert len(said["unchecked"]) == 2
    words = checked()
    assert (words.code, words.err) == (3, "")
    assert "but not everything could be checked" in words.out
    assert said["checked"]["idempotency keys"] > 10


def test_what_no_audit_can_tell_is_said_in_other_words_than_what_was_not_checked(checked):
    """What exit code 3 is for stands apart from what a clean check says as well."""
    said = json.loads(checked("--json").out)
    for command in (("audit", "check"), ("verify",)):
        words = " ".join(checked(command=command).out.split())
        assert words.count("Not checked: ") == len(said["unchecked"]) == 2
        assert words.count("Beyond any audit: ") == len(said["beyond"]) > 2
        assert all(f"Not checked: {unchecked}" in words for unchecked in said["unchecked"])
        assert all(f"Beyond any audit: {never}" in words for never in said["beyond"])


def test_remarks_fail_the_checker_and_not_verify(checked):
    said = json.loads(checked("--json", *BROUGHT, ledger=LEDGER).out)
    assert {finding["kind"] for finding in said["findings"]} <= {"remark"}
    assert said["unchecked"] == []
    words = checked(*BROUGHT, ledger=LEDGER)
    assert words.code == bool(said["findings"]) == (said["outcome"] != "clean")
    verified = checked(ledger=LEDGER, command=("verify",))
    assert verified.code == 0
    assert verified.out.count("remark") == len(said["findings"])
    assert f"`{LEDGER}` is whole up to version" in verified.out


def test_a_fault_ends_in_one_and_its_code_is_in_the_table(dsn, checked):
    spoil(dsn, "update ledger.heads set root = sha256('x') where ledger = 'other'")
    told = checked("--json")
    assert told.code == 1
    found = json.loads(told.out)
    assert (found["outcome"], found["sound"]) == ("findings", False)
    (fault,) = [finding for finding in found["findings"] if finding["kind"] == "fault"]
    assert (fault["code"], fault["version"]) == ("root_differs", found["version"])
    assert {finding["code"] for finding in found["findings"]} <= CODES.keys()
    words = checked()
    assert words.code == 1
    assert "root_differs" in words.out
    assert "findings in `other`" in words.err


def test_a_ledger_without_its_own_rows_is_audited_and_one_of_which_nothing_is_left_is_none(
    dsn, checked
):
    spoil(dsn, "delete from ledger.heads; delete from ledger.ledgers")
    told = checked("--json")
    assert told.code == 1
    found = json.loads(told.out)
    assert {"head_missing", "terms_missing"} <= {one["code"] for one in found["findings"]}
    assert found["checked"]["events"] == found["version"] > 0
    assert checked(command=("verify",)).code == 1
    nothing = checked("--json", ledger="nowhere")
    assert (nothing.code, nothing.out) == (1, "")
    assert "there is no ledger `nowhere`" in nothing.err


def test_a_checkpoint_that_was_kept_is_compared_with_the_log(dsn, checked):
    spoil(
        dsn,
        "delete from ledger.checkpoint_signatures; delete from ledger.checkpoints;"
        " delete from ledger.events where originator_version > 200",
    )
    found = json.loads(checked("--json", *BROUGHT, ledger=LEDGER).out)
    assert "brought_checkpoint_differs" in {finding["code"] for finding in found["findings"]}
    unsigned = json.loads(checked("--json", "--checkpoint", "checkpoint", ledger=LEDGER).out)
    assert "brought_checkpoint_differs" in {finding["code"] for finding in unsigned["findings"]}


@pytest.mark.parametrize(
    "words",
    [
        ("--verifier-key", "eve.key", "--checkpoint", "checkpoint"),
        ("--checkpoint", "log.key"),
        ("--verifier-key", "nonsense"),
        ("--checkpoint", "not-there"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_used_is_said_before_anything_is_checked(checked, words):
    told = checked(*words, ledger=LEDGER)
    assert (told.code, told.out) == (2, "")


def test_a_key_that_signs_nothing_of_the_log_is_a_finding(checked):
    told = checked("--json", "--verifier-key", str(STRANGER.key("x")), ledger=LEDGER)
    codes = {finding["code"] for finding in json.loads(told.out)["findings"]}
    assert codes >= {"log_key_unknown"}
