"""A bundle from the command line: written once, checked by its own program, also as an archive."""

import json
import subprocess
import sys

import pytest

from api.cli.bundling import version_of
from api.cli.saying import Trouble
from ledger.log.memory import MemoryLog
from ledger.log.ports import LedgerTerms


def checked(bundle, *more):
    """What `verify.py` of a bundle says of it, as its own process."""
    told = subprocess.run(
        [sys.executable, "-I", str(bundle / "verify.py"), "--json", *more],
        capture_output=True,
        check=False,
        timeout=300,
    )
    return told.returncode, json.loads(told.stdout)


def test_a_bundle_is_written_once_and_checked_by_its_own_program(demonstration, type_in, tmp_path):
    bundle = tmp_path / "bundle"
    asked = ("audit", "bundle", "--out", str(bundle), "--known-at", "9342")
    told = type_in(*asked, "--json", folder=demonstration.folder)
    assert told.code == 0, told.err
    made = json.loads(told.out)
    assert (made["version"], made["events"], made["children"] > 100) == (9342, 9342, True)
    again = type_in(*asked, folder=demonstration.folder)
    assert (again.code, "is there already" in again.err) == (2, True)
    [key, *_] = (bundle / "keys" / "verifier_keys.txt").read_text(encoding="utf-8").splitlines()
    code, said = checked(bundle, "--key", key)
    assert (code, said["faults"]) == (3, [])
    events = bundle / "events" / "events.b64"
    lines = events.read_bytes().splitlines(keepends=True)
    events.write_bytes(b"".join(lines[:-1]))
    code, said = checked(bundle, "--key", key)
    assert code == 1
    assert any(fault["file"].startswith(("events", "manifest")) for fault in said["faults"])


@pytest.mark.parametrize("known_at", ["0", "2001-01-01T00:00:00Z"])
def test_a_bundle_of_no_event_is_refused(demonstration, type_in, tmp_path, known_at):
    asked = ("audit", "bundle", "--out", str(tmp_path / "none"), "--known-at", known_at)
    told = type_in(*asked, folder=demonstration.folder)
    assert told.code == 2
    assert f"has no event at {known_at}: there is nothing to bundle" in told.err
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_without_events_makes_no_bundle():
    log = MemoryLog()
    log.create(LedgerTerms("new", "New", "GBP", "Europe/London"))
    with pytest.raises(Trouble, match="`new` has no event: there is nothing to bundle"):
        version_of(log, "new", None)


@pytest.mark.parametrize("written", ["20241001T000000Z", "2024-10-01 00:00:00Z", "2024-W40-2T00Z"])
def test_a_moment_is_written_as_the_doors_take_it(written):
    log = MemoryLog()
    log.create(LedgerTerms("new", "New", "GBP", "Europe/London"))
    with pytest.raises(Trouble, match="a version, or a moment such as 2024-10-01T00:00:00Z"):
        version_of(log, "new", written)
    with pytest.raises(Trouble, match="`new` has no event at 2024-10-01t00:00:00z"):
        version_of(log, "new", "2024-10-01t00:00:00z")


def test_keys_for_an_audit_are_written_for_their_owner_alone(demonstration, type_in, tmp_path):
    keys = tmp_path / "audit.keys"
    asked = ("--out", str(tmp_path / "b.zip"), "--known-at", "3000", "--with-keys", str(keys))
    told = type_in("audit", "bundle", *asked, folder=demonstration.folder)
    assert told.code == 0, told.err
    assert "delete it when the audit is over" in told.err
    assert keys.stat().st_mode & 0o077 == 0
    assert (tmp_path / "b.zip").stat().st_size > 10_000


@pytest.mark.parametrize("name", ["b", "b.zip"])
def test_what_a_killed_bundle_left_is_named(demonstration, type_in, tmp_path, name):
    asked = ("audit", "bundle", "--out", str(tmp_path / name), "--known-at", "20")
    left = tmp_path / f"{name}.unfinished"
    left.mkdir()
    (tmp_path / f"{name}.unfinished-zip").write_bytes(b"PK")
    told = type_in(*asked, folder=demonstration.folder)
    assert (told.code, f"{left} is there" in told.err) == (1, True)
    assert (left.exists(), (tmp_path / name).exists()) == (True, False)
    left.rmdir()
    assert type_in(*asked, folder=demonstration.folder).code == 0
    assert (tmp_path / name).exists()


@pytest.mark.parametrize(
    "known_at",
    [
        "2024-10-01T00:00:00",
        "2024-10-01",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T00:00:00Z",
        "\N{ARABIC-INDIC DIGIT ONE}",
        "-1",
        "9" * 18,
    ],
)
def test_a_bundle_as_known_at_no_moment_of_the_ledger_is_refused(
    demonstration, type_in, tmp_path, known_at
):
    asked = ("--out", str(tmp_path / "b"), f"--known-at={known_at}")
    told = type_in("audit", "bundle", *asked, folder=demonstration.folder)
    assert (told.code, told.err.count("\n"), "Error" in told.err) == (2, 1, False)
    assert not (tmp_path / "b").exists()


def test_a_bundle_of_a_contract_that_is_not_there_is_refused(demonstration, type_in, tmp_path):
    asked = ("audit", "bundle", "--known-at", "100", "--out", str(tmp_path / "b"))
    told = type_in(*asked, "--contract", "typo", folder=demonstration.folder)
    assert (told.code, "`wlz` has no contract `typo` up to version 100" in told.err) == (1, True)
    assert list(tmp_path.iterdir()) == []
    assert type_in(*asked, "--contract", "lcf", folder=demonstration.folder).code == 0


@pytest.mark.parametrize("keys", ["b", "b/audit.keys", "x/../b/audit.keys"])
def test_keys_are_never_written_into_the_bundle(demonstration, type_in, tmp_path, keys):
    asked = ("--out", str(tmp_path / "b"), "--with-keys", str(tmp_path / keys))
    told = type_in("audit", "bundle", *asked, folder=demonstration.folder)
    assert (told.code, "the keys are no part of the bundle" in told.err) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_no_key_is_left_where_its_file_cannot_be(demonstration, type_in, tmp_path):
    (tmp_path / "keys").mkdir()
    asked = ("--out", str(tmp_path / "b"), "--with-keys", str(tmp_path / "keys"))
    told = type_in("audit", "bundle", *asked, "--known-at", "20", folder=demonstration.folder)
    assert (told.code, "keys cannot be written: Is a directory" in told.err) == (1, True)
    assert {path.name for path in tmp_path.iterdir()} == {"b", "keys"}
