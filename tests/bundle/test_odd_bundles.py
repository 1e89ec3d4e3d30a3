"""A bundle that was made to trip the checker up is refused at its place, and never with a trace."""

import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from random import Random

import pytest

from projections.bundle.checker.findings import Findings
from projections.bundle.checker.main import said_for_a_person
from tests.bundle.bundled import (
    WITNESS,
    bundled,
    manifest_is,
    manifest_says,
    rehash,
    typed,
    verdict,
    verifier_key,
)
from tests.properties.noise import history
from tests.properties.world import played

WITNESS_KEY = ("--key", verifier_key(WITNESS, "funder.example/la", 4))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    target = tmp_path_factory.mktemp("bundle") / "wlz"
    bundled(played(history(Random(7), noisy=20)).events, target)
    return target


@pytest.fixture
def copy(bundle, tmp_path):
    """A bundle that a test may damage."""
    return shutil.copytree(bundle, tmp_path / "copy")


def in_the_database(copy, *statements):
    with closing(sqlite3.connect(copy / "audit.sqlite")) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    rehash(copy)


def refused_at(said):
    """The file of the first fault, of a bundle that is refused."""
    return said.faults[0]["file"] if said.code == 1 else None


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'"bundle": 1,', b'"bundle": 1, "root": "' + b"0" * 64 + b'",'),
        (b'"bundle": 1,', b'"bundle": 1, "more": ' + b"[" * 99_999 + b"]" * 99_999 + b","),
        (b"{", b"\xff\xfe{"),
        (b'"known_at": ', b'"contract": 5, "known_at": 1'),
        (b'"left_out": 0', b'"left_out": null'),
        (b'"currency"', b'"money"'),
    ],
)
def test_a_manifest_that_says_things_twice_or_in_another_shape_is_refused(copy, was, becomes):
    manifest_is(copy, (copy / "manifest.json").read_bytes().replace(was, becomes, 1))
    assert refused_at(verdict(copy)) == "manifest.json"


def test_what_cannot_be_printed_is_said_in_a_form_that_can(copy):
    odd = "\ud800\n\x1b[2JThe bundle is sound"
    manifest_says(copy, files={odd: {"bytes": 1, "sha256": "x"}})
    told = typed(copy, "--key", verifier_key())
    assert (told.code, told.errors) == (1, "")
    assert told.faults[0]["file"] == odd


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to(".")],
)
def test_what_is_no_ordinary_file_is_refused_unread(copy, make):
    make(copy / "checkpoints/odd.txt")
    assert refused_at(typed(copy, "--key", verifier_key())) == "checkpoints/odd.txt"


@pytest.mark.parametrize(
    "statements",
    [
        ["create table OC_Payments_Final as select * from OC_Payments"],
        ["create trigger later before insert on events begin select 1; end"],
        [
            "alter table OC_Payments rename to hidden",
            (
                "create view OC_Payments as with recursive numbers(number) as "
                "(select 1 union all select number + 1 from numbers) "
                "select hidden.* from hidden, numbers"
            ),
        ],
        ["update events set type = 'payment.reversed' where version = 1"],
        ["update events set stored = null where version = 1"],
        ["update events set leaf_hash = 'text' where version = 1"],
    ],
)
def test_a_database_that_holds_or_says_something_else_is_refused(copy, statements):
    in_the_database(copy, *statements)
    assert refused_at(typed(copy, "--key", verifier_key())) == "audit.sqlite"


@pytest.mark.parametrize("name", ["events/commits.csv", "tables/GL_Detail.csv"])
def test_a_giant_cell_is_refused_at_its_line(copy, name):
    with (copy / name).open("ab") as file:
        file.write(b"9" * 200_000 + b",1,2,3\n")
    rehash(copy)
    said = verdict(copy)
    assert said.code == 1
    assert any(f["file"] == name and f["line"] > 1 for f in said.faults)


@pytest.mark.parametrize("name", ["audit.sqlite", "events/events.b64"])
def test_a_damaged_archive_is_refused_at_the_file(bundle, tmp_path, name):
    path = tmp_path / "wlz.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(one for one in bundle.rglob("*") if one.is_file()):
            archive.write(file, file.relative_to(bundle))
        place = archive.getinfo(name).header_offset + 30 + len(name) + 200
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    assert refused_at(verdict(path)) == name


def test_an_event_left_out_of_a_whole_ledger_is_no_other_contracts(copy):
    leaf = (copy / "events/leaf_hashes.txt").read_text().splitlines()[-1]
    lines = (copy / "events/events.b64").read_text().splitlines()
    (copy / "events/events.b64").write_text("\n".join([*lines[:-1], f"#{leaf}"]) + "\n")
    manifest_says(copy, counts={"left_out": 1})
    rehash(copy)
    said = verdict(copy)
    assert any("of the whole ledger" in fault["what"] for fault in said.faults)
    assert not any("other contracts" in what for what in said.document["unverified"])


def test_a_bundle_does_not_pass_for_that_of_another_contract_or_ledger(copy):
    manifest_says(copy, parameters={"contract": "another"}, ledger={"ledger": "another"})
    said = verdict(copy)
    assert any("of another contract" in fault["what"] for fault in said.faults)
    assert any("of ledger another" in fault["what"] for fault in said.faults)


def test_what_nothing_that_is_signed_says_is_taken_as_stated(copy):
    as_stated = {
        "currency": "GBP",
        "name": "West London Zone",
        "time zone": "Europe/London",
        "program": "test",
    }
    said = verdict(copy)
    assert (said.code, said.document["taken_as_stated"]) == (0, as_stated)
    manifest_says(copy, ledger={"name": "Other\x1b[2J", "timezone": "Asia/Tokyo"})
    said = verdict(copy)
    assert said.code == 0
    stated = {**as_stated, "name": "Other\x1b[2J", "time zone": "Asia/Tokyo"}
    assert said.document["taken_as_stated"] == stated
    findings = Findings(said={"taken_as_stated": stated})
    assert (
        "stated    taken as stated: currency (GBP), name (Other\\x1b[2J), time zone (Asia/Tokyo),"
        " program (test); nothing that is signed says so"
    ) in said_for_a_person(findings)


def test_a_cosignature_that_the_auditor_looks_for_and_is_gone_is_said(copy):
    assert verdict(copy, *WITNESS_KEY).code == 0
    path = max((copy / "checkpoints").iterdir())
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[:-1]))
    rehash(copy)
    assert verdict(copy).code == 0
    said = verdict(copy, *WITNESS_KEY)
    assert said.code == 3
    assert list(said.document["unverified"]) == [
        "events behind the last checkpoint that funder.example/la cosigned"
    ]


@pytest.mark.parametrize("option", ["--consistency", "--sealed-keys"])
def test_a_deeply_nested_file_is_not_understood(bundle, tmp_path, option):
    (tmp_path / "deep").write_text('{"hashes":' * 99_999)
    said = verdict(bundle, option, str(tmp_path / "deep"))
    assert said.code == 2
    assert option in said.errors
