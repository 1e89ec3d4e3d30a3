"""Time stamps in a bundle: each is of its checkpoint's text, and who signed it is left open."""

import shutil
from random import Random

import pytest

from ledger.log.signing.time_stamp import moment_in, request_of
from projections.bundle.checker.notes import Broken, checkpoint_of
from projections.bundle.checker.stamps import signed_content, stamp_of
from projections.bundle.writing import Wanted, write_bundle
from tests.bundle.bundled import LEDGER, log_of, rehash, signed, typed, verdict, verifier_key
from tests.log.authority import Authority
from tests.properties.noise import history
from tests.properties.world import played


@pytest.fixture(scope="module")
def stamped(tmp_path_factory):
    """A bundle whose two checkpoints have two time stamps and one."""
    authority = Authority(tmp_path_factory.mktemp("authority") / "here", "An authority")
    log = log_of(played(history(Random(7))).events)
    version = log.head(LEDGER).version
    made = signed(log, [5, version])
    notes = []
    for number, note in zip((2, 1), made.checkpoints, strict=True):
        request = request_of(checkpoint_of(note.text).note.text)
        stamps = tuple(authority.answer(request) for _ in range(number))
        notes.append(note._replace(stamps=stamps))
    folder = tmp_path_factory.mktemp("stamped") / "wlz"
    given = made.__class__(made.keys, notes)
    write_bundle(log, Wanted(LEDGER, version), folder, given, program="test")
    return folder


@pytest.fixture
def copy(stamped, tmp_path):
    return shutil.copytree(stamped, tmp_path / "copy")


def test_stamps_are_of_their_checkpoints_and_their_signatures_are_left_open(stamped):
    said = verdict(stamped)
    assert (said.code, said.faults) == (3, [])
    assert said.document["checked"]["time stamps, of their checkpoints' texts"] == 3
    (what,) = said.document["unverified"]
    assert "signatures of time stamps" in what
    assert [stamp["size"] for stamp in said.document["time_stamps"]][:2] == [5, 5]


def test_the_one_file_reads_them_with_its_standard_library(stamped):
    told = typed(stamped, "--key", verifier_key())
    assert (told.code, told.errors) == (3, "")
    assert told.document == verdict(stamped).document


def test_the_moment_is_the_one_that_the_authority_states(stamped):
    for path in sorted((stamped / "timestamps").iterdir()):
        note = checkpoint_of((stamped / f"checkpoints/{path.name[:12]}.txt").read_text())
        moment = moment_in(path.read_bytes(), note.note.text)
        assert stamp_of(path.read_bytes()).moment.removesuffix("Z") in moment.isoformat()


def test_stamps_that_were_exchanged_are_found(copy):
    first, *_, last = sorted((copy / "timestamps").iterdir())
    one, other = first.read_bytes(), last.read_bytes()
    first.write_bytes(other)
    last.write_bytes(one)
    rehash(copy)
    said = verdict(copy)
    assert said.code == 1
    assert {fault["file"] for fault in said.faults} == {
        f"timestamps/{path.name}" for path in (first, last)
    }
    assert all("of another text" in fault["what"] for fault in said.faults)


@pytest.mark.parametrize("seed", range(30))
def test_no_bit_of_what_a_stamp_says_is_changed_unseen(seed, copy):
    """Its text, its moment: whatever the authority signed over."""
    chance = Random(seed)
    path = chance.choice(sorted((copy / "timestamps").iterdir()))
    content = bytearray(path.read_bytes())
    signed_over = signed_content(bytes(content))
    start = content.index(signed_over)
    content[start + chance.randrange(len(signed_over))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    rehash(copy)
    said = verdict(copy)
    assert said.code == 1
    assert said.faults[0]["file"] == f"timestamps/{path.name}"


def test_a_stamp_that_is_cut_off_nowhere_makes_the_program_stumble(stamped):
    whole = next((stamped / "timestamps").iterdir()).read_bytes()
    for end in range(0, len(whole), 7):
        with pytest.raises(Broken):
            stamp_of(whole[:end])


@pytest.mark.parametrize(
    "response",
    ["30053003020102", "3005300302010230", "1f00", "30", "3085ffffffffff", "3080", "300c",
     "300a3003020100300306012a"],
)  # fmt: skip
def test_what_is_no_stamp_is_said_to_be_none(response):
    with pytest.raises(Broken):
        stamp_of(bytes.fromhex(response))


def test_a_stamp_that_is_gone_or_too_many_is_found(copy):
    first = min((copy / "timestamps").iterdir())
    first.rename(first.with_name("000000000009.1.tsr"))
    said = verdict(copy)
    assert said.code == 1
    assert any("no checkpoint that it could be of" in fault["what"] for fault in said.faults)
    min((copy / "timestamps").iterdir()).unlink()
    assert any("3" in fault["what"] for fault in verdict(copy).faults)


def test_a_stamp_of_no_checkpoint_by_its_name_is_found(copy):
    first = min((copy / "timestamps").iterdir())
    shutil.copy(first, first.with_name("5.tsr"))
    faults = verdict(copy).faults
    assert ("timestamps/5.tsr", "this is no name of a time stamp") in {
        (fault["file"], fault["what"]) for fault in faults
    }
