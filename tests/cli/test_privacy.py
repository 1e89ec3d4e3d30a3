"""`privacy`: references are made on the way in and the numbers stay where they are."""

import base64
import subprocess

import pytest

from ledger.events.references import looks_personal
from ledger.log.pepper import PEPPER, Pepper, reference_of
from tests.cli.conftest import PROGRAM, environment

NUMBERS = "A123456789012\nB123456789012\nA123456789012\n"


def reference(type_in, folder, *words, given=None):
    return type_in("privacy", "reference", "--source", "arbor", *words, folder=folder, given=given)


def test_numbers_on_standard_input_become_references_line_by_line(type_in, tmp_path):
    told = reference(type_in, tmp_path, given=NUMBERS.encode())
    made = told.out.splitlines()
    assert told.code == 0
    assert made[0] == made[2] != made[1]
    assert [looks_personal(one) for one in made] == [None] * 3
    assert "123456789012" not in told.out + told.err
    assert "a new pepper is in" in told.err
    again = reference(type_in, tmp_path, "a123456789012", "B1234 56789 012")
    assert (again.out.splitlines(), again.err) == (made[:2], "")


def test_the_pepper_is_the_one_of_the_environment(tmp_path):
    secret = bytes(range(32))
    told = subprocess.run(
        [PROGRAM, "privacy", "reference", "--source", "arbor", "17"],
        cwd=tmp_path,
        env={**environment(), PEPPER: base64.b64encode(secret).decode()},
        capture_output=True,
        check=True,
    )
    assert told.stdout.decode().strip() == reference_of(Pepper(secret), "arbor", "17")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "given", "said"),
    [
        (("--source", "arbor"), b"17\n\n18\n", "line 2: a number has 1 to 100 characters"),
        (("--source", "arbor"), b"17\nF\xe9rename\n", "line 2: a number is text in UTF-8"),
        (("--source", "arbor", "17", ""), None, "number 2: a number has 1 to 100 characters"),
        (("--source", "ar bor", "17"), None, "a source system is named by"),
    ],
)
def test_what_is_no_number_is_named_by_its_place(type_in, tmp_path, words, given, said):
    told = type_in("privacy", "reference", *words, folder=tmp_path, given=given)
    assert told.code == 2
    assert said in told.err
    assert "rename" not in told.err


def test_a_damaged_pepper_is_said_and_no_other_is_made(type_in, tmp_path):
    (tmp_path / ".data").mkdir()
    kept = tmp_path / ".data" / "pepper.key"
    kept.write_text("half a pep", encoding="ascii")
    told = reference(type_in, tmp_path, "17")
    assert (told.code, told.out) == (2, "")
    assert "does not hold 32 bytes in base64" in told.err
    assert kept.read_text(encoding="ascii") == "half a pep"


def test_the_help_says_what_losing_the_pepper_means(type_in, tmp_path):
    told = type_in("privacy", "reference", "--help", folder=tmp_path)
    said = " ".join(told.out.split())
    assert "LOST, numbers can no longer be matched" in said
    assert "never in the database" in said


@pytest.mark.parametrize("command", ["rotate-master-key", "forget-again"])
def test_where_there_is_no_ledger_keys_are_left_alone(type_in, tmp_path, command):
    told = type_in("privacy", command, folder=tmp_path)
    assert (told.code, told.out) == (1, "")
    assert "there is no ledger in .data" in told.err
    assert list(tmp_path.iterdir()) == []


def test_keys_are_rotated_beside_a_running_service(demonstration, type_in):
    told = type_in("privacy", "rotate-master-key", folder=demonstration.folder)
    assert (told.code, told.err) == (0, "")
    assert "keys are wrapped anew, under the master key" in told.out
    again = type_in("privacy", "forget-again", folder=demonstration.folder)
    assert again.out == "0 keys of erased children are destroyed again.\n"
    shown = type_in("show", "child", "c-2019-0003", folder=demonstration.folder)
    assert "90.7" in shown.out  # a score, opened with a child's key
