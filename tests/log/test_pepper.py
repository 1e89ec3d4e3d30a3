"""References from a source system's numbers: the same under one pepper, nothing without it."""

import base64
import hashlib
import hmac
import stat
import threading
from pathlib import Path
from random import Random

import pytest

from ledger.events.references import looks_personal
from ledger.log.pepper import (
    PEPPER,
    PEPPER_FILE,
    NumberUnusable,
    Pepper,
    PepperUnreadable,
    pepper_of,
    reference_of,
)

KNOWN = Pepper(bytes(range(32)))
NUMBER = "A123456789012"


def test_a_reference_is_what_anybody_with_the_pepper_can_work_out():
    message = b"\x00\x00\x00\x05arbor" + b"\x00\x00\x00\x0d" + b"a123456789012"
    bits = int.from_bytes(hmac.digest(KNOWN.secret, message, hashlib.sha256), "big") >> 126
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    expected = "".join(alphabet[bits >> shift & 31] for shift in range(125, -1, -5))
    assert reference_of(KNOWN, "arbor", NUMBER) == f"r{expected}"


def test_a_reference_never_changes():
    """A changed one would make every child a stranger: these stand for ever."""
    assert reference_of(KNOWN, "arbor", "1") == "rcpnoo6taiwo6ewz4h4phy6qkub"
    assert reference_of(KNOWN, "sims", NUMBER) == "r6zqkvmqc6mu6g725regrfizudd"


def test_one_number_has_one_reference_however_it_is_written():
    written = (
        NUMBER,
        "a123456789012",
        " A1234 5678 9012\r\n",
        "\ufeffA123456789012",
        "\uff21123456789012",
    )
    assert len({reference_of(KNOWN, "arbor", number) for number in written}) == 1
    assert reference_of(KNOWN, " Arbor ", NUMBER) == reference_of(KNOWN, "arbor", NUMBER)


def test_other_numbers_sources_and_peppers_have_other_references():
    made = {
        reference_of(Pepper(bytes([pepper]) * 32), source, number)
        for pepper in range(3)
        for source in ("arbor", "arbor1", "sims")
        for number in ("1", "11", "01", "1-1", "1.1")
    }
    assert len(made) == 3 * 3 * 5


def test_a_reference_looks_like_no_personal_data():
    chance = Random(20240902)
    for _ in range(5_000):
        made = reference_of(KNOWN, "arbor", f"A{chance.randrange(10**12):012}")
        assert len(made) == 27
        assert looks_personal(made) is None


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("arbor", ""), ("arbor", " \ufeff"), ("arbor", "7" * 101), ("arbor", "Forename\0"),
        ("arbor", "Forename\ud800"), ("", "1"), ("Forename Arbor", "1"), ("a" * 41, "1"),
    ],
)  # fmt: skip
def test_what_no_reference_can_be_made_of_is_refused_without_a_quote(source, number):
    with pytest.raises(NumberUnusable) as refused:
        reference_of(KNOWN, source, number)
    assert "Forename" not in str(refused.value)
    assert "77" not in str(refused.value)


def test_a_pepper_is_made_once_and_only_its_owner_reads_it(tmp_path: Path):
    folder = tmp_path / "new" / "data"
    first = pepper_of(folder, {})
    again = pepper_of(folder, {})
    assert first.made_in == (folder / PEPPER_FILE).resolve()
    assert again == Pepper(first.secret)
    assert len(first.secret) == 32
    assert [path.name for path in folder.iterdir()] == [PEPPER_FILE]
    assert stat.S_IMODE((folder / PEPPER_FILE).stat().st_mode) == 0o600
    assert pepper_of(tmp_path / "other", {}).secret != first.secret


def test_two_that_begin_together_share_one_pepper(tmp_path: Path):
    found: list[bytes] = []
    together = threading.Barrier(8)

    def begin() -> None:
        together.wait()
        found.append(pepper_of(tmp_path, {}).secret)

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in tmp_path.iterdir()] == [PEPPER_FILE]


def test_the_pepper_of_the_environment_goes_before_the_file_and_makes_none(tmp_path: Path):
    given = base64.b64encode(KNOWN.secret).decode()
    assert pepper_of(tmp_path, {PEPPER: given}) == KNOWN
    assert list(tmp_path.iterdir()) == []
    pepper_of(tmp_path, {PEPPER: ""})
    assert pepper_of(tmp_path, {PEPPER: given}) == KNOWN


@pytest.mark.parametrize(
    "kept", ["", "abc", "A" * 43, "\u00e9" * 44, base64.b64encode(b"x" * 31).decode()]
)
def test_what_is_no_pepper_is_refused_and_left_as_it_is(tmp_path: Path, kept: str):
    path = tmp_path / PEPPER_FILE
    path.write_text(kept, encoding="utf-8")
    with pytest.raises(PepperUnreadable) as refused:
        pepper_of(tmp_path, {})
    assert path.read_text(encoding="utf-8") == kept
    assert not kept or kept not in str(refused.value)
    if kept:
        with pytest.raises(PepperUnreadable, match=PEPPER):
            pepper_of(tmp_path / "unmade", {PEPPER: kept})


def test_a_pepper_is_not_in_what_is_printed_of_it():
    assert str(KNOWN.secret) not in repr(KNOWN)
    assert "secret" not in repr(KNOWN)
