"""Whoever writes a manifest anew gains nothing: it says what is compared, or told as stated."""

import base64
import json
import shutil
from random import Random

import pytest

from tests.bundle.bundled import bundled, manifest_is, manifest_says, rehash, verdict
from tests.properties.noise import history
from tests.properties.world import played


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    target = tmp_path_factory.mktemp("bundle") / "wlz"
    bundled(played(history(Random(7), noisy=20)).events, target)
    return target


@pytest.fixture
def copy(bundle, tmp_path):
    """A bundle whose manifest a test may write anew."""
    return shutil.copytree(bundle, tmp_path / "copy")


def first_fault(said):
    assert said.code == 1
    return said.faults[0]["file"], said.faults[0]["what"]


@pytest.mark.parametrize(
    ("was", "becomes", "what"),
    [
        ('"bundle": 1,', '"bundle": 1, "audited": true,', "it says audited"),
        ('"name": "', '"opinion": "sound", "name": "', "it says ledger/opinion"),
        ('"known_at": ', '"upto": 7, "known_at": ', "it says parameters/upto"),
        ('"left_out": ', '"clean": 7, "left_out": ', "it says counts/clean"),
        ('"sha256": ', '"signed": "yes", "sha256": ', "/signed, and no manifest does"),
        ('"amount_minor": ', '"tax_minor": 7, "amount_minor": ', "/tax_minor, and no manifest"),
        ('"program": "test"', '"program": 7', "program is of another kind"),
        ('"program": "test",', "", "it does not say program"),
        ('"timezone": "Europe/London"', '"timezone": null', "ledger/timezone is of another"),
        ('"left_out": 0', '"left_out": false', "counts/left_out is of another kind"),
        ('"left_out": 0', '"left_out": 0.0', "this is no manifest"),
        ('"left_out": 0', '"left_out": 0e0', "this is no manifest"),
        ('"program": "test"', '"program": NaN', "this is no manifest"),
        ('"bundle": 1,', '"bundle": 1, "odd": -Infinity,', "this is no manifest"),
        ('"OC_Payments": ', '"OC_Payments": "7", "More": ', "rows/OC_Payments is of another"),
        ('"rows": {', '"rows": [], "more": {', "rows does not say several things"),
    ],
)  # fmt: skip
def test_a_manifest_says_nothing_else_and_in_no_other_kind(copy, was, becomes, what):
    text = (copy / "manifest.json").read_text()
    assert was in text
    manifest_is(copy, text.replace(was, becomes, 1).encode())
    file, found = first_fault(verdict(copy))
    assert file == "manifest.json"
    assert what in found


def test_events_are_as_many_as_the_version_says(copy):
    manifest_says(copy, counts={"events": 7})
    assert first_fault(verdict(copy))[0] == "manifest.json"


@pytest.mark.parametrize("rows", [{"GL_Detail": 7}, {"OC_Payments": 0}, {"Final": 7}])
def test_rows_are_as_many_as_the_tables_have(copy, rows):
    manifest_says(copy, rows=rows)
    file, what = first_fault(verdict(copy))
    assert (file, what.split(":")[0]) == ("manifest.json", f"rows of {next(iter(rows))}")


def test_rows_of_every_table_are_told(copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["rows"]["BAS_Customer"]
    manifest_is(copy, json.dumps(manifest).encode())
    assert "rows of BAS_Customer" in first_fault(verdict(copy))[1]


@pytest.mark.parametrize(
    "name", ["opinion.txt", "tables/Final.csv", "events/more.b64", "keys/more.txt"]
)
def test_a_file_that_no_bundle_has_is_refused_though_it_is_listed(copy, name):
    (copy / name).write_text("sound\n")
    manifest_says(copy, files={name: {}})
    rehash(copy)
    assert first_fault(verdict(copy))[0] == name


def a_statement(copy):
    return next((copy / "statements").rglob("*.csv")).relative_to(copy).as_posix()


@pytest.mark.parametrize(
    "name",
    [
        *("events/events.b64", "events/leaf_hashes.txt", "events/commits.csv"),
        *("tables/GL_Detail.csv", "tables/BAS_Customer.csv", "keys/verifier_keys.txt"),
        None,
    ],
)
def test_lines_that_end_in_cr_lf_are_refused_at_the_first(copy, name):
    name = name or a_statement(copy)
    content = (copy / name).read_bytes()
    (copy / name).write_bytes(content.replace(b"\n", b"\r\n"))
    rehash(copy)
    assert first_fault(verdict(copy)) == (name, "the line ends in CR LF, not in LF")


@pytest.mark.parametrize(
    ("name", "was", "becomes", "what"),
    [
        ("tables/GL_Detail.csv", b"outcomes-ledger", b'"outcomes-ledger"', "one form"),
        ("tables/OC_Payments.csv", b"release", b'"release"', "one form"),
        ("tables/BAS_Customer.csv", b"general", b"gener\xffal", "no line of a table"),
        ("events/commits.csv", b"\n1,", b'\n"1",', "one form"),
        ("keys/verifier_keys.txt", b"\n", b" \n", "spaces around"),
    ],
)
def test_a_line_has_one_form_alone(copy, name, was, becomes, what):
    content = (copy / name).read_bytes()
    assert was in content
    (copy / name).write_bytes(content.replace(was, becomes, 1))
    rehash(copy)
    file, found = first_fault(verdict(copy))
    assert file == name
    assert what in found


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "1.0", "1e3"])
def test_what_is_no_whole_number_makes_no_event_also_where_nobody_reads_it(copy, odd):
    lines = (copy / "events/events.b64").read_bytes().splitlines()
    stored = base64.b64decode(lines[4]).replace(b'"data":{', f'"data":{{"aaa":{odd},'.encode())
    lines[4] = base64.b64encode(stored)
    (copy / "events/events.b64").write_bytes(b"\n".join(lines) + b"\n")
    rehash(copy)
    fault = next(one for one in verdict(copy).faults if one["file"] == "events/events.b64")
    assert (fault["line"], fault["what"]) == (5, "the bytes are no event")


@pytest.mark.parametrize(
    "written", [{"indent": 7}, {"separators": (",", ":")}, {"sort_keys": True}]
)
def test_white_space_and_order_in_a_manifest_are_harmless(copy, written):
    said = json.loads((copy / "manifest.json").read_text())
    manifest_is(copy, json.dumps(said, **written).replace("\n", "\r\n").encode())
    assert verdict(copy).code == 0


@pytest.mark.parametrize("name", ["README.txt", "verify.py"])
def test_what_a_bundle_says_to_people_is_not_read_and_is_harmless(copy, name):
    (copy / name).write_text("raise SystemExit(0)\n")
    rehash(copy)
    assert verdict(copy).code == 0
