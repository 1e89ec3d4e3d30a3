"""A bundle whose bytes are whole is taken; else it is refused, with the place of the fault."""

import json
from random import Random

import pytest

from projections.bundle.writing import Signed, SignedNote, Wanted, write_bundle
from tests.bundle.bundled import (
    LEDGER,
    STRANGER,
    bundled,
    checkpoint,
    log_of,
    noted,
    rehash,
    typed,
    verdict,
    verifier_key,
)
from tests.bundle.test_notes_and_trees import proof_between
from tests.properties.noise import history
from tests.properties.world import played


@pytest.fixture(scope="module")
def events():
    return played(history(Random(7), noisy=20)).events


@pytest.fixture(scope="module")
def bundle(events, tmp_path_factory):
    target = tmp_path_factory.mktemp("bundle") / "wlz"
    bundled(events, target)
    return target


@pytest.fixture
def copy(bundle, tmp_path):
    """A bundle that a test may damage."""
    target = tmp_path / "copy"
    target.mkdir()
    for path in bundle.rglob("*"):
        if path.is_file():
            (target / path.relative_to(bundle)).parent.mkdir(parents=True, exist_ok=True)
            (target / path.relative_to(bundle)).write_bytes(path.read_bytes())
    return target


def places(said):
    return {(fault["file"], fault["line"], fault["version"]) for fault in said.faults}


def test_a_whole_bundle_is_sound(bundle, events):
    said = verdict(bundle)
    assert said.faults == []
    assert said.code == 0
    assert said.document["checked"]["events"] == len(events)
    assert said.document["checked"]["checkpoints"] == 2
    assert said.document["checked"]["signatures"] == 3


def test_verify_py_says_the_same_alone_and_without_arguments(bundle, tmp_path):
    told = typed(bundle, "--key", verifier_key(), cwd=tmp_path)
    assert told.errors == ""
    assert told.code == 0
    assert told.document == verdict(bundle).document


def test_a_key_that_was_not_brought_is_said(bundle):
    said = verdict(bundle, key=False)
    assert said.code == 3
    assert any("not brought" in what for what in said.document["unverified"])


def test_an_archive_is_checked_as_a_folder_is(events, tmp_path):
    bundled(events, tmp_path / "wlz.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["wlz.zip"]
    assert verdict(tmp_path / "wlz.zip").code == 0


def test_a_checkpoint_of_another_key_is_refused(bundle):
    said = verdict(bundle, "--key", verifier_key(STRANGER), key=False)
    assert said.code == 1
    assert any("not signed by the key you know" in fault["what"] for fault in said.faults)


def test_an_older_checkpoint_that_was_kept_is_found_in_the_bundle(bundle, events, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(checkpoint(log_of(events), 5))
    said = verdict(bundle, "--checkpoint", str(kept))
    assert said.code == 0
    assert said.document["checked"]["checkpoints brought"] == 1


def test_a_log_that_was_rewritten_since_is_found_by_an_older_checkpoint(bundle, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(noted(5, b"x" * 32))
    said = verdict(bundle, "--checkpoint", str(kept))
    assert said.code == 1
    assert (str(kept), 0, 5) in places(said)


def test_a_newer_checkpoint_needs_a_proof_and_says_so(events, tmp_path):
    log = bundled(events, tmp_path / "wlz", upto=10)
    kept = tmp_path / "kept.txt"
    kept.write_text(checkpoint(log, log.head(LEDGER).version))
    said = verdict(tmp_path / "wlz", "--checkpoint", str(kept))
    assert said.code == 3
    (what,) = said.document["unverified"]
    assert "--consistency" in what


def test_a_newer_checkpoint_with_a_proof_is_the_same_log_gone_on(events, tmp_path):
    log = bundled(events, tmp_path / "wlz", upto=10)
    size = log.head(LEDGER).version
    leaves = [one.leaf_hash for part in log.read(LEDGER) for one in part]
    (tmp_path / "kept.txt").write_text(checkpoint(log, size))
    hashes = [one.hex() for one in proof_between(10, leaves)]
    (tmp_path / "proof.json").write_text(json.dumps({"hashes": hashes}))
    words = ("--checkpoint", str(tmp_path / "kept.txt"), "--consistency")
    assert verdict(tmp_path / "wlz", *words, str(tmp_path / "proof.json")).code == 0
    (tmp_path / "proof.json").write_text(json.dumps({"hashes": hashes[::-1]}))
    assert verdict(tmp_path / "wlz", *words, str(tmp_path / "proof.json")).code == 1


def test_an_older_key_of_the_log_is_said_and_the_last_must_be_the_one_that_is_known(
    events, tmp_path
):
    log = log_of(events)
    size = log.head(LEDGER).version
    old, new = checkpoint(log, 9, STRANGER), checkpoint(log, size)
    keys = (verifier_key(STRANGER), verifier_key())
    notes = [SignedNote(9, old), SignedNote(size, new)]
    write_bundle(log, Wanted(LEDGER, size), tmp_path / "wlz", Signed(keys, notes), program="test")
    said = verdict(tmp_path / "wlz")
    assert (said.code, said.faults) == (3, [])
    assert list(said.document["unverified"].values()) == [1]
    known = ("--key", verifier_key(STRANGER))
    assert verdict(tmp_path / "wlz", *known).code == 0
    assert verdict(tmp_path / "wlz", *known, key=False).code == 1


@pytest.mark.parametrize(
    "words", [("--checkpoint", "nothing.txt"), ("--key", "nonsense"), ("--key", "gone.pub")]
)
def test_what_cannot_be_understood_ends_in_2(bundle, words):
    said = verdict(bundle, *words)
    assert said.code == 2
    assert words[0] in said.errors
    assert words[1] in said.errors


def test_a_folder_without_a_bundle_is_a_fault(tmp_path):
    assert verdict(tmp_path).code == 1


def test_a_place_that_is_not_there_is_no_verdict_about_a_bundle(tmp_path):
    said = verdict(tmp_path / "nowhere")
    assert (said.code, said.document) == (2, {})
    assert "there is no such folder or archive" in said.errors


@pytest.mark.parametrize("line", [1, 4, -1])
def test_an_edited_event_is_found_at_its_line(copy, line):
    path = copy / "events/events.b64"
    lines = path.read_bytes().splitlines(keepends=True)
    number = line if line > 0 else len(lines)
    lines[number - 1] = lines[number - 2]
    path.write_bytes(b"".join(lines))
    rehash(copy)
    said = verdict(copy)
    assert said.code == 1
    assert ("events/events.b64", number, number) in places(said)


def test_a_bundle_that_was_cut_off_and_rehashed_is_found_by_its_checkpoint(copy):
    for name in ("events/events.b64", "events/leaf_hashes.txt"):
        lines = (copy / name).read_bytes().splitlines(keepends=True)
        (copy / name).write_bytes(b"".join(lines[:-3]))
    rehash(copy)
    said = verdict(copy)
    assert said.code == 1
    assert any("it was cut off" in fault["what"] for fault in said.faults)
